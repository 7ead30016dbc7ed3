import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import type { ChartRow } from '../../usage/chart-data.ts';

export type InstanceUsage = OperationReply<Operations['GET /api/admin/usage']>;
type Figures = Omit<InstanceUsage['days'][number], 'day'>;

const DAY_MS = 24 * 3_600_000;

/** How many days can be chosen. */
export const spans = [7, 30, 90, 365] as const;
export type DaySpan = (typeof spans)[number];

export function readSpan(text: string | undefined): DaySpan {
  return spans.find((span) => String(span) === text) ?? 30;
}

export const instanceCharts = ['cost', 'tokens', 'requests'] as const;
export type InstanceChart = (typeof instanceCharts)[number];

export function readChart(text: string | undefined): InstanceChart {
  return instanceCharts.find((chart) => chart === text) ?? 'cost';
}

/** So many whole days of UTC, the running one included: the question stays the same until the day is over. */
export function spanOfDays(days: DaySpan, nowMs: number): { from: string; to: string } {
  const end = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
  return { from: new Date(end - days * DAY_MS).toISOString(), to: new Date(end).toISOString() };
}

const nothing: Figures = {
  requests: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: '0',
  unpricedRequests: 0,
};

/** A row for each day of the span, also for those on which nothing was used. */
export function rowsOfDays(
  { from, to, days }: Pick<InstanceUsage, 'from' | 'to' | 'days'>,
  read: (figures: Figures) => Record<string, number>,
): ChartRow[] {
  const known = new Map(days.map(({ day, ...figures }) => [Date.parse(day), figures]));
  const rows: ChartRow[] = [];
  for (let time = Date.parse(from); time < Date.parse(to); time += DAY_MS)
    rows.push({ ...read(known.get(time) ?? nothing), time });
  return rows;
}
