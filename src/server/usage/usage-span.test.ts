import { describe, expect, it } from 'vitest';
import { hourSpan, logSpan } from './usage-span.ts';

const nowMs = Date.UTC(2026, 10, 22, 10, 30);
const time = (ms: number): string => new Date(ms).toISOString();

describe('the span of sums', () => {
  it('is the last thirty days up to the end of this hour unless it is said', () => {
    const { fromMs, toMs } = hourSpan({}, nowMs);
    expect(time(toMs)).toBe('2026-11-22T11:00:00.000Z');
    expect(time(fromMs)).toBe('2026-10-23T10:00:00.000Z');
  });

  it('keeps whole hours as they are, whatever the offset they are told in', () => {
    const asked = { from: '2026-11-22T02:00:00+02:00', to: '2026-11-22T01:00:00Z' };
    const { fromMs, toMs } = hourSpan(asked, nowMs);
    expect([time(fromMs), time(toMs)]).toEqual(['2026-11-22T00:00:00.000Z', '2026-11-22T01:00:00.000Z']);
  });

  it.each(['9999-12-31T23:59:59Z', '9999-12-31T23:59:59-12:00'])(
    'that ends with time itself (%s) can be told',
    (to) => {
      const { toMs } = hourSpan({ from: '2000-01-01T00:00:00Z', to }, nowMs);
      expect(time(toMs)).toBe('9999-12-31T23:00:00.000Z');
    },
  );

  it('that does not begin before it ends is refused', () => {
    expect(() => hourSpan({ from: time(nowMs), to: time(nowMs) }, nowMs)).toThrow('must be before');
    expect(() => hourSpan({ from: time(nowMs + 2) }, nowMs)).toThrow('must be before');
  });
});

describe('the span of a log', () => {
  it('is exact, and open at its end unless an end is asked for', () => {
    const from = '2026-11-22T10:29:59.999Z';
    expect(logSpan({ from }, nowMs)).toEqual({ fromMs: nowMs - 1, toMs: null });
    expect(logSpan({ from, to: time(nowMs) }, nowMs)).toEqual({ fromMs: nowMs - 1, toMs: nowMs });
  });

  it('of one request is all time unless a beginning is asked for', () => {
    expect(logSpan({ requestId: 'one' }, nowMs).fromMs).toBe(0);
    expect(logSpan({ requestId: 'one', from: time(nowMs) }, nowMs).fromMs).toBe(nowMs);
  });
});
