/*
 * Made of Intl.DateTimeFormat, because Node before 26 has no Temporal and may have to run this.
 */
const DAY_MS = 86_400_000;
/** A formatter takes tens of kilobytes; there are about 600 zones, but as many ways to spell them as one likes. */
const FORMATTERS_MAX = 1000;
const formatters = new Map<string, Intl.DateTimeFormat>();

const ianaForm = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i;
/** Runtimes also know abbreviations of their own, and read CST as Chicago; IANA has no more of three letters than these. */
const ianaOfThreeLetters = /^(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/i;
const ownOfRuntimes = /^SystemV\//i;

/** Whether it is the name of a time zone of the IANA database, in any case. Offsets such as +08:00 are none. */
export function isTimeZone(text: string): boolean {
  if (text.length > 64 || !ianaForm.test(text) || ownOfRuntimes.test(text)) return false;
  if (text.length === 3 && !ianaOfThreeLetters.test(text)) return false;
  try {
    formatterOf(text);
    return true;
  } catch {
    return false;
  }
}

/** What a clock of the zone is ahead of UTC at a time, in milliseconds. Throws RangeError on an unknown zone. */
export function offsetMsAt(timeZone: string, timeMs: number): number {
  const numbers: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(timeMs)) numbers[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = numbers;
  const wholeSecondsMs = Math.floor(timeMs / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecondsMs;
}

/** The time in (`fromMs`, `toMs`] from which on the offset is another than at `fromMs`. Expects that there is one. */
export function transitionMs(timeZone: string, fromMs: number, toMs: number): number {
  const offsetMs = offsetMsAt(timeZone, fromMs);
  let before = fromMs;
  let after = toMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMsAt(timeZone, middle) === offsetMs) before = middle;
    else after = middle;
  }
  return after;
}

/**
 * The first instant at which clocks of the zone show `localMs` or later, where `localMs` is written as if it were UTC.
 * A local time that was skipped gives the moment of the change, one that came twice its first coming.
 */
export function firstInstant(timeZone: string, localMs: number): number {
  // No zone was ever further than 16 hours from UTC, so both sides of every instant in question are looked at.
  const fromMs = localMs - DAY_MS;
  const toMs = localMs + DAY_MS;
  const before = offsetMsAt(timeZone, fromMs);
  const after = offsetMsAt(timeZone, toMs);
  if (before === after) return localMs - before;
  const changeMs = transitionMs(timeZone, fromMs, toMs);
  return localMs - before < changeMs ? localMs - before : Math.max(changeMs, localMs - after);
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formatters.size >= FORMATTERS_MAX) formatters.clear();
  formatters.set(timeZone, made);
  return made;
}
