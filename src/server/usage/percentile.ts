/** So many calls took longer than `aboveMs` and at most `upToMs`. */
export interface DurationRange {
  readonly aboveMs: number;
  readonly upToMs: number;
  readonly calls: number;
}

/** As `usage_latencies` counts: bucket n ends at 2^(n/4) ms, and 0 holds all that took no longer than 1 ms. */
export function rangeOfBucket(bucket: number, calls: number): DurationRange {
  return { aboveMs: bucket === 0 ? 0 : 2 ** ((bucket - 1) / 4), upToMs: 2 ** (bucket / 4), calls };
}

/**
 * The time that a share (0 to 1) of the calls stayed within, in whole milliseconds; null without calls. Inside a range
 * calls are taken to be spread evenly, so the answer is never further off than its range is wide (19 % of the time).
 */
export function durationWithin(ranges: readonly DurationRange[], share: number): number | null {
  const total = ranges.reduce((sum, { calls }) => sum + calls, 0);
  if (total === 0) return null;
  let left = share * total;
  for (const { aboveMs, upToMs, calls } of ranges.toSorted((a, b) => a.upToMs - b.upToMs)) {
    if (left <= calls) return Math.round(aboveMs + (upToMs - aboveMs) * (left / calls));
    left -= calls;
  }
  return null;
}
