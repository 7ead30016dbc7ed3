import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Outcome } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { EventFilter, EventQuestion } from './event-question.ts';
import { HOUR_MS } from './usage-span.ts';
import type { Dimension } from './usage-sums.ts';
import { oneDimension, type UsageFilter, visibleRows } from './visible-usage.store.ts';

/**
 * The hours, newest first, whose sums say that events may match, and how many events they speak of. The sums by one
 * dimension tell it where they can: an hour has one row of them.
 */
export async function promisingHours(
  database: DatabaseHandle,
  question: EventQuestion,
  limit: number,
): Promise<{ hourMs: number; attempts: number }[]> {
  const one = oneDimension(question.scope, columnsOf(question.filter), null);
  if (one !== null) return promisingHoursOf(database, question, { ...one, limit });
  return database
    .selectFrom('usage_hours')
    .select(({ fn }) => ['hour_at as hourMs', fn.sum<number>('attempts').as('attempts')])
    .where(promising(question))
    .groupBy('hour_at')
    .orderBy('hour_at', 'desc')
    .limit(limit)
    .execute();
}

async function promisingHoursOf(
  database: DatabaseHandle,
  question: EventQuestion,
  { dimension, value, limit }: { dimension: Dimension; value: string | null; limit: number },
): Promise<{ hourMs: number; attempts: number }[]> {
  const { workspaceId } = question.scope;
  return database
    .selectFrom('usage_sums as moments')
    .crossJoin('usage_sums')
    .select(['usage_sums.starts_at as hourMs', 'usage_sums.attempts'])
    .where('moments.workspace_id', '=', workspaceId)
    .where('moments.dimension', '=', 'all')
    .where('moments.period', '=', 'hour')
    .where(sql<SqlBool>`${within('moments.starts_at', question)}`)
    .where('usage_sums.workspace_id', '=', workspaceId)
    .where('usage_sums.dimension', '=', dimension)
    .where('usage_sums.period', '=', 'hour')
    .whereRef('usage_sums.starts_at', '=', 'moments.starts_at')
    .where('usage_sums.value', '=', value ?? '')
    .where(sql<SqlBool>`${sql.join([sql`1 = 1`, ...countsOf('usage_sums', question.filter)], sql` and `)}`)
    .orderBy('moments.starts_at', 'desc')
    .limit(limit)
    .execute();
}

/** Rows of `usage_hours` in which the events that are asked for must have been counted. */
export function promising(question: EventQuestion): Expression<SqlBool> {
  const { scope, filter } = question;
  const conditions = [visibleRows('usage_hours', scope, columnsOf(filter)), within('usage_hours.hour_at', question)];
  return sql<SqlBool>`${sql.join([...conditions, ...countsOf('usage_hours', filter)], sql` and `)}`;
}

function columnsOf(filter: EventFilter): UsageFilter {
  const { dialect: _1, outcome: _2, usageState: _3, priceState: _4, requestId: _5, ...columns } = filter;
  return columns;
}

/** The hours in which events of the time that is asked for may be. */
function within(column: string, { fromMs, toMs, after }: EventQuestion): RawBuilder<SqlBool> {
  const conditions = [sql`${sql.ref(column)} > ${fromMs - HOUR_MS}`];
  if (toMs !== null) conditions.push(sql`${sql.ref(column)} < ${toMs}`);
  if (after !== null) conditions.push(sql`${sql.ref(column)} <= ${after.timeMs}`);
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

/** What sums must have counted. It is counted for final attempts only; where there were others, one of them may be meant. */
function countsOf(table: string, { outcome, usageState, priceState }: EventFilter): RawBuilder<SqlBool>[] {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const counted = (name: string) =>
    sql<SqlBool>`(${column('attempts')} > ${column('requests')} or ${column(name)} > 0)`;
  const counts: RawBuilder<SqlBool>[] = [];
  if (outcome !== undefined && countedErrors.has(outcome)) counts.push(counted('errors'));
  if (usageState === 'estimated') counts.push(counted('estimated_requests'));
  if (usageState === 'missing') counts.push(counted('missing_requests'));
  if (priceState === 'unpriced') counts.push(counted('unpriced_requests'));
  return counts;
}

/** A client that leaves is no error in the sums. */
const countedErrors: ReadonlySet<string> = new Set<Outcome>([
  'error',
  'upstream_gone',
  'timeout',
  'unreachable',
  'interrupted',
]);
