import type { UsageFigures } from '../../contract/usage.ts';

/** Sums of rows of `usage_hours`. Money is a BigInt: a year of a big company passes 2^53 nano-dollars. */
export interface UsageSums {
  readonly requests: number;
  readonly attempts: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: bigint;
  readonly unpricedRequests: number;
  readonly estimatedRequests: number;
  readonly missingRequests: number;
  readonly latencyMsSum: number;
  readonly latencyCount: number;
  readonly firstByteMsSum: number;
  readonly firstByteCount: number;
}

export const noUsage: UsageSums = {
  requests: 0,
  attempts: 0,
  errors: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0n,
  unpricedRequests: 0,
  estimatedRequests: 0,
  missingRequests: 0,
  latencyMsSum: 0,
  latencyCount: 0,
  firstByteMsSum: 0,
  firstByteCount: 0,
};

export function addUsage(a: UsageSums, b: UsageSums): UsageSums {
  return {
    requests: a.requests + b.requests,
    attempts: a.attempts + b.attempts,
    errors: a.errors + b.errors,
    inputTokens: a.inputTokens + b.inputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    costNanoUsd: a.costNanoUsd + b.costNanoUsd,
    unpricedRequests: a.unpricedRequests + b.unpricedRequests,
    estimatedRequests: a.estimatedRequests + b.estimatedRequests,
    missingRequests: a.missingRequests + b.missingRequests,
    latencyMsSum: a.latencyMsSum + b.latencyMsSum,
    latencyCount: a.latencyCount + b.latencyCount,
    firstByteMsSum: a.firstByteMsSum + b.firstByteMsSum,
    firstByteCount: a.firstByteCount + b.firstByteCount,
  };
}

/** What is left of `a` without `b`, which is a part of it. */
export function takeUsage(a: UsageSums, b: UsageSums): UsageSums {
  return {
    requests: a.requests - b.requests,
    attempts: a.attempts - b.attempts,
    errors: a.errors - b.errors,
    inputTokens: a.inputTokens - b.inputTokens,
    cacheReadTokens: a.cacheReadTokens - b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens - b.cacheWriteTokens,
    outputTokens: a.outputTokens - b.outputTokens,
    reasoningTokens: a.reasoningTokens - b.reasoningTokens,
    costNanoUsd: a.costNanoUsd - b.costNanoUsd,
    unpricedRequests: a.unpricedRequests - b.unpricedRequests,
    estimatedRequests: a.estimatedRequests - b.estimatedRequests,
    missingRequests: a.missingRequests - b.missingRequests,
    latencyMsSum: a.latencyMsSum - b.latencyMsSum,
    latencyCount: a.latencyCount - b.latencyCount,
    firstByteMsSum: a.firstByteMsSum - b.firstByteMsSum,
    firstByteCount: a.firstByteCount - b.firstByteCount,
  };
}

/** Sums as the contract tells them. */
export function toFigures(sums: UsageSums): UsageFigures {
  const { costNanoUsd, latencyMsSum, latencyCount, firstByteMsSum, firstByteCount, ...counts } = sums;
  // Nothing spent although calls were made, and none of them has a price: the cost is unknown, not zero.
  const isUnknown = costNanoUsd === 0n && sums.requests > 0 && sums.unpricedRequests >= sums.requests;
  return {
    ...counts,
    costUsd: isUnknown ? null : usdText(costNanoUsd),
    latencyMsAverage: average(latencyMsSum, latencyCount),
    firstByteMsAverage: average(firstByteMsSum, firstByteCount),
  };
}

/** US dollars with nine decimals. */
export function usdText(nanoUsd: bigint): string {
  const digits = String(nanoUsd).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** To a tenth of a millisecond. */
function average(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round((sum / count) * 10) / 10;
}
