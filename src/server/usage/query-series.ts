import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { byCost, toGroup } from './query-summary.ts';
import { clockOffsets, dayNumber, startOfDay } from './usage-days.ts';
import { type ClockOffset, sumUsageByGroup, sumUsageOverTime } from './usage-figures.store.ts';
import { noUsage, toFigures, type UsageSums } from './usage-figures.ts';
import { labelsOf } from './usage-labels.store.ts';
import type { HoursQuestion } from './usage-source.store.ts';
import { HOUR_MS, type UsageSpan } from './usage-span.ts';

/** Groups of a series that are told apart. */
export const SERIES_GROUPS_MAX = 8;

type Series = OperationResult<Operations['GET /api/usage/series']>;

export interface SeriesInput extends HoursQuestion {
  readonly groupBy: UsageGroup | null;
  readonly interval: 'hour' | 'day';
  readonly timeZone: string;
}

/** A moment of a series: the name it has in the sums, and when it begins. */
interface Moment {
  readonly bucket: number;
  readonly timeMs: number;
}

/**
 * What was used over time. Days are made of whole hours of UTC, so where a zone's midnight falls into one (offsets of a
 * half or quarter hour) it counts for the day in which it begins. The first and the last day hold only what is in the
 * span.
 */
export async function querySeries(database: DatabaseHandle, input: SeriesInput): Promise<Series> {
  const { scope, span, interval, timeZone, groupBy } = input;
  const groups = groupBy === null ? null : await chooseGroups(database, { ...input, groupBy });
  const days = interval === 'day' ? clockOffsets(timeZone, span) : null;
  const rows = await sumUsageOverTime(database, { ...input, days, groups });
  const labels = groups === null ? new Map() : await labelsOf(database, { scope, groupBy: groups.by, ids: groups.ids });
  const named = groups === null ? [] : groups.ids.map((id) => ({ ...toGroup(id, labels), isOther: false }));
  if (groups?.hasOthers) named.push({ id: null, label: 'other', isOther: true });
  const sums = new Map(rows.map(({ bucket, place, ...row }) => [`${bucket} ${place}`, row]));
  const moments =
    days === null ? hoursIn(span) : daysIn(days, { span, timeZone, found: rows.map(({ bucket }) => bucket) });
  const places = groups === null ? [null] : named.map((_, place) => place);
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    interval,
    groups: named,
    points: moments.flatMap(({ bucket, timeMs }) =>
      places.map((group) => toPoint(timeMs, group, sums.get(`${bucket} ${group ?? 0}`))),
    ),
  };
}

function toPoint(timeMs: number, group: number | null, sums: UsageSums = noUsage): Series['points'][number] {
  return { time: new Date(timeMs).toISOString(), group, ...toFigures(sums) };
}

async function chooseGroups(database: DatabaseHandle, input: SeriesInput & { groupBy: UsageGroup }) {
  const all = (await sumUsageByGroup(database, input)).sort(byCost);
  const ids = all.slice(0, SERIES_GROUPS_MAX).map(({ group }) => group);
  return { by: input.groupBy, ids, hasOthers: all.length > ids.length };
}

function hoursIn({ fromMs, toMs }: UsageSpan): Moment[] {
  const count = Math.round((toMs - fromMs) / HOUR_MS);
  return Array.from({ length: count }, (_, index) => fromMs + index * HOUR_MS).map((timeMs) => ({
    bucket: timeMs,
    timeMs,
  }));
}

function daysIn(
  offsets: readonly ClockOffset[],
  { span, timeZone, found }: { span: UsageSpan; timeZone: string; found: readonly number[] },
): Moment[] {
  // Clocks put back over midnight repeat the day before, so the days that were found have a say in where it ends.
  const days = [dayNumber(offsets, span.fromMs), dayNumber(offsets, span.toMs - HOUR_MS), ...found];
  const last = Math.max(...days);
  const moments: Moment[] = [];
  for (let bucket = Math.min(...days); bucket <= last; bucket += 1) {
    const timeMs = startOfDay(timeZone, bucket);
    if (timeMs !== null) moments.push({ bucket, timeMs });
  }
  return moments;
}
