import type { TokenBuckets } from '../../providers/usage/usage-reading.ts';
import type { UnitPrices } from './unit-prices.ts';

/** What one line of a call used, and at which prices. */
export interface PricedLine {
  readonly tokens: TokenBuckets;
  readonly unitPrices: UnitPrices | null;
}

const PRICE_TOKENS = 1_000_000;
const HALF = PRICE_TOKENS / 2;

/** Every kind of token, by the name it has in the counts and in the prices alike. */
const BUCKETS = [
  'inputUncached',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'audioInput',
  'audioCacheRead',
  'imageInput',
  'output',
  'reasoning',
  'audioOutput',
  'imageOutput',
] as const satisfies readonly (keyof TokenBuckets)[];

/**
 * What a call cost, in integer nano-USD: for each line the sum of tokens times price, rounded once, half up, and the
 * price per request once, at the prices of the first line. Null when a line has tokens of a kind without a price, or
 * when the sum is more than an integer holds. No lines cost nothing.
 */
export function costOf(lines: readonly PricedLine[]): number | null {
  let sum = lines[0]?.unitPrices?.perRequest ?? 0;
  for (const line of lines) {
    const cost = costOfLine(line);
    if (cost === null) return null;
    sum += cost;
  }
  return sum <= Number.MAX_SAFE_INTEGER ? sum : null;
}

function costOfLine({ tokens, unitPrices }: PricedLine): number | null {
  let sum = 0;
  for (const bucket of BUCKETS) {
    const count = tokens[bucket];
    if (count === 0) continue;
    const price = unitPrices === null ? null : unitPrices[bucket];
    if (price === null) return null;
    sum += count * price;
  }
  // Below this every product and every sum above was exact. Rounding never brings a larger one under it.
  if (sum > Number.MAX_SAFE_INTEGER) return unitPrices === null ? null : costOfLargeLine(tokens, unitPrices);
  const rest = sum % PRICE_TOKENS;
  return (sum - rest) / PRICE_TOKENS + (rest >= HALF ? 1 : 0);
}

function costOfLargeLine(tokens: TokenBuckets, unitPrices: UnitPrices): number {
  const sum = BUCKETS.reduce((total, bucket) => total + BigInt(tokens[bucket]) * BigInt(unitPrices[bucket] ?? 0), 0n);
  return Number((sum + BigInt(HALF)) / BigInt(PRICE_TOKENS));
}

/**
 * What a call is taken to cost before it is made, in nano-USD, for the hold on a budget: all input at the dearer of the
 * input price and the price of writing it to the cache, the longest answer at the dearer of output and reasoning. A kind
 * without a price counts nothing.
 */
export function estimateCost(call: {
  readonly unitPrices: UnitPrices;
  readonly inputTokens: number;
  readonly outputTokensMax: number;
}): number {
  const { inputUncached, cacheWrite5m, output, reasoning, perRequest } = call.unitPrices;
  const input = Math.max(inputUncached ?? 0, cacheWrite5m ?? 0);
  const answer = Math.max(output ?? 0, reasoning ?? 0);
  const nanoUsd = Math.ceil((call.inputTokens * input + call.outputTokensMax * answer) / PRICE_TOKENS) + perRequest;
  return Math.min(nanoUsd, Number.MAX_SAFE_INTEGER);
}
