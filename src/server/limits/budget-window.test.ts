import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BudgetPeriod, budgetPeriods } from '../../contract/vocabulary.ts';
import { type BudgetCalendar, budgetWindow, isTimeZone } from './budget-window.ts';

const HOUR_MS = 3_600_000;
/** Whole, half and quarter hours, changes at midnight, by half an hour and over the date line. */
const timeZones = [
  'UTC',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Beirut',
  'Asia/Pyongyang',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'America/Havana',
  'America/St_Johns',
  'America/Caracas',
  'Africa/Casablanca',
  'Africa/Monrovia',
] as const;

const instants = fc.integer({ min: Date.UTC(1970, 1), max: Date.UTC(2060, 0) });
const calendars: fc.Arbitrary<BudgetCalendar> = fc.record({
  period: fc.constantFrom(...budgetPeriods),
  timeZone: fc.constantFrom(...timeZones),
  weekStartsOn: fc.constantFrom('monday' as const, 'sunday' as const),
});

function show(period: BudgetPeriod, timeZone: string, now: string, weekStartsOn: 'monday' | 'sunday' = 'monday') {
  const { startMs, endMs } = budgetWindow({ period, timeZone, weekStartsOn, nowMs: Date.parse(now) });
  const text = (timeMs: number) => new Date(timeMs).toISOString().replace(':00.000Z', 'Z');
  return [text(startMs), endMs === null ? null : text(endMs)];
}

