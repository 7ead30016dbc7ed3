import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { describe, expect, it } from 'vitest';
import { testEngines } from '../../../testing/test-database.ts';
import { makeEvent } from '../../../testing/usage-fixture.ts';
import { expectSumsOfEvents } from '../../../testing/usage-records.ts';
import { newId } from '../../ids.ts';
import { initial } from './0001_initial.ts';
import { gateway } from './0002_gateway.ts';
import { usageRollups } from './0003_usage_rollups.ts';

const HOUR_MS = 3_600_000;

describe.each(testEngines())('the sums of a database that has calls already on $engine', ({ engine, open }) => {
  it('are made from its events, for the model that was asked of the provider', async () => {
    const { database, dispose } = await open({ migrated: false });
    try {
      const { kysely } = database;
      const own = newId('Workspace');
      const migrations: Record<string, Migration> = {
        '1': { up: (db) => initial({ db, engine }) },
        '2': { up: (db) => gateway({ db, engine }) },
        '3': { up: (db) => usageRollups({ db, engine }) },
      };
      const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => migrations } });
      expect((await migrator.migrateTo('2')).error).toBeUndefined();
      const shapes = [
        { model: 'openai/gpt-4o', upstream_model: 'gpt-4o', cost_nano_usd: 70, first_byte_ms: 16 },
        { model: 'gpt-4o', upstream_model: 'gpt-4o', cost_nano_usd: null, latency_ms: 1, tool: 'codex' },
        { model: 'nonsense', upstream_model: 'nonsense', error_code: 'unknown_model', outcome: 'error', latency_ms: 0 },
        { model: 'asked', upstream_model: null, is_final: 0, member_id: newId('User'), latency_ms: 4095 },
        { model: null, upstream_model: null, usage_state: 'missing', latency_ms: 4097 },
      ] as const;
      const workspaces = [own, newId('Workspace')];
      const events = Array.from({ length: 200 }, (_, index) =>
        makeEvent({
          workspace_id: workspaces[index % 2] ?? own,
          time: Date.UTC(2026, 9, 1) + index * 0.7 * HOUR_MS,
          ...shapes[index % shapes.length],
        }),
      ).map((event) => ({ ...event, time: Math.floor(event.time) }));
      for (let at = 0; at < events.length; at += 50) {
        await kysely
          .insertInto('usage_events')
          .values(events.slice(at, at + 50))
          .execute();
      }
      await sql`insert into usage_hours select 'ws_old', 0, 'p', 'm', 'k', 'v', '', '', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0`.execute(kysely);
      await sql`insert into usage_latencies values ('ws_old', 0, 'p', 'm', 'total', 1, 1)`.execute(kysely);
      expect((await migrator.migrateToLatest()).error).toBeUndefined();
      expect(await kysely.selectFrom('usage_events').selectAll().execute()).toHaveLength(200);
      await expectSumsOfEvents(kysely);
      const rows = await kysely.selectFrom('usage_sums').select('value').where('dimension', '=', 'model').execute();
      expect([...new Set(rows.map(({ value }) => value))].toSorted()).toEqual(['', 'asked', 'gpt-4o']);
    } finally {
      await dispose();
    }
  });
});
