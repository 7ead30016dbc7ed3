import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { durationWithin } from './percentile.ts';
import { sumUsage, sumUsageByGroup } from './usage-figures.store.ts';
import { addUsage, noUsage, toFigures, type UsageSums } from './usage-figures.ts';
import { labelsOf } from './usage-labels.store.ts';
import { readDurations } from './usage-latencies.store.ts';
import type { HoursQuestion } from './usage-source.store.ts';

const ROWS_MAX = 200;

export interface SummaryInput extends HoursQuestion {
  readonly groupBy: UsageGroup | null;
}

export type GroupSums = UsageSums & { readonly group: string };

/** What was used in a span of whole hours, read from the sums alone. */
export async function querySummary(
  database: DatabaseHandle,
  input: SummaryInput,
): Promise<OperationResult<Operations['GET /api/usage/summary']>> {
  const { groupBy, scope, span } = input;
  const groups = groupBy === null ? [] : (await sumUsageByGroup(database, { ...input, groupBy })).sort(byCost);
  const totals = groupBy === null ? await sumUsage(database, input) : groups.reduce<UsageSums>(addUsage, noUsage);
  const { total, firstByte } = await readDurations(database, input);
  const shown = groups.slice(0, ROWS_MAX);
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    totals: {
      ...toFigures(totals),
      latencyMsP50: durationWithin(total, 0.5),
      latencyMsP95: durationWithin(total, 0.95),
      firstByteMsP50: durationWithin(firstByte, 0.5),
      firstByteMsP95: durationWithin(firstByte, 0.95),
    },
    rows: groupBy === null ? [] : await nameGroups(database, { scope, groupBy, groups: shown }),
  };
}

/** Dearest first; what costs the same by requests, then by name, so that the order is always the same. */
export function byCost(a: GroupSums, b: GroupSums): number {
  if (a.costNanoUsd !== b.costNanoUsd) return a.costNanoUsd < b.costNanoUsd ? 1 : -1;
  if (a.requests !== b.requests) return b.requests - a.requests;
  return a.group < b.group ? -1 : 1;
}

async function nameGroups(
  database: DatabaseHandle,
  which: Pick<HoursQuestion, 'scope'> & { groupBy: UsageGroup; groups: readonly GroupSums[] },
) {
  const labels = await labelsOf(database, { ...which, ids: which.groups.map(({ group }) => group) });
  return which.groups.map(({ group, ...sums }) => ({ ...toGroup(group, labels), ...toFigures(sums) }));
}

/** A group for people. Calls that had none have no id. */
export function toGroup(group: string, labels: ReadonlyMap<string, string>): { id: string | null; label: string } {
  return { id: group === '' ? null : group, label: labels.get(group) ?? group };
}
