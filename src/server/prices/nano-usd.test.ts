import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nanoToUsd, usdToNano } from './nano-usd.ts';

describe('US dollars as integers', () => {
  it.each([
    [0, 0],
    [0.1, 100_000_000],
    [2.5, 2_500_000_000],
    [0.0028, 2_800_000],
    [1e-9, 1],
    [1.1e-7, 110],
    [10_000, 10_000_000_000_000],
    [1234.567890123, 1_234_567_890_123],
  ])('%d are %d nano-dollars', (usd, nano) => {
    expect(usdToNano(usd)).toBe(nano);
  });

  it.each([1e-10, 0.1234567891, 2.5e-12])('has no integer for %d, which is finer than a nano-dollar', (usd) => {
    expect(usdToNano(usd)).toBeNull();
  });

  it('come back as the number that was entered', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 13 }), (nano) => {
        expect(usdToNano(nanoToUsd(nano))).toBe(nano);
      }),
      { numRuns: 2_000 },
    );
    for (const usd of [0.1, 0.7, 1.005, 3.75, 0.000_000_003]) expect(nanoToUsd(usdToNano(usd) ?? -1)).toBe(usd);
  });
});
