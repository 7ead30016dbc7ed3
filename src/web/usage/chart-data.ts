import type { UsagePoint, UsageSeries } from './usage-queries.ts';

/** One band or line of the chart. */
export interface ChartSeries {
  /** The field of the rows. */
  name: string;
  label: string;
  color: string;
  /** The group it stands for, which a click asks for; null for the others, absent for kinds of tokens and the like. */
  group?: string | null;
}

/** One moment of the chart: its time and a number for every series. */
export type ChartRow = { time: number } & Readonly<Record<string, number | null>>;

export interface ChartData {
  series: ChartSeries[];
  rows: ChartRow[];
}

/** The names of the palette in usage-chart.module.css; the ninth is for what is left. */
const COLORS_MAX = 8;

export function colorOf(index: number): string {
  return index < COLORS_MAX ? `var(--usage-series-${index + 1})` : 'var(--usage-series-rest)';
}

/** Cost in US dollars, one band per group, the dearest at the bottom. */
export function costByGroup(series: UsageSeries, labelOf: (group: UsageSeries['groups'][number]) => string): ChartData {
  const bands = series.groups.map((group, index) => ({
    name: `g${index}`,
    label: labelOf(group),
    color: group.isOther ? colorOf(COLORS_MAX) : colorOf(index),
    group: group.id,
  }));
  const rows = new Map<number, { time: number; [name: string]: number }>();
  for (const point of series.points) {
    const time = Date.parse(point.time);
    const row = rows.get(time) ?? { ...Object.fromEntries(bands.map(({ name }) => [name, 0])), time };
    if (point.group !== null) row[`g${point.group}`] = Number(point.costUsd ?? 0);
    rows.set(time, row);
  }
  return { series: bands, rows: [...rows.values()] };
}

export const tokenKinds = ['uncached', 'cacheRead', 'cacheWrite', 'output', 'reasoning'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** The contract's nested counts as kinds that add up to input and output. */
export function tokensByKind(figures: {
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}): Record<TokenKind, number> {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = figures;
  return {
    uncached: Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens),
    cacheRead: cacheReadTokens,
    cacheWrite: cacheWriteTokens,
    output: Math.max(0, outputTokens - reasoningTokens),
    reasoning: reasoningTokens,
  };
}

/** Rows of the series without groups. */
export function rowsOf(points: readonly UsagePoint[], read: (point: UsagePoint) => Record<string, number | null>) {
  return points.map((point): ChartRow => ({ ...read(point), time: Date.parse(point.time) }));
}
