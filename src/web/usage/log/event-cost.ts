import type { UsageEvent } from './log-queries.ts';

export const buckets = [
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
] as const;
export type Bucket = (typeof buckets)[number];

export interface BilledBucket {
  bucket: Bucket;
  tokens: number;
  usdPerMillion: number | null;
  /** US dollars with nine decimals; null without a price. */
  costUsd: string | null;
}

const NANO = 1_000_000_000;
const MILLION = 1_000_000;

/** The tokens of one billing line that are not nothing, each with the price it was billed at. */
export function billedBuckets({ tokens, usdPerMillion }: UsageEvent['lines'][number]): BilledBucket[] {
  return buckets.flatMap((bucket) => {
    const count = tokens[bucket] ?? 0;
    if (count === 0) return [];
    const price = usdPerMillion?.[bucket] ?? null;
    return [{ bucket, tokens: count, usdPerMillion: price, costUsd: price === null ? null : costOf(count, price) }];
  });
}

/** Whole nano-dollars, as the meter counts: a price per million in nano-dollars times tokens fits no double. */
function costOf(tokens: number, usdPerMillion: number): string {
  const nanoUsd = (BigInt(tokens) * BigInt(Math.round(usdPerMillion * NANO))) / BigInt(MILLION);
  const whole = nanoUsd / BigInt(NANO);
  return `${whole}.${String(nanoUsd % BigInt(NANO)).padStart(9, '0')}`;
}
