import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { containsText, engineOf, tableExists } from './portable.ts';

const TEXTS = [
  'Alpha',
  'alphabet',
  'BETA',
  '100%',
  '100 percent',
  'a_b',
  'aXb',
  'back\\slash',
  "quo'te",
  '深度求索',
  'Ünal',
];

describe.each(testEngines())('portable queries on $engine', ({ engine, open }) => {
  let testDatabase: TestDatabase;

  beforeAll(async () => {
    testDatabase = await open();
    const rows = TEXTS.map((name) => ({ name, envelope: '1', created_at: 1 }));
    await testDatabase.database.kysely.insertInto('root_secrets').values(rows).execute();
  });

  afterAll(() => testDatabase.dispose());

  async function find(term: string): Promise<string[]> {
    const rows = await testDatabase.database.kysely
      .selectFrom('root_secrets')
      .select('name')
      .where((builder) => containsText(builder.ref('name'), term))
      .orderBy('name')
      .execute();
    return rows.map((row) => row.name);
  }

  test.each([
    ['ALPHA', ['Alpha', 'alphabet']],
    ['eta', ['BETA']],
    ['%', ['100%']],
    ['_', ['a_b']],
    ['\\', ['back\\slash']],
    ["'", ["quo'te"]],
    ['求', ['深度求索']],
    ["' or 1=1 --", []],
    ['nothing', []],
  ])('a search for %j finds the texts that contain it and no others', async (term, found) => {
    expect(await find(term)).toEqual(found);
  });

  test('an empty search finds everything', async () => {
    expect(await find('')).toHaveLength(TEXTS.length);
  });

  test('text is ordered by its bytes, so that lists page alike on both engines', async () => {
    const rows = await testDatabase.database.kysely.selectFrom('root_secrets').select('name').orderBy('name').execute();
    expect(rows.map((row) => row.name)).toEqual(
      TEXTS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  test('the engine of a handle and of a transaction is known', async () => {
    const { database } = testDatabase;
    expect(engineOf(database.kysely)).toBe(engine);
    expect(await database.transaction(async (transaction) => engineOf(transaction))).toBe(engine);
  });

  test('a table is found by its whole name only', async () => {
    const { kysely } = testDatabase.database;
    expect(await tableExists(kysely, 'root_secrets')).toBe(true);
    expect(await tableExists(kysely, 'root_secret_')).toBe(false);
  });

  test.runIf(engine === 'sqlite')('a value without a column type is refused instead of guessed', async () => {
    const { kysely } = testDatabase.database;
    for (const value of [true, {}, [], undefined, new Date(0)]) {
      await expect(sql`select ${value}`.execute(kysely)).rejects.toThrow(TypeError);
    }
  });
});
