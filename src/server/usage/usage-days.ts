import { firstInstant, offsetMsAt, transitionMs } from '../limits/time-zone.ts';
import type { ClockOffset } from './usage-figures.store.ts';
import { DAY_MS, type UsageSpan } from './usage-span.ts';

/** What the clocks of a zone show in a span: its offsets from UTC, each with the moment from which on it holds. */
export function clockOffsets(timeZone: string, { fromMs, toMs }: UsageSpan): ClockOffset[] {
  const offsets = [{ fromMs, offsetMs: offsetMsAt(timeZone, fromMs) }];
  for (let beforeMs = fromMs; beforeMs < toMs; beforeMs += DAY_MS) {
    const afterMs = Math.min(beforeMs + DAY_MS, toMs);
    const offsetMs = offsetMsAt(timeZone, afterMs);
    if (offsetMs === offsets.at(-1)?.offsetMs) continue;
    offsets.push({ fromMs: transitionMs(timeZone, beforeMs, afterMs), offsetMs });
  }
  return offsets;
}

/** The local day, counted from 1970-01-01, that a moment lies in. */
export function dayNumber(offsets: readonly ClockOffset[], timeMs: number): number {
  const offset = offsets.findLast(({ fromMs }) => fromMs <= timeMs) ?? offsets[0];
  return Math.floor((timeMs + (offset?.offsetMs ?? 0)) / DAY_MS);
}

/** When a local day begins, or null for one that the zone skipped, as Samoa did with 2011-12-30. */
export function startOfDay(timeZone: string, day: number): number | null {
  const startMs = firstInstant(timeZone, day * DAY_MS);
  return startMs === firstInstant(timeZone, (day + 1) * DAY_MS) ? null : startMs;
}
