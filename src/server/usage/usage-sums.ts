import { type UsageGroup, usageGroups } from '../../contract/vocabulary.ts';
import type { NewRow } from '../database/schema.ts';
import type { EventRow } from './event-rows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BUCKETS_PER_OCTAVE = 4;

export type HourRow = NewRow<'usage_hours'>;
export type SumRow = NewRow<'usage_sums'>;
type LatencyRow = NewRow<'usage_latencies'>;

/** What every table of sums counts. */
export const sumNames = [
  'requests',
  'attempts',
  'errors',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_nano_usd',
  'unpriced_requests',
  'estimated_requests',
  'missing_requests',
  'latency_ms_sum',
  'latency_count',
  'first_byte_ms_sum',
  'first_byte_count',
] as const;

export const noSums = {
  requests: 0,
  attempts: 0,
  errors: 0,
  input_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  cost_nano_usd: 0,
  unpriced_requests: 0,
  estimated_requests: 0,
  missing_requests: 0,
  latency_ms_sum: 0,
  latency_count: 0,
  first_byte_ms_sum: 0,
  first_byte_count: 0,
} satisfies Record<(typeof sumNames)[number], number>;

/** The column of the sums by the hour that says the group of a call. */
export const groupColumns = {
  model: 'model',
  provider: 'provider',
  key: 'credential_id',
  virtualKey: 'virtual_key_id',
  member: 'member_id',
  tool: 'tool',
} as const satisfies Record<UsageGroup, keyof HourRow>;

/** What the sums are told apart by, one at a time; `all`: by nothing. */
export type Dimension = UsageGroup | 'all';
const dimensions: readonly Dimension[] = ['all', ...usageGroups];

/** The bucket of a time: n holds times up to 2^(n/4) ms. */
export function latencyBucket(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(BUCKETS_PER_OCTAVE * Math.log2(ms));
}

/**
 * The model that a call counts for: the one that the provider was asked for, however the client spelled it. What the
 * provider does not know as a model is none, so that no client can fill the sums with names of its own.
 */
export function countedModel(event: Pick<EventRow, 'error_code' | 'upstream_model' | 'model'>): string {
  return event.error_code === 'unknown_model' ? '' : (event.upstream_model ?? event.model ?? '');
}

/** The names of the sums of an event's hour. */
export function hourKeyOf(
  event: Pick<
    EventRow,
    | 'workspace_id'
    | 'time'
    | 'provider'
    | 'error_code'
    | 'upstream_model'
    | 'model'
    | 'credential_id'
    | 'virtual_key_id'
    | 'member_id'
    | 'tool'
  >,
) {
  return {
    workspace_id: event.workspace_id,
    hour_at: event.time - (event.time % HOUR_MS),
    provider: event.provider,
    model: countedModel(event),
    credential_id: event.credential_id,
    virtual_key_id: event.virtual_key_id,
    member_id: event.member_id ?? '',
    tool: event.tool ?? '',
  };
}

/** What events add to the sums of their hours. */
export function sumByHour(events: readonly EventRow[]): HourRow[] {
  return sumHours(events.map(hourOf));
}

export function sumHours(hours: readonly HourRow[]): HourRow[] {
  return addUp(hours, ({ workspace_id, hour_at, ...hour }) => [
    workspace_id,
    hour_at,
    hour.provider,
    hour.model,
    hour.credential_id,
    hour.virtual_key_id,
    hour.member_id,
    hour.tool,
  ]);
}

/** What sums of hours add to those by one dimension. */
export function sumByDimension(hours: readonly HourRow[]): SumRow[] {
  const rows = dimensions.flatMap((dimension) =>
    hours.flatMap((hour) => {
      const { workspace_id, hour_at } = hour;
      const sums = sumsOf(hour);
      const value = dimension === 'all' ? '' : hour[groupColumns[dimension]];
      return [
        { workspace_id, dimension, period: 'hour' as const, starts_at: hour_at, value, ...sums },
        { workspace_id, dimension, period: 'day' as const, starts_at: hour_at - (hour_at % DAY_MS), value, ...sums },
      ];
    }),
  );
  return addUp(rows, (row) => [row.workspace_id, row.dimension, row.period, row.starts_at, row.value]);
}

function sumsOf(hour: HourRow): typeof noSums {
  const sums = { ...noSums };
  for (const name of sumNames) sums[name] = hour[name];
  return sums;
}

function hourOf(event: EventRow): HourRow {
  const isFinal = event.is_final === 1;
  const firstByteMs = event.first_byte_ms ?? null;
  return {
    ...hourKeyOf(event),
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

/**
 * One row of each name, and those in the order of their names: writers that take rows in one order wait for each other,
 * where in two orders they would lock each other out.
 */
function addUp<Row extends Pick<HourRow, (typeof sumNames)[number]>>(
  rows: readonly Row[],
  nameOf: (row: Row) => readonly (string | number)[],
): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const name = nameOf(row).join('\n');
    const known = sums.get(name);
    if (known === undefined) sums.set(name, { ...row });
    else for (const sum of sumNames) known[sum] += row[sum];
  }
  return inOrderOfNames(sums);
}

const inOrderOfNames = <Row>(rows: ReadonlyMap<string, Row>): Row[] =>
  [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);

/** How many of the events took how long. */
export function sumLatencies(events: readonly EventRow[]): LatencyRow[] {
  const rows = new Map<string, LatencyRow>();
  for (const event of events) {
    for (const [measure, ms] of [
      ['total', event.latency_ms],
      ['first_byte', event.first_byte_ms ?? null],
    ] as const) {
      if (ms === null) continue;
      for (const [period, periodMs] of [
        ['hour', HOUR_MS],
        ['day', DAY_MS],
      ] as const) {
        const row: LatencyRow = {
          workspace_id: event.workspace_id,
          period,
          starts_at: event.time - (event.time % periodMs),
          provider: event.provider,
          model: countedModel(event),
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
  }
  return inOrderOfNames(rows);
}
