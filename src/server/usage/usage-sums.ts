import type { NewRow } from '../database/schema.ts';
import type { EventRow } from './event-rows.ts';

const HOUR_MS = 3_600_000;
const BUCKETS_PER_OCTAVE = 4;

type HourRow = NewRow<'usage_hours'>;
type LatencyRow = NewRow<'usage_latencies'>;

/** The bucket of a time: n holds times up to 2^(n/4) ms. */
export function latencyBucket(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(BUCKETS_PER_OCTAVE * Math.log2(ms));
}

/** What events add to the sums of their hours. */
export function sumByHour(events: readonly EventRow[]): HourRow[] {
  const hours = new Map<string, HourRow>();
  for (const event of events) {
    const hour = hourOf(event);
    const name = [
      hour.workspace_id,
      hour.hour_at,
      hour.provider,
      hour.model,
      hour.credential_id,
      hour.virtual_key_id,
      hour.member_id,
      hour.tool,
    ].join('\n');
    const known = hours.get(name);
    hours.set(name, known === undefined ? hour : addHours(known, hour));
  }
  return [...hours.values()];
}

function hourOf(event: EventRow): HourRow {
  const isFinal = event.is_final === 1;
  const firstByteMs = event.first_byte_ms ?? null;
  return {
    workspace_id: event.workspace_id,
    hour_at: event.time - (event.time % HOUR_MS),
    provider: event.provider,
    model: event.model ?? '',
    credential_id: event.credential_id,
    virtual_key_id: event.virtual_key_id,
    member_id: event.member_id ?? '',
    tool: event.tool ?? '',
    requests: isFinal ? 1 : 0,
    attempts: 1,
    errors: isFinal && isError(event) ? 1 : 0,
    input_tokens: event.input_tokens,
    cache_read_tokens: event.cache_read_tokens,
    cache_write_tokens: event.cache_write_tokens,
    output_tokens: event.output_tokens,
    reasoning_tokens: event.reasoning_tokens,
    cost_nano_usd: event.cost_nano_usd ?? 0,
    unpriced_requests: isFinal && (event.cost_nano_usd ?? null) === null ? 1 : 0,
    estimated_requests: isFinal && event.usage_state === 'estimated' ? 1 : 0,
    missing_requests: isFinal && event.usage_state === 'missing' ? 1 : 0,
    latency_ms_sum: event.latency_ms,
    latency_count: 1,
    first_byte_ms_sum: firstByteMs ?? 0,
    first_byte_count: firstByteMs === null ? 0 : 1,
  };
}

/** A client that leaves is no failure of anybody's. */
function isError({ outcome }: EventRow): boolean {
  return outcome !== 'ok' && outcome !== 'client_gone' && outcome !== 'aborted_before_first_byte';
}

function addHours(a: HourRow, b: HourRow): HourRow {
  return {
    ...a,
    requests: a.requests + b.requests,
    attempts: a.attempts + b.attempts,
    errors: a.errors + b.errors,
    input_tokens: a.input_tokens + b.input_tokens,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_write_tokens: a.cache_write_tokens + b.cache_write_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    reasoning_tokens: a.reasoning_tokens + b.reasoning_tokens,
    cost_nano_usd: a.cost_nano_usd + b.cost_nano_usd,
    unpriced_requests: a.unpriced_requests + b.unpriced_requests,
    estimated_requests: a.estimated_requests + b.estimated_requests,
    missing_requests: a.missing_requests + b.missing_requests,
    latency_ms_sum: a.latency_ms_sum + b.latency_ms_sum,
    latency_count: a.latency_count + b.latency_count,
    first_byte_ms_sum: a.first_byte_ms_sum + b.first_byte_ms_sum,
    first_byte_count: a.first_byte_count + b.first_byte_count,
  };
}

/** How many of the events took how long. */
export function sumLatencies(events: readonly EventRow[]): LatencyRow[] {
  const rows = new Map<string, LatencyRow>();
  for (const event of events) {
    for (const [measure, ms] of [
      ['total', event.latency_ms],
      ['first_byte', event.first_byte_ms ?? null],
    ] as const) {
      if (ms === null) continue;
      const row: LatencyRow = {
        workspace_id: event.workspace_id,
        hour_at: event.time - (event.time % HOUR_MS),
        provider: event.provider,
        model: event.model ?? '',
        measure,
        bucket: latencyBucket(ms),
        calls: 1,
      };
      const name = Object.values(row).join('\n');
      const known = rows.get(name);
      if (known === undefined) rows.set(name, row);
      else known.calls += 1;
    }
  }
  return [...rows.values()];
}
