/** The spans that are one click away; `custom` is from one day to another. */
export const presets = ['24h', '7d', '30d', 'month', 'lastMonth'] as const;
export type Preset = (typeof presets)[number];

/** Calendar days of the person's time zone, `2026-11-22`, both inside. */
export interface Days {
  from: string;
  to: string;
}

export type Range = Preset | Days;

export interface Span {
  fromMs: number;
  /** Not inside. */
  toMs: number;
}

const HOUR_MS = 3_600_000;
const HOURLY_UP_TO_MS = 72 * HOUR_MS;
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;

export function isPreset(text: string | undefined): text is Preset {
  return presets.some((preset) => preset === text);
}

/** Two days from an address, or null when they are none or the wrong way round. */
export function readDays(from: string | undefined, to: string | undefined): Days | null {
  if (from === undefined || to === undefined || !isDay(from) || !isDay(to) || from > to) return null;
  return { from, to };
}

function isDay(text: string): boolean {
  return DAY_FORM.test(text) && text >= '2000-01-01' && !Number.isNaN(startOf(text).getTime());
}

/** Midnight of a day in the person's time zone. */
function startOf(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

/** A local midnight so many days away, also across a change of the clock. */
function midnight(date: Date, days: number): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/**
 * The moments a range means now. The end is the end of the running hour, so that the figures hold the calls of this
 * minute and the question stays the same until the hour is over.
 */
export function spanOf(range: Range, nowMs: number): Span {
  const now = new Date(nowMs);
  const endMs = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  const month = (offset: number) => new Date(now.getFullYear(), now.getMonth() + offset, 1).getTime();
  if (typeof range === 'object') {
    const fromMs = startOf(range.from).getTime();
    const toMs = Math.min(midnight(startOf(range.to), 1), endMs);
    return { fromMs, toMs: Math.max(toMs, fromMs + HOUR_MS) };
  }
  switch (range) {
    case '24h':
      return { fromMs: endMs - 24 * HOUR_MS, toMs: endMs };
    case '7d':
      return { fromMs: midnight(now, -6), toMs: endMs };
    case '30d':
      return { fromMs: midnight(now, -29), toMs: endMs };
    case 'month':
      return { fromMs: month(0), toMs: endMs };
    case 'lastMonth':
      return { fromMs: month(-1), toMs: month(0) };
  }
}

/** The span of the same length that ends where this one begins. */
export function spanBefore({ fromMs, toMs }: Span): Span {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
}

/** Whether a chart of the span has a point for each hour or for each day. */
export function intervalOf({ fromMs, toMs }: Span): 'hour' | 'day' {
  return toMs - fromMs <= HOURLY_UP_TO_MS ? 'hour' : 'day';
}

/** A span as the contract wants it. */
export function inWords({ fromMs, toMs }: Span): { from: string; to: string } {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
