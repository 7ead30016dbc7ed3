import { type Expression, type RawBuilder, sql } from 'kysely';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { UsageSums } from './usage-figures.ts';
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

const sumOf = (column: string): RawBuilder<number> => sql<number>`coalesce(sum(${sql.ref(column)}), 0)`;

/** Money goes through text: node:sqlite and the parser of PostgreSQL's numbers both stop at 2^53. */
const sumColumns = [
  sumOf('requests').as('requests'),
  sumOf('attempts').as('attempts'),
  sumOf('errors').as('errors'),
  sumOf('input_tokens').as('inputTokens'),
  sumOf('cache_read_tokens').as('cacheReadTokens'),
  sumOf('cache_write_tokens').as('cacheWriteTokens'),
  sumOf('output_tokens').as('outputTokens'),
  sumOf('reasoning_tokens').as('reasoningTokens'),
  sql<string>`cast(${sumOf('cost_nano_usd')} as text)`.as('costNanoUsd'),
  sumOf('unpriced_requests').as('unpricedRequests'),
  sumOf('estimated_requests').as('estimatedRequests'),
  sumOf('missing_requests').as('missingRequests'),
  sumOf('latency_ms_sum').as('latencyMsSum'),
  sumOf('latency_count').as('latencyCount'),
  sumOf('first_byte_ms_sum').as('firstByteMsSum'),
  sumOf('first_byte_count').as('firstByteCount'),
] as const;

const withMoney = <Row extends { costNanoUsd: string }>(row: Row) => ({ ...row, costNanoUsd: BigInt(row.costNanoUsd) });

function hoursOf(database: DatabaseHandle, { scope, filter, span }: HoursQuestion) {
  return database
    .selectFrom('usage_hours')
    .where('hour_at', '>=', span.fromMs)
    .where('hour_at', '<', span.toMs)
    .where(visibleRows('usage_hours', scope, filter));
}

export async function sumUsage(database: DatabaseHandle, question: HoursQuestion): Promise<UsageSums> {
  return withMoney(await hoursOf(database, question).select(sumColumns).executeTakeFirstOrThrow());
}

/** One row per group, in no order; the group is empty text where calls had none. */
export async function sumUsageByGroup(
  database: DatabaseHandle,
  question: HoursQuestion & { groupBy: UsageGroup },
): Promise<(UsageSums & { group: string })[]> {
  const column = groupColumns[question.groupBy];
  const rows = await hoursOf(database, question)
    .select(`${column} as group`)
    .select(sumColumns)
    .groupBy(column)
    .execute();
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
  const rows = await hoursOf(database, question)
    .select([bucket.as('bucket'), place.as('place')])
    .select(sumColumns)
    .groupBy([sql.ref('bucket'), sql.ref('place')])
    .execute();
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
