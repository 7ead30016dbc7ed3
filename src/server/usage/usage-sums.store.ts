import { type SelectQueryBuilder, sql } from 'kysely';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Schema } from '../database/schema.ts';
import type { UsageFilter } from './usage-filter.ts';

/** Sums of usage_hours. Money as text: the sum of many may pass what a number holds exactly. */
export interface UsageSums {
  readonly requests: number;
  readonly attempts: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: string;
  readonly unpricedRequests: number;
  readonly estimatedRequests: number;
  readonly missingRequests: number;
  readonly latencyMsSum: number;
  readonly latencyCount: number;
  readonly firstByteMsSum: number;
  readonly firstByteCount: number;
}

const columnOf = {
  model: 'model',
  provider: 'provider',
  key: 'credential_id',
  virtualKey: 'virtual_key_id',
  member: 'member_id',
  tool: 'tool',
} as const satisfies Record<UsageGroup, keyof Schema['usage_hours']>;

const sums = () =>
  [
    sql<number>`coalesce(sum(requests), 0)`.as('requests'),
    sql<number>`coalesce(sum(attempts), 0)`.as('attempts'),
    sql<number>`coalesce(sum(errors), 0)`.as('errors'),
    sql<number>`coalesce(sum(input_tokens), 0)`.as('inputTokens'),
    sql<number>`coalesce(sum(cache_read_tokens), 0)`.as('cacheReadTokens'),
    sql<number>`coalesce(sum(cache_write_tokens), 0)`.as('cacheWriteTokens'),
    sql<number>`coalesce(sum(output_tokens), 0)`.as('outputTokens'),
    sql<number>`coalesce(sum(reasoning_tokens), 0)`.as('reasoningTokens'),
    sql<string>`cast(coalesce(sum(cost_nano_usd), 0) as text)`.as('costNanoUsd'),
    sql<number>`coalesce(sum(unpriced_requests), 0)`.as('unpricedRequests'),
    sql<number>`coalesce(sum(estimated_requests), 0)`.as('estimatedRequests'),
    sql<number>`coalesce(sum(missing_requests), 0)`.as('missingRequests'),
    sql<number>`coalesce(sum(latency_ms_sum), 0)`.as('latencyMsSum'),
    sql<number>`coalesce(sum(latency_count), 0)`.as('latencyCount'),
    sql<number>`coalesce(sum(first_byte_ms_sum), 0)`.as('firstByteMsSum'),
    sql<number>`coalesce(sum(first_byte_count), 0)`.as('firstByteCount'),
  ] as const;

function matching(database: DatabaseHandle, filter: UsageFilter): SelectQueryBuilder<Schema, 'usage_hours', object> {
  let select = database
    .selectFrom('usage_hours')
    .where('workspace_id', '=', filter.workspaceId)
    .where('hour_at', '>=', filter.fromMs)
    .where('hour_at', '<', filter.toMs);
  if (filter.provider !== undefined) select = select.where('provider', '=', filter.provider);
  if (filter.model !== undefined) select = select.where('model', '=', filter.model);
  if (filter.keyId !== undefined) select = select.where('credential_id', '=', filter.keyId);
  if (filter.virtualKeyId !== undefined) select = select.where('virtual_key_id', '=', filter.virtualKeyId);
  if (filter.memberId !== undefined) select = select.where('member_id', '=', filter.memberId);
  if (filter.tool !== undefined) select = select.where('tool', '=', filter.tool);
  return select;
}

export async function readTotals(database: DatabaseHandle, filter: UsageFilter): Promise<UsageSums> {
  return matching(database, filter).select(sums()).executeTakeFirstOrThrow();
}

/** One row per group, dearest first. */
export async function readGroups(
  database: DatabaseHandle,
  { filter, groupBy, limit }: { filter: UsageFilter; groupBy: UsageGroup; limit: number },
): Promise<(UsageSums & { id: string })[]> {
  const column = columnOf[groupBy];
  return matching(database, filter)
    .select(sums())
    .select(`${column} as id`)
    .groupBy(column)
    .orderBy(sql`sum(cost_nano_usd)`, 'desc')
    .orderBy(sql`sum(requests)`, 'desc')
    .orderBy(column)
    .limit(limit)
    .execute();
}

/** Sums by the hour, of every group that is asked for by name and of all others together (`id` null). */
export async function readHours(
  database: DatabaseHandle,
  { filter, groupBy, ids }: { filter: UsageFilter; groupBy: UsageGroup | null; ids: readonly string[] },
): Promise<(UsageSums & { hourAt: number; id: string | null })[]> {
  const named =
    groupBy === null || ids.length === 0
      ? sql<string | null>`null`
      : sql<
          string | null
        >`case when ${sql.ref(columnOf[groupBy])} in (${sql.join(ids)}) then ${sql.ref(columnOf[groupBy])} end`;
  return matching(database, filter)
    .select(sums())
    .select(['hour_at as hourAt', named.as('id')])
    .groupBy(['hour_at', sql`id`])
    .execute();
}

/** How many calls took how long; only by provider and model, for the other columns are not kept. */
export async function readLatencies(
  database: DatabaseHandle,
  filter: UsageFilter,
): Promise<{ measure: 'total' | 'first_byte'; bucket: number; calls: number }[]> {
  let select = database
    .selectFrom('usage_latencies')
    .select(['measure', 'bucket', sql<number>`sum(calls)`.as('calls')])
    .where('workspace_id', '=', filter.workspaceId)
    .where('hour_at', '>=', filter.fromMs)
    .where('hour_at', '<', filter.toMs);
  if (filter.provider !== undefined) select = select.where('provider', '=', filter.provider);
  if (filter.model !== undefined) select = select.where('model', '=', filter.model);
  return select.groupBy(['measure', 'bucket']).orderBy('bucket').execute();
}
