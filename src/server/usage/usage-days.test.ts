import { describe, expect, it } from 'vitest';
import { clockOffsets, dayNumber, startOfDay } from './usage-days.ts';

const HOUR_MS = 3_600_000;

describe('local days', () => {
  it.each(['Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'])(
    'every hour of a year in %s is in the day that its clocks show',
    (timeZone) => {
      const span = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 0, 1) };
      const offsets = clockOffsets(timeZone, span);
      const shown = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
      for (let timeMs = span.fromMs; timeMs < span.toMs; timeMs += HOUR_MS) {
        const day = new Date(dayNumber(offsets, timeMs) * 24 * HOUR_MS).toISOString().slice(0, 10);
        expect(day).toBe(shown.format(timeMs));
      }
    },
  );

  it('a day begins where the one before it ends', () => {
    const day = Date.UTC(2026, 9, 25) / (24 * HOUR_MS);
    const starts = [0, 1].map((later) => startOfDay('Europe/Berlin', day + later) ?? 0);
    expect(starts.map((ms) => new Date(ms).toISOString())).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });

  it('a day that a zone skipped does not begin', () => {
    const skipped = Date.UTC(2011, 11, 30) / (24 * HOUR_MS);
    expect(startOfDay('Pacific/Apia', skipped)).toBeNull();
    expect(startOfDay('Pacific/Apia', skipped + 1)).toBe(Date.UTC(2011, 11, 30, 10));
  });
});
