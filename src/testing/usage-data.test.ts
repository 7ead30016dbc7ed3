import { describe, expect, it } from 'vitest';
import { newId } from '../server/ids.ts';
import { sumByDimension, sumByHour, sumLatencies } from '../server/usage/usage-sums.ts';
import { testEngines } from './test-database.ts';
import { insertUsageData } from './usage-data.ts';

describe.each(testEngines())('calls made up on $engine', (engine) => {
  it('have the sums that the same calls would have had as they came', async () => {
    const { database, dispose } = await engine.open();
    try {
      const workspaceId = newId('Workspace');
      const toMs = Date.UTC(2026, 10, 20);
      const memberIds = [newId('User'), newId('User'), newId('User')];
      const span = { fromMs: toMs - 3 * 24 * 3_600_000, toMs };
      await insertUsageData(database.kysely, { workspaceId, events: 3000, ...span, memberIds, tickMs: 600_000 });
      const events = await database.kysely.selectFrom('usage_events').selectAll().execute();
      const hours = await database.kysely.selectFrom('usage_hours').selectAll().execute();
      const latencies = await database.kysely.selectFrom('usage_latencies').selectAll().execute();
      expect(events).toHaveLength(3000);
      expect(new Set(events.map(({ time }) => time)).size).toBeLessThan(3000);
      for (const column of ['model', 'provider', 'tool', 'outcome', 'member_id', 'usage_state', 'dialect'] as const) {
        expect(new Set(events.map((event) => event[column])).size).toBeGreaterThan(1);
      }
      const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
      expect(sorted(hours)).toEqual(sorted(sumByHour(events)));
      const sums = await database.kysely.selectFrom('usage_sums').selectAll().execute();
      expect(sorted(sums)).toEqual(sorted(sumByDimension(sumByHour(events))));
      expect(sorted(latencies)).toEqual(sorted(sumLatencies(events)));
    } finally {
      await dispose();
    }
  });
});