describe('a window', () => {
  it.each([
    ['hour', 'UTC', '2026-05-05T10:59:59.999Z', '2026-05-05T10:00Z', '2026-05-05T11:00Z'],
    ['hour', 'Asia/Kathmandu', '2026-05-05T10:14:00Z', '2026-05-05T09:15Z', '2026-05-05T10:15Z'],
    ['hour', 'Asia/Kolkata', '2026-05-05T10:30:00Z', '2026-05-05T10:30Z', '2026-05-05T11:30Z'],
    ['day', 'Asia/Shanghai', '2026-05-05T16:00:00Z', '2026-05-05T16:00Z', '2026-05-06T16:00Z'],
    ['day', 'Asia/Shanghai', '2026-05-05T15:59:59.999Z', '2026-05-04T16:00Z', '2026-05-05T16:00Z'],
    ['week', 'UTC', '2026-05-06T12:00:00Z', '2026-05-04T00:00Z', '2026-05-11T00:00Z'],
    ['week', 'America/New_York', '2026-03-08T12:00:00Z', '2026-03-02T05:00Z', '2026-03-09T04:00Z'],
    ['month', 'UTC', '2024-02-29T23:59:59Z', '2024-02-01T00:00Z', '2024-03-01T00:00Z'],
    ['month', 'UTC', '2025-12-31T23:59:59Z', '2025-12-01T00:00Z', '2026-01-01T00:00Z'],
    ['month', 'Asia/Shanghai', '2026-01-31T16:00:00Z', '2026-01-31T16:00Z', '2026-02-28T16:00Z'],
    ['total', 'Asia/Shanghai', '2026-01-31T16:00:00Z', '1970-01-01T00:00Z', null],
  ] as const)('by the %s in %s holds %s from %s to %s', (period, timeZone, now, start, end) => {
    expect(show(period, timeZone, now)).toEqual([start, end]);
  });

  it('of a week begins on the day that is asked for', () => {
    expect(show('week', 'UTC', '2026-05-03T12:00:00Z', 'sunday')).toEqual(['2026-05-03T00:00Z', '2026-05-10T00:00Z']);
    expect(show('week', 'UTC', '2026-05-03T12:00:00Z', 'monday')).toEqual(['2026-04-27T00:00Z', '2026-05-04T00:00Z']);
  });

  it.each([
    [
      '23 hours where clocks go forward',
      'Europe/Berlin',
      '2026-03-29T12:00Z',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
    ],
    ['25 hours where they go back', 'Europe/Berlin', '2026-10-25T12:00Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['24.5 hours on Lord Howe', 'Australia/Lord_Howe', '2026-04-04T20:00Z', '2026-04-04T13:00Z', '2026-04-05T13:30Z'],
    [
      'from one where midnight is skipped',
      'America/Sao_Paulo',
      '2018-11-04T12:00Z',
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
    ],
    ['from one in Cairo', 'Africa/Cairo', '2026-04-24T12:00Z', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
    [
      'from the first of two midnights',
      'America/Havana',
      '2026-11-01T12:00Z',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
    ],
    ['to the day after a skipped one', 'Pacific/Apia', '2011-12-30T09:00Z', '2011-12-29T10:00Z', '2011-12-30T10:00Z'],
  ])('of a day lasts %s', (_why, timeZone, now, start, end) => {
    expect(show('day', timeZone, now)).toEqual([start, end]);
  });

  it('of a day is not left when clocks are put back over midnight', () => {
    // At 00:01 on 7 November 2010 the clocks of St John's showed 23:01 of the day before again.
    const window = ['2010-11-07T02:30Z', '2010-11-08T03:30Z'];
    expect(show('day', 'America/St_Johns', '2010-11-07T02:29:59Z')[1]).toBe(window[0]);
    for (const now of ['2010-11-07T02:30:00Z', '2010-11-07T02:31:00Z', '2010-11-07T03:00Z', '2010-11-07T12:00Z']) {
      expect(show('day', 'America/St_Johns', now)).toEqual(window);
    }
  });

  it('of an hour is cut where clocks change by half an hour', () => {
    expect(show('hour', 'Australia/Lord_Howe', '2026-04-04T14:59Z')).toEqual([
      '2026-04-04T14:00Z',
      '2026-04-04T15:00Z',
    ]);
    expect(show('hour', 'Australia/Lord_Howe', '2026-04-04T15:00Z')).toEqual([
      '2026-04-04T15:00Z',
      '2026-04-04T15:30Z',
    ]);
    // At 23:30 in Pyongyang it was midnight.
    expect(show('hour', 'Asia/Pyongyang', '2018-05-04T14:59Z')).toEqual(['2018-05-04T14:30Z', '2018-05-04T15:00Z']);
    expect(show('hour', 'Asia/Pyongyang', '2018-05-04T15:00Z')).toEqual(['2018-05-04T15:00Z', '2018-05-04T16:00Z']);
  });

  it('holds the instant it was asked for, and every instant in it gives the same one', () => {
    fc.assert(
      fc.property(calendars, instants, fc.double({ min: 0, max: 1, noNaN: true }), (calendar, nowMs, share) => {
        const window = budgetWindow({ ...calendar, nowMs });
        const endMs = window.endMs ?? Date.UTC(2060, 0);
        expect(window.startMs).toBeLessThanOrEqual(nowMs);
        expect(nowMs).toBeLessThan(endMs);
        const inside = window.startMs + Math.floor((endMs - 1 - window.startMs) * share);
        for (const other of [window.startMs, inside, endMs - 1]) {
          expect(budgetWindow({ ...calendar, nowMs: other })).toEqual(window);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('ends where the next begins', () => {
    fc.assert(
      fc.property(calendars, instants, (calendar, nowMs) => {
        const { startMs, endMs } = budgetWindow({ ...calendar, nowMs });
        if (endMs === null) return;
        expect(budgetWindow({ ...calendar, nowMs: endMs }).startMs).toBe(endMs);
        expect(budgetWindow({ ...calendar, nowMs: startMs - 1 }).endMs).toBe(startMs);
      }),
      { numRuns: 400 },
    );
  });

  it.each(timeZones)('of every day in %s follows the one before, through all changes of 2005 to 2030', (timeZone) => {
    let { startMs, endMs } = budgetWindow({ period: 'day', timeZone, nowMs: Date.UTC(2005, 0) });
    const odd: unknown[] = [];
    while (endMs !== null && endMs < Date.UTC(2030, 0)) {
      const hours = (endMs - startMs) / HOUR_MS;
      const next = budgetWindow({ period: 'day', timeZone, nowMs: endMs });
      if (next.startMs !== endMs || hours < 22 || hours > 26) odd.push({ startMs, endMs, next });
      ({ startMs, endMs } = next);
    }
    expect(endMs).toBeGreaterThanOrEqual(Date.UTC(2030, 0));
    expect(odd).toEqual([]);
  });

  it('is remembered per calendar, so that asking again costs next to nothing', () => {
    const nowMs = Date.UTC(2026, 4, 5);
    const asked = { period: 'day', timeZone: 'Europe/Berlin', nowMs } as const;
    expect(budgetWindow(asked)).toBe(budgetWindow({ ...asked, nowMs: nowMs + 1 }));
    expect(budgetWindow(asked)).not.toEqual(budgetWindow({ ...asked, timeZone: 'Asia/Shanghai' }));
    expect(budgetWindow(asked)).not.toEqual(budgetWindow({ ...asked, period: 'week' }));
  });
});

describe('agrees with an independent calendar', () => {
  it.skipIf(!('Temporal' in globalThis))('where days begin', () => {
    const gaps = fc.integer({ min: -30 * HOUR_MS, max: 30 * HOUR_MS });
    fc.assert(
      fc.property(fc.constantFrom(...timeZones), instants, gaps, (timeZone, fromMs, gapMs) => {
        const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
        // Near changes of the clock, where calendars go wrong.
        const nowMs = (from.getTimeZoneTransition('next') ?? from).epochMilliseconds + gapMs;
        const date = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
        const starts = [0, 1, 2].map((days) => date.add({ days }).toZonedDateTime(timeZone).epochMilliseconds);
        const startMs = starts.findLast((start) => start <= nowMs);
        const endMs = starts.find((start) => start > nowMs);
        expect(budgetWindow({ period: 'day', timeZone, nowMs })).toEqual({ startMs, endMs });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a name of a time zone', () => {
  it.each([
    'UTC',
    'GMT',
    'PRC',
    'Asia/Shanghai',
    'asia/shanghai',
    'Asia/Kolkata',
    'America/Argentina/Buenos_Aires',
    'Etc/GMT+8',
  ])('%s is one', (text) => {
    expect(isTimeZone(text)).toBe(true);
    expect(budgetWindow({ period: 'day', timeZone: text, nowMs: 0 }).endMs).toBeGreaterThan(0);
  });

  it.each(['', ' UTC', 'UTC ', 'Mars/Olympus', '+08:00', 'CST', 'SystemV/PST8', 'Asia/', '../UTC', 'a'.repeat(200)])(
    '%j is none',
    (text) => {
      expect(isTimeZone(text)).toBe(false);
    },
  );

  it('that does not exist throws', () => {
    expect(() => budgetWindow({ period: 'day', timeZone: 'Mars/Olympus', nowMs: 0 })).toThrow(RangeError);
  });
});
