import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationWithin, rangeOfBucket } from './percentile.ts';
import { latencyBucket } from './usage-sums.ts';

describe('the time that a share of calls stayed within', () => {
  it('is null without calls', () => {
    expect(durationWithin([], 0.5)).toBeNull();
    expect(durationWithin([{ aboveMs: 0, upToMs: 1, calls: 0 }], 0.5)).toBeNull();
  });

  it('is the time itself where it is known exactly', () => {
    const exactly = (ms: number) => ({ aboveMs: ms, upToMs: ms, calls: 1 });
    const times = [40, 10, 30, 20].map(exactly);
    expect(durationWithin(times, 0.5)).toBe(20);
    expect(durationWithin(times, 0.95)).toBe(40);
    expect(durationWithin(times, 1)).toBe(40);
  });

  it('is at most 19 % off when it comes from buckets', () => {
    const someTimes = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(someTimes, fc.constantFrom(0.5, 0.95), (times, share) => {
        const ranges = times.map((ms) => rangeOfBucket(latencyBucket(ms), 1));
        const found = durationWithin(ranges, share) ?? Number.NaN;
        const sorted = times.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(share * times.length) - 1] ?? Number.NaN;
        // Rounding to whole milliseconds may add a half.
        expect(found).toBeLessThanOrEqual(exact * 2 ** 0.25 + 0.5);
        expect(found).toBeGreaterThanOrEqual(exact / 2 ** 0.25 - 0.5);
      }),
    );
  });
});
