import fc from 'fast-check';
import { expect, it } from 'vitest';
import { intervalOf, presets, readDays, spanBefore, spanOf } from './range.ts';

const NOW = Date.parse('2026-11-22T08:30:00.000Z');
const HOUR_MS = 3_600_000;

it.each(presets)('%s is a span in order, and the one before it is as long and ends where it begins', (preset) => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2001), max: Date.UTC(2100) }), (nowMs) => {
      const span = spanOf(preset, nowMs);
      const before = spanBefore(span);
      expect(span.fromMs).toBeLessThan(span.toMs);
      expect(before.toMs).toBe(span.fromMs);
      expect(before.toMs - before.fromMs).toBe(span.toMs - span.fromMs);
    }),
  );
});

it('the last hours end with the running hour, so that the question stays the same within it', () => {
  const span = spanOf('24h', NOW);
  expect(span).toEqual({ fromMs: Date.parse('2026-11-21T09:00:00Z'), toMs: Date.parse('2026-11-22T09:00:00Z') });
  expect(spanOf('24h', NOW + 20 * 60_000)).toEqual(span);
  expect(spanOf('24h', NOW + HOUR_MS)).not.toEqual(span);
});

it('the day at the end of a custom range is inside, and the future is not', () => {
  const span = spanOf({ from: '2026-11-01', to: '2026-11-03' }, NOW);
  expect(span.toMs - span.fromMs).toBe(72 * HOUR_MS);
  expect(spanOf({ from: '2026-11-01', to: '2026-12-31' }, NOW).toMs).toBe(Date.parse('2026-11-22T09:00:00Z'));
});

it.each([
  ['2026-11-03', '2026-11-01'],
  ['2026-13-01', '2026-13-02'],
  ['yesterday', '2026-11-01'],
  ['2026-11-01', undefined],
])('%s to %s is no range', (from, to) => {
  expect(readDays(from, to)).toBeNull();
});

it('a chart of three days is hourly, a longer one daily', () => {
  expect(intervalOf({ fromMs: 0, toMs: 72 * HOUR_MS })).toBe('hour');
  expect(intervalOf({ fromMs: 0, toMs: 73 * HOUR_MS })).toBe('day');
});
