import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { lockUntilCommit } from './portable.ts';

describe.each(testEngines())('a transaction on $engine', ({ open }) => {
  let testDatabase: TestDatabase;

  beforeEach(async () => {
    testDatabase = await open();
  });

  afterEach(() => testDatabase.dispose());

  const row = (name: string) => ({ name, envelope: '1', created_at: 1 });
  const names = async (): Promise<string[]> => {
    const rows = await testDatabase.database.kysely.selectFrom('root_secrets').select('name').orderBy('name').execute();
    return rows.map((row) => row.name);
  };

  test('is kept as a whole', async () => {
    const result = await testDatabase.database.transaction(async (transaction) => {
      await transaction.insertInto('root_secrets').values(row('a')).execute();
      await transaction.insertInto('root_secrets').values(row('b')).execute();
      return 'done';
    });
    expect(result).toBe('done');
    expect(await names()).toEqual(['a', 'b']);
  });

  test('that throws leaves nothing and passes the error on', async () => {
    const failing = testDatabase.database.transaction(async (transaction) => {
      await transaction.insertInto('root_secrets').values(row('a')).execute();
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await names()).toEqual([]);
  });

  test('refuses a query on the outer handle instead of waiting for itself', async () => {
    const { database } = testDatabase;
    const mixed = database.transaction(async (transaction) => {
      await transaction.insertInto('root_secrets').values(row('a')).execute();
      await database.kysely.insertInto('root_secrets').values(row('b')).execute();
    });
    await expect(mixed).rejects.toThrow(/transaction handle/);
    await expect(database.transaction(() => database.transaction(async () => 1))).rejects.toThrow(/transaction handle/);
    expect(await names()).toEqual([]);
  });

  test('does not bind what was started inside it and goes on after it', async () => {
    const { database } = testDatabase;
    const later = Promise.withResolvers<void>();
    const started = await database.transaction(async () => ({ work: later.promise.then(() => names()) }));
    later.resolve();
    expect(await started.work).toEqual([]);
  });

  test('many at once lose no update', async () => {
    const { database } = testDatabase;
    await database.kysely.insertInto('root_secrets').values({ name: 'count', envelope: '0', created_at: 0 }).execute();
    const addOne = () =>
      database.transaction(async (transaction) => {
        await lockUntilCommit(transaction, 'count');
        const row = await transaction.selectFrom('root_secrets').select('created_at').executeTakeFirstOrThrow();
        await transaction
          .updateTable('root_secrets')
          .set({ created_at: row.created_at + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 40 }, addOne));
    const row = await database.kysely.selectFrom('root_secrets').select('created_at').executeTakeFirst();
    expect(row?.created_at).toBe(40);
  });
});
