import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noTokens, type TokenBuckets } from '../../providers/usage/usage-reading.ts';
import { costOf, estimateCost, type PricedLine } from './cost.ts';
import type { UnitPrices } from './unit-prices.ts';

const buckets = Object.keys(noTokens) as (keyof TokenBuckets)[];

const pricesOf = (price: (bucket: keyof TokenBuckets) => number | null, perRequest = 0): UnitPrices => ({
  ...(Object.fromEntries(buckets.map((bucket) => [bucket, price(bucket)])) as unknown as Omit<
    UnitPrices,
    'perRequest' | 'source'
  >),
  perRequest,
  source: 'catalogue',
});

const perBucket = <Value>(value: fc.Arbitrary<Value>) =>
  fc.record(Object.fromEntries(buckets.map((bucket) => [bucket, value])) as Record<keyof TokenBuckets, typeof value>);

const tokenCounts = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 5_000 }),
  fc.integer({ min: 1, max: 2_000_000 }),
  fc.integer({ min: 1, max: 1_000_000_000 }),
);
// Up to $10,000 a million tokens, the most that anybody may enter.
const prices = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 999 }),
  fc.integer({ min: 0, max: 10 ** 11 }),
  fc.integer({ min: 0, max: 10 ** 13 }),
);
const linesOf = (price: fc.Arbitrary<number | null>) =>
  fc.array(
    fc.record({
      tokens: perBucket(tokenCounts),
      unitPrices: fc
        .record({ each: perBucket(price), perRequest: fc.integer({ min: 0, max: 10 ** 10 }) })
        .map(({ each, perRequest }) => pricesOf((bucket) => each[bucket], perRequest)),
    }),
    { maxLength: 3 },
  );

/** Another way to the same sum: decimal text of the exact quotient, rounded by looking at its first decimal. */
function oracle(lines: readonly PricedLine[]): bigint {
  const ofLine = ({ tokens, unitPrices }: PricedLine): bigint => {
    let total = 0n;
    for (const bucket of buckets) total += BigInt(tokens[bucket]) * BigInt(unitPrices?.[bucket] ?? 0);
    const text = String(total).padStart(7, '0');
    const [whole, firstDecimal] = [text.slice(0, -6), text.at(-6)];
    return BigInt(whole) + (Number(firstDecimal) >= 5 ? 1n : 0n);
  };
  return lines.reduce((sum, line) => sum + ofLine(line), BigInt(lines[0]?.unitPrices?.perRequest ?? 0));
}

describe('the cost of a call', () => {
  it('is exact to the nano-dollar, however many the tokens and however high the prices', () => {
    fc.assert(
      fc.property(linesOf(prices), (lines) => {
        const exact = oracle(lines);
        expect(costOf(lines)).toBe(exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : null);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(buckets)('counts %s at its own price, and nothing else', (bucket) => {
    const tokens = { ...noTokens, [bucket]: 3_000_000 };
    const unitPrices = pricesOf((each) => (each === bucket ? 7_000_000_000 : 1));
    expect(costOf([{ tokens, unitPrices }])).toBe(21_000_000_000);
  });

  it('rounds half a nano-dollar up, once for each line', () => {
    const line = (inputUncached: number) => ({ tokens: { ...noTokens, inputUncached }, unitPrices: pricesOf(() => 1) });
    expect(costOf([line(499_999)])).toBe(0);
    expect(costOf([line(500_000)])).toBe(1);
    expect(costOf([line(500_000), line(500_000)])).toBe(2);
    expect(costOf([line(1_499_999)])).toBe(1);
  });

  it('has the price per request once, whatever the number of lines', () => {
    const line = { tokens: { ...noTokens, output: 1_000_000 }, unitPrices: pricesOf(() => 5, 12_000_000) };
    expect(costOf([line, line])).toBe(12_000_010);
    expect(costOf([{ ...line, tokens: noTokens }])).toBe(12_000_000);
  });

  it('is unknown, never 0, as soon as tokens of one kind have no price', () => {
    fc.assert(
      fc.property(linesOf(fc.option(prices, { freq: 3 })), (lines) => {
        const lacks = lines.some(({ tokens, unitPrices }) =>
          buckets.some((bucket) => tokens[bucket] > 0 && unitPrices[bucket] === null),
        );
        expect(costOf(lines) === null).toBe(lacks || oracle(lines) > BigInt(Number.MAX_SAFE_INTEGER));
      }),
    );
    expect(costOf([{ tokens: { ...noTokens, output: 1 }, unitPrices: null }])).toBeNull();
    expect(costOf([{ tokens: noTokens, unitPrices: null }])).toBe(0);
    expect(costOf([])).toBe(0);
  });

  it('comes out the same from what was written down', () => {
    fc.assert(
      fc.property(linesOf(prices), (lines) => {
        expect(costOf(JSON.parse(JSON.stringify(lines)))).toBe(costOf(lines));
      }),
    );
  });
});

describe('the estimate that is held of a budget', () => {
  it('is never below the cost of a call with no more tokens, whichever of input and cache write they are', () => {
    const tokens = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(perBucket(prices), tokens, tokens, fc.boolean(), (each, input, output, isWrite) => {
        const unitPrices = pricesOf((bucket) => each[bucket], 7);
        const used = { ...noTokens, [isWrite ? 'cacheWrite5m' : 'inputUncached']: input, output };
        const estimate = estimateCost({ unitPrices, inputTokens: input, outputTokensMax: output });
        expect(Number.isSafeInteger(estimate)).toBe(true);
        // Above 2^53 the estimate is only as exact as a double is.
        const cost = costOf([{ tokens: used, unitPrices }]) ?? 0;
        expect(estimate * (1 + Number.EPSILON)).toBeGreaterThanOrEqual(cost);
      }),
    );
  });

  it('leaves out what has no price', () => {
    const unitPrices = pricesOf((bucket) => (bucket === 'inputUncached' ? 2_000_000_000 : null));
    expect(estimateCost({ unitPrices, inputTokens: 500_000, outputTokensMax: 9_000 })).toBe(1_000_000_000);
  });
});
