import type { BudgetPeriod } from '../../contract/vocabulary.ts';
import { firstInstant, offsetMsAt, transitionMs } from './time-zone.ts';

export { isTimeZone } from './time-zone.ts';

/** When a budget starts again. `total` never does. */
export interface BudgetCalendar {
  readonly period: BudgetPeriod;
  /** A name for which `isTimeZone` holds. */
  readonly timeZone: string;
  /** Monday unless it is said. */
  readonly weekStartsOn?: 'monday' | 'sunday';
}

/** From `startMs` up to, but not including, `endMs`, in milliseconds UTC. Null: for ever. */
export interface BudgetWindow {
  readonly startMs: number;
  readonly endMs: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More calendars than this at once do not happen; the bound is against names spelt in ever new ways. */
const REMEMBERED_MAX = 5000;
const forEver: BudgetWindow = { startMs: 0, endMs: null };
const remembered = new Map<string, BudgetWindow>();

/**
 * The window of a calendar that holds `nowMs` (whole milliseconds UTC since 1970). Windows follow each other without gap
 * or overlap: days last 23 to 25 hours where the clocks change, an hour in which they change by less than one is cut
 * there, and a day that the zone skipped has no window. Throws RangeError on a time zone that does not exist.
 */
export function budgetWindow(input: BudgetCalendar & { readonly nowMs: number }): BudgetWindow {
  const { period, timeZone, weekStartsOn = 'monday', nowMs } = input;
  if (period === 'total') return forEver;
  const name = `${period} ${weekStartsOn} ${timeZone}`;
  const last = remembered.get(name);
  if (last !== undefined && nowMs >= last.startMs && last.endMs !== null && nowMs < last.endMs) return last;
  const found = period === 'hour' ? hourAt(timeZone, nowMs) : daysAt(timeZone, nowMs, stepsOf[period](weekStartsOn));
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(name, found);
  return found;
}

/** An hour of the zone's own clock, so that it also begins at :00 where offsets have half and quarter hours. */
function hourAt(timeZone: string, nowMs: number): BudgetWindow {
  const shiftAt = (timeMs: number): number => modulo(offsetMsAt(timeZone, timeMs), HOUR_MS);
  const shiftMs = shiftAt(nowMs);
  const startMs = nowMs - modulo(nowMs + shiftMs, HOUR_MS);
  const endMs = startMs + HOUR_MS;
  return {
    startMs: shiftAt(startMs) === shiftMs ? startMs : transitionMs(timeZone, startMs, nowMs),
    endMs: shiftAt(endMs) === shiftMs ? endMs : transitionMs(timeZone, nowMs, endMs),
  };
}

/** How a period of whole days steps through local dates, each written as the time it would begin at in UTC. */
interface DateSteps {
  readonly firstOf: (dateMs: number) => number;
  readonly after: (firstMs: number) => number;
}

const month = (dateMs: number, add: number): number => {
  const date = new Date(dateMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + add, 1);
};

const stepsOf: Record<'day' | 'week' | 'month', (weekStartsOn: 'monday' | 'sunday') => DateSteps> = {
  day: () => ({ firstOf: (dateMs) => dateMs, after: (firstMs) => firstMs + DAY_MS }),
  week: (weekStartsOn) => ({
    firstOf: (dateMs) =>
      dateMs - modulo(new Date(dateMs).getUTCDay() - (weekStartsOn === 'sunday' ? 0 : 1), 7) * DAY_MS,
    after: (firstMs) => firstMs + 7 * DAY_MS,
  }),
  month: () => ({ firstOf: (dateMs) => month(dateMs, 0), after: (firstMs) => month(firstMs, 1) }),
};

function daysAt(timeZone: string, nowMs: number, { firstOf, after }: DateSteps): BudgetWindow {
  const localMs = nowMs + offsetMsAt(timeZone, nowMs);
  const firstMs = firstOf(localMs - modulo(localMs, DAY_MS));
  const startMs = firstInstant(timeZone, firstMs);
  const nextMs = after(firstMs);
  const endMs = firstInstant(timeZone, nextMs);
  // Clocks that were put back over midnight show the old date a second time; the new window has begun all the same.
  return nowMs < endMs ? { startMs, endMs } : { startMs: endMs, endMs: firstInstant(timeZone, after(nextMs)) };
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
