import type { UsageGroup } from '../../contract/vocabulary.ts';
import { findProvider } from '../../providers/providers.ts';
import type { Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { noSums, percentileOf, toFigures } from './usage-figures.ts';
import { type UsageFilter, usageFilter, wholeHours } from './usage-filter.ts';
import { readLabels } from './usage-labels.store.ts';
import { readGroups, readLatencies, readTotals, type UsageSums } from './usage-sums.store.ts';

const ROWS_MAX = 200;

type Counts = Awaited<ReturnType<typeof readLatencies>>;

/** Runs in the worker: totals of some time, and the dearest groups with their names. */
export async function querySummary(
  database: DatabaseHandle,
  { filter, groupBy }: { filter: UsageFilter; groupBy: UsageGroup | null },
): Promise<{ totals: UsageSums; latencies: Counts; rows: (UsageSums & { id: string; label: string })[] }> {
  const totals = await readTotals(database, filter);
  const latencies = hasLatencies(filter) ? await readLatencies(database, filter) : [];
  if (groupBy === null) return { totals, latencies, rows: [] };
  const groups = await readGroups(database, { filter, groupBy, limit: ROWS_MAX });
  const { workspaceId } = filter;
  const labels = await readLabels(database, { workspaceId, groupBy, ids: groups.map(({ id }) => id) });
  return { totals, latencies, rows: groups.map((row) => ({ ...row, label: labelOf(groupBy, row.id, labels) })) };
}

/** How long calls took is counted by provider and model only. */
function hasLatencies({ keyId, virtualKeyId, memberId, tool }: UsageFilter): boolean {
  return [keyId, virtualKeyId, memberId, tool].every((value) => value === undefined);
}

/** The name a group has for people; the id itself where there is no other. */
export function labelOf(groupBy: UsageGroup, id: string, labels: ReadonlyMap<string, string>): string {
  return labels.get(id) ?? (groupBy === 'provider' ? (findProvider(id)?.name ?? id) : id);
}

export const readUsageSummary: Handler<'GET /api/usage/summary'> = async (context, { query }) => {
  const asked = usageFilter(context, query);
  const filter = wholeHours(asked ?? { workspaceId: context.workspace.id, fromMs: 0, toMs: 1 });
  const groupBy = query.groupBy ?? null;
  const answer =
    asked === null
      ? { totals: noSums, latencies: [], rows: [] }
      : await context.services.usage.ask('summary', { filter, groupBy });
  const times = (measure: 'total' | 'first_byte') => answer.latencies.filter((count) => count.measure === measure);
  return {
    from: new Date(filter.fromMs).toISOString(),
    to: new Date(filter.toMs).toISOString(),
    totals: {
      ...toFigures(answer.totals),
      latencyMsP50: percentileOf(times('total'), 50),
      latencyMsP95: percentileOf(times('total'), 95),
      firstByteMsP50: percentileOf(times('first_byte'), 50),
      firstByteMsP95: percentileOf(times('first_byte'), 95),
    },
    rows: answer.rows.map((row) => ({ ...toFigures(row), id: row.id === '' ? null : row.id, label: row.label })),
  };
};
