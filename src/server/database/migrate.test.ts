import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { newId } from '../ids.ts';
import { migrate } from './migrate.ts';
import { tableExists } from './portable.ts';

const everyMigration = [
  '0001_initial',
  '0002_gateway',
  '0003_usage_rollups',
  '0004_teams',
  '0005_account_security',
  '0006_audit_chain',
];

describe.each(testEngines())('migrations on $engine', ({ open }) => {
  let testDatabase: TestDatabase;

  beforeEach(async () => {
    testDatabase = await open({ migrated: false });
  });

  afterEach(() => testDatabase.dispose());

  test('run once: a second run finds nothing to do', async () => {
    expect(await migrate(testDatabase.database)).toEqual(everyMigration);
    expect(await migrate(testDatabase.database)).toEqual([]);
  });

  test('run once when several processes start together', async () => {
    const { database } = testDatabase;
    const runs = await Promise.all([migrate(database), migrate(database), migrate(database)]);
    expect(runs.flat()).toEqual(everyMigration);
  });

  test('that fail half-way leave nothing behind and say which one failed', async () => {
    const { database } = testDatabase;
    // The last table of the migration is in the way, so the first ones have been made when it fails.
    await sql`create table audit_events (id text primary key)`.execute(database.kysely);
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'database_migration_failed',
      exitCode: 78,
      message: expect.stringContaining('(migration 0001_initial)'),
    });
    expect(await tableExists(database.kysely, 'data_keys')).toBe(false);
    await sql`drop table audit_events`.execute(database.kysely);
    expect(await migrate(database)).toEqual(everyMigration);
  });

  describe('make a schema', () => {
    beforeEach(async () => {
      await migrate(testDatabase.database);
    });

    test('whose audit events can be added but neither changed nor deleted', async () => {
      const { kysely } = testDatabase.database;
      const event = { action: 'test', result: 'ok', created_at: 1 } as const;
      await kysely
        .insertInto('audit_events')
        .values({ id: newId('AuditEvent'), ...event })
        .execute();
      await kysely
        .insertInto('audit_events')
        .values({ id: newId('AuditEvent'), ...event })
        .execute();
      const before = await kysely.selectFrom('audit_events').selectAll().orderBy('seq').execute();
      await expect(kysely.updateTable('audit_events').set({ action: 'x' }).execute()).rejects.toThrow(/append-only/);
      await expect(kysely.deleteFrom('audit_events').execute()).rejects.toThrow(/append-only/);
      expect(await kysely.selectFrom('audit_events').selectAll().orderBy('seq').execute()).toEqual(before);
      const [first = 0, second = 0] = before.map((row) => row.seq);
      expect(second).toBeGreaterThan(first);
    });

    test('that keeps integers exactly up to 2^53 and gives them back as numbers', async () => {
      const { kysely } = testDatabase.database;
      const time = { created_at: Number.MAX_SAFE_INTEGER, promoted_at: -1, retired_at: 0 };
      await kysely
        .insertInto('master_key_history')
        .values({ master_key_id: 'mk', ...time })
        .execute();
      expect(await kysely.selectFrom('master_key_history').selectAll().executeTakeFirst()).toMatchObject(time);
      const sum = await kysely
        .selectFrom('master_key_history')
        .select(({ fn }) => [fn.countAll<number>().as('rows'), fn.sum<number>('created_at').as('total')])
        .executeTakeFirst();
      expect(sum).toMatchObject({ rows: 1, total: Number.MAX_SAFE_INTEGER });
    });

    test('that refuses a text in a column of integers and an unknown owner', async () => {
      const { kysely } = testDatabase.database;
      const text = sql<number>`${'not a number'}`;
      const row = { name: 'x', envelope: '1', created_at: text };
      await expect(kysely.insertInto('root_secrets').values(row).execute()).rejects.toThrow(/integer|bigint/i);
      const orphan = {
        workspace_id: newId('Workspace'),
        user_id: newId('User'),
        role: 'owner',
        created_at: 1,
      } as const;
      await expect(kysely.insertInto('members').values(orphan).execute()).rejects.toThrow(/foreign key/i);
    });
  });
});
