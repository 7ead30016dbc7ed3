import type { UsageGroup } from '../../contract/vocabulary.ts';
import type { Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { budgetWindow, isTimeZone } from '../limits/budget-window.ts';
import { addSums, noSums, toFigures } from './usage-figures.ts';
import { type UsageFilter, usageFilter, wholeHours } from './usage-filter.ts';
import { readLabels } from './usage-labels.store.ts';
import { labelOf } from './usage-summary.ts';
import { readGroups, readHours, type UsageSums } from './usage-sums.store.ts';

const GROUPS_MAX = 8;
const POINTS_MAX = 2000;
const HOUR_MS = 3_600_000;

interface SeriesInput {
  readonly filter: UsageFilter;
  readonly groupBy: UsageGroup | null;
}

/** Runs in the worker: sums by the hour, of the dearest groups by name and of all others together. */
export async function querySeries(database: DatabaseHandle, { filter, groupBy }: SeriesInput) {
  const dearest = groupBy === null ? [] : await readGroups(database, { filter, groupBy, limit: GROUPS_MAX + 1 });
  const ids = dearest.slice(0, GROUPS_MAX).map(({ id }) => id);
  const hours = await readHours(database, { filter, groupBy, ids });
  const { workspaceId } = filter;
  const labels = groupBy === null ? new Map() : await readLabels(database, { workspaceId, groupBy, ids });
  const groups = ids.map((id) => ({ id, label: groupBy === null ? id : labelOf(groupBy, id, labels) }));
  return { groups, hasOthers: dearest.length > GROUPS_MAX, hours };
}

/** Where each point of time begins, without gaps. A day of 23 or 25 hours is one day. */
function startsOf({ fromMs, toMs }: UsageFilter, interval: 'hour' | 'day', timeZone: string): number[] {
  const starts: number[] = [];
  let startMs = interval === 'hour' ? fromMs : budgetWindow({ period: 'day', timeZone, nowMs: fromMs }).startMs;
  while (startMs < toMs) {
    starts.push(startMs);
    if (starts.length > POINTS_MAX) {
      throw new AppError('invalid_input', {
        message: `This would be more than ${POINTS_MAX} points. Ask for less time, or for days.`,
      });
    }
    startMs =
      interval === 'hour'
        ? startMs + HOUR_MS
        : (budgetWindow({ period: 'day', timeZone, nowMs: startMs }).endMs ?? Number.POSITIVE_INFINITY);
  }
  return starts;
}

/** The last start at or before a moment. An hour that two days share counts to the one in which it begins. */
function placeOf(starts: readonly number[], timeMs: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= timeMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

export const readUsageSeries: Handler<'GET /api/usage/series'> = async (context, { query }) => {
  const { interval, timeZone } = query;
  if (!isTimeZone(timeZone)) throw new AppError('time_zone_unknown');
  const asked = usageFilter(context, query);
  const filter = wholeHours(asked ?? { workspaceId: context.workspace.id, fromMs: 0, toMs: 1 });
  const groupBy = query.groupBy ?? null;
  const starts = startsOf(filter, interval, timeZone);
  const answer =
    asked === null
      ? { groups: [], hasOthers: false, hours: [] }
      : await context.services.usage.ask('series', { filter, groupBy });
  const groups = answer.groups.map(({ id, label }) => ({ id: id === '' ? null : id, label }));
  if (answer.hasOthers) groups.push({ id: 'other', label: '' });
  const places = new Map(answer.groups.map(({ id }, index) => [id, index]));
  const lines = groupBy === null ? 1 : groups.length;
  const sums: UsageSums[][] = starts.map(() => Array.from({ length: lines }, () => noSums));
  for (const { hourAt, id, ...hour } of answer.hours) {
    const place = placeOf(starts, hourAt);
    const line = groupBy === null ? 0 : id === null ? groups.length - 1 : (places.get(id) ?? 0);
    const row = sums[place];
    const known = row?.[line];
    if (row !== undefined && known !== undefined) row[line] = addSums(known, hour);
  }
  return {
    from: new Date(filter.fromMs).toISOString(),
    to: new Date(filter.toMs).toISOString(),
    interval,
    groups,
    points: starts.flatMap((startMs, index) =>
      (sums[index] ?? []).map((line, group) => ({
        ...toFigures(line),
        time: new Date(startMs).toISOString(),
        group: groupBy === null ? null : group,
      })),
    ),
  };
};
