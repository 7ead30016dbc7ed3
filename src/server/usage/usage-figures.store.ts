import { type Expression, type RawBuilder, sql } from 'kysely';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Schema } from '../database/schema.ts';
import { noUsage, type UsageSums } from './usage-figures.ts';
import type { UsageSpan } from './usage-span.ts';
import { type UsageFilter, type UsageScope, visibleRows } from './visible-usage.store.ts';

export interface HoursQuestion {
  readonly scope: UsageScope;
  readonly filter: UsageFilter;
  readonly span: UsageSpan;
}

const groupColumns = {
  model: 'model',
  provider: 'provider',
  key: 'credential_id',
  virtualKey: 'virtual_key_id',
  member: 'member_id',
  tool: 'tool',
} as const satisfies Record<UsageGroup, string>;

const sums = {
  requests: 'requests',
  attempts: 'attempts',
  errors: 'errors',
  inputTokens: 'input_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  outputTokens: 'output_tokens',
  reasoningTokens: 'reasoning_tokens',
  unpricedRequests: 'unpriced_requests',
  estimatedRequests: 'estimated_requests',
  missingRequests: 'missing_requests',
  latencyMsSum: 'latency_ms_sum',
  latencyCount: 'latency_count',
  firstByteMsSum: 'first_byte_ms_sum',
  firstByteCount: 'first_byte_count',
} as const satisfies Record<Exclude<keyof UsageSums, 'costNanoUsd'>, keyof Schema['usage_hours']>;

const summed: readonly string[] = [...Object.values(sums), 'cost_nano_usd'];

/** The sums as the contract names them, of no rows 0. */
const sumColumns = sql.join([
  ...Object.entries(sums).map(([name, column]) => sql`coalesce(sum(${sql.ref(column)}), 0) as ${sql.ref(name)}`),
  // Money goes through text: node:sqlite and the parser of PostgreSQL's numbers both stop at 2^53.
  sql`cast(coalesce(sum(cost_nano_usd), 0) as text) as ${sql.ref('costNanoUsd')}`,
]);

type SumsRow = Omit<UsageSums, 'costNanoUsd'> & { readonly costNanoUsd: string };

const withMoney = <Sums extends SumsRow>(row: Sums) => ({ ...row, costNanoUsd: BigInt(row.costNanoUsd) });

/**
 * The rows that are asked for. Where they are told apart by model or provider at most, they are added up in the order of
 * the primary key first, which saves sorting hundreds of thousands of rows.
 */
function hoursOf({ scope, filter, span }: HoursQuestion, by: UsageGroup | null): RawBuilder<unknown> {
  const rows = sql`usage_hours where hour_at >= ${span.fromMs} and hour_at < ${span.toMs}
    and ${visibleRows('usage_hours', scope, filter)}`;
  if (by !== null && by !== 'model' && by !== 'provider') return rows;
  const inner = summed.map((column) => sql`sum(${sql.ref(column)}) as ${sql.ref(column)}`);
  return sql`(select hour_at, provider, model, ${sql.join(inner)} from ${rows}
    group by workspace_id, hour_at, provider, model) as hours`;
}

export async function sumUsage(database: DatabaseHandle, question: HoursQuestion): Promise<UsageSums> {
  const { rows } = await sql<SumsRow>`select ${sumColumns} from ${hoursOf(question, null)}`.execute(database);
  return rows.map(withMoney)[0] ?? noUsage;
}

/** One row per group, in no order; the group is empty text where calls had none. */
export async function sumUsageByGroup(
  database: DatabaseHandle,
  question: HoursQuestion & { groupBy: UsageGroup },
): Promise<(UsageSums & { group: string })[]> {
  const { groupBy } = question;
  const { rows } = await sql<SumsRow & { group: string }>`
    select ${sql.ref(groupColumns[groupBy])} as ${sql.ref('group')}, ${sumColumns}
    from ${hoursOf(question, groupBy)} group by 1`.execute(database);
  return rows.map(withMoney);
}

/** From `fromMs` on, a clock is so far ahead of UTC. */
export interface ClockOffset {
  readonly fromMs: number;
  readonly offsetMs: number;
}

export interface SeriesQuestion extends HoursQuestion {
  /** Null: by the hour. Else by local days: clocks of the zone in the span, the earliest first. */
  readonly days: readonly ClockOffset[] | null;
  /** Which groups are told apart; all others are together. */
  readonly groups: { readonly by: UsageGroup; readonly ids: readonly string[] } | null;
}

/**
 * Sums by moment and group. `bucket` is an hour in ms, or a local day counted from 1970-01-01; `place` is that in
 * `groups.ids`, or its length for the others.
 */
export async function sumUsageOverTime(
  database: DatabaseHandle,
  question: SeriesQuestion,
): Promise<(UsageSums & { bucket: number; place: number })[]> {
  const { days, groups } = question;
  const bucket = days === null ? sql<number>`hour_at` : dayOf(days);
  const place = groups === null ? sql<number>`0` : placeOf(groups.ids, sql.ref(groupColumns[groups.by]));
  const { rows } = await sql<SumsRow & { bucket: number; place: number }>`
    select ${bucket} as bucket, ${place} as place, ${sumColumns}
    from ${hoursOf(question, groups?.by ?? null)} group by 1, 2`.execute(database);
  return rows.map(withMoney);
}

/** The local day in which an hour begins. */
function dayOf(offsets: readonly ClockOffset[]): RawBuilder<number> {
  const [first, ...later] = offsets;
  const whens = later
    .toReversed()
    .map(({ fromMs, offsetMs }) => sql`when hour_at >= ${sql.lit(fromMs)} then ${sql.lit(offsetMs)}`);
  const earliest = sql.lit(first?.offsetMs ?? 0);
  const offset = whens.length === 0 ? earliest : sql`case ${sql.join(whens, sql` `)} else ${earliest} end`;
  return sql<number>`(hour_at + ${offset}) / 86400000`;
}

function placeOf(ids: readonly string[], column: Expression<unknown>): RawBuilder<number> {
  if (ids.length === 0) return sql<number>`0`;
  const whens = ids.map((id, place) => sql`when ${id} then ${sql.lit(place)}`);
  return sql<number>`case ${column} ${sql.join(whens, sql` `)} else ${sql.lit(ids.length)} end`;
}
