import type { EventRow } from './event-rows.ts';

/** No model reads or writes as much in one call; and millions of calls of this size can be added up exactly. */
const TOKENS_MAX = 1_000_000_000;
/** $10,000 for one call. */
const COST_NANO_USD_MAX = 10_000_000_000_000;
/** Eleven days. */
const LATENCY_MS_MAX = 1_000_000_000;

const counts = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const;

/**
 * The row with numbers that every database holds and that sums stay exact with, whatever a provider told. One that had
 * to be bounded is not exact.
 */
export function boundRow(row: EventRow): EventRow {
  if (isBounded(row)) return row;
  const cost = row.cost_nano_usd ?? null;
  const bounded = {
    ...row,
    cost_nano_usd: cost === null ? null : bound(cost, COST_NANO_USD_MAX),
    latency_ms: bound(row.latency_ms, LATENCY_MS_MAX),
    first_byte_ms: (row.first_byte_ms ?? null) === null ? null : bound(Number(row.first_byte_ms), LATENCY_MS_MAX),
  };
  for (const name of counts) bounded[name] = bound(row[name], TOKENS_MAX);
  const isChanged = counts.some((name) => bounded[name] !== row[name]) || bounded.cost_nano_usd !== cost;
  return isChanged && row.usage_state === 'exact' ? { ...bounded, usage_state: 'estimated' } : bounded;
}

function isBounded(row: EventRow): boolean {
  return (
    counts.every((name) => isWithin(row[name], TOKENS_MAX)) &&
    isWithin(row.cost_nano_usd ?? 0, COST_NANO_USD_MAX) &&
    isWithin(row.latency_ms, LATENCY_MS_MAX) &&
    isWithin(row.first_byte_ms ?? 0, LATENCY_MS_MAX)
  );
}

const isWithin = (value: number, max: number): boolean => Number.isInteger(value) && value >= 0 && value <= max;

function bound(value: number, max: number): number {
  return value > 0 ? Math.min(Math.round(value), max) : 0;
}
