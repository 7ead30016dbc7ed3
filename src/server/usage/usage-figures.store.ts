import { type Expression, type RawBuilder, sql } from 'kysely';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { noUsage, takeUsage, type UsageSums } from './usage-figures.ts';
import { type HoursQuestion, sumsSource } from './usage-source.store.ts';
import type { sumNames } from './usage-sums.ts';
import { oneDimension } from './visible-usage.store.ts';

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
} as const satisfies Record<Exclude<keyof UsageSums, 'costNanoUsd'>, (typeof sumNames)[number]>;

/** The sums as the contract names them, of no rows 0. */
const sumColumns = sql.join([
  ...Object.entries(sums).map(([name, column]) => sql`coalesce(sum(${sql.ref(column)}), 0) as ${sql.ref(name)}`),
  // Money goes through text: node:sqlite and the parser of PostgreSQL's numbers both stop at 2^53.
  sql`cast(coalesce(sum(cost_nano_usd), 0) as text) as ${sql.ref('costNanoUsd')}`,
]);

type SumsRow = Omit<UsageSums, 'costNanoUsd'> & { readonly costNanoUsd: string };

const withMoney = <Sums extends SumsRow>(row: Sums) => ({ ...row, costNanoUsd: BigInt(row.costNanoUsd) });

export async function sumUsage(database: DatabaseHandle, question: HoursQuestion): Promise<UsageSums> {
  const source = sumsSource({ ...question, groupBy: null, longest: 'day', groups: null });
  const { rows } = await sql<SumsRow>`select ${sumColumns} from ${source}`.execute(database);
  return rows.map(withMoney)[0] ?? noUsage;
}

/** One row per group, in no order; the group is empty text where calls had none. */
export async function sumUsageByGroup(
  database: DatabaseHandle,
  question: HoursQuestion & { groupBy: UsageGroup },
): Promise<(UsageSums & { group: string })[]> {
  const source = sumsSource({ ...question, longest: 'day', groups: null });
  const { rows } = await sql<SumsRow & { group: string }>`
    select value as ${sql.ref('group')}, ${sumColumns} from ${source} group by 1`.execute(database);
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
  readonly groups: { readonly by: UsageGroup; readonly ids: readonly string[]; readonly hasOthers: boolean } | null;
}

/**
 * Sums by moment and group. `bucket` is an hour in ms, or a local day counted from 1970-01-01; `place` is that in
 * `groups.ids`, or its length for the others.
 */
export async function sumUsageOverTime(
  database: DatabaseHandle,
  question: SeriesQuestion,
): Promise<(UsageSums & { bucket: number; place: number })[]> {
  const { groups, scope, filter } = question;
  if (groups === null) return sumMoments(database, question, null);
  const isOneDimension = oneDimension(scope, filter, groups.by) !== null;
  if (!isOneDimension) return sumMoments(database, question, null);
  const chosen = await sumMoments(database, question, groups.ids);
  if (!groups.hasOthers) return chosen;
  const all = await sumMoments(database, { ...question, groups: null }, null);
  return [...chosen, ...withoutChosen(all, chosen, groups.ids.length)];
}

/** What is left of the sums of moments when those of the groups are taken away. */
function withoutChosen(
  all: readonly (UsageSums & { bucket: number })[],
  chosen: readonly (UsageSums & { bucket: number })[],
  place: number,
) {
  const left = new Map<number, UsageSums>(all.map(({ bucket, ...sums }) => [bucket, sums]));
  for (const { bucket, ...sums } of chosen) left.set(bucket, takeUsage(left.get(bucket) ?? noUsage, sums));
  return [...left].map(([bucket, sums]) => ({ ...sums, bucket, place }));
}

async function sumMoments(
  database: DatabaseHandle,
  { groups, days, ...question }: SeriesQuestion,
  chosen: readonly string[] | null,
): Promise<(UsageSums & { bucket: number; place: number })[]> {
  const longest = days?.every(({ offsetMs }) => offsetMs === 0) ? 'day' : 'hour';
  const source = sumsSource({ ...question, groupBy: groups?.by ?? null, longest, groups: chosen });
  const bucket = days === null ? sql<number>`starts_at` : dayOf(days);
  const place = groups === null ? sql<number>`0` : placeOf(groups.ids, sql.ref('value'));
  const { rows } = await sql<SumsRow & { bucket: number; place: number }>`
    select ${bucket} as bucket, ${place} as place, ${sumColumns} from ${source} group by 1, 2`.execute(database);
  return rows.map(withMoney);
}

/** The local day in which an hour begins. */
function dayOf(offsets: readonly ClockOffset[]): RawBuilder<number> {
  const [first, ...later] = offsets;
  const whens = later
    .toReversed()
    .map(({ fromMs, offsetMs }) => sql`when starts_at >= ${sql.lit(fromMs)} then ${sql.lit(offsetMs)}`);
  const earliest = sql.lit(first?.offsetMs ?? 0);
  const offset = whens.length === 0 ? earliest : sql`case ${sql.join(whens, sql` `)} else ${earliest} end`;
  return sql<number>`(starts_at + ${offset}) / 86400000`;
}

function placeOf(ids: readonly string[], column: Expression<unknown>): RawBuilder<number> {
  if (ids.length === 0) return sql<number>`0`;
  const whens = ids.map((id, place) => sql`when ${id} then ${sql.lit(place)}`);
  return sql<number>`case ${column} ${sql.join(whens, sql` `)} else ${sql.lit(ids.length)} end`;
}
