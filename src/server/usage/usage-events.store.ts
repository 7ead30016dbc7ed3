import { type Expression, type SqlBool, sql } from 'kysely';
import type { UsageEventId } from '../../contract/ids.ts';
import type { Dialect, Outcome, UsageState } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { HOUR_MS } from './usage-span.ts';
import { type UsageFilter, type UsageScope, visibleRows } from './visible-usage.store.ts';

export type EventRow = Row<'usage_events'>;

export interface EventFilter extends UsageFilter {
  readonly dialect?: Dialect | undefined;
  readonly outcome?: Outcome | 'failed' | undefined;
  readonly usageState?: UsageState | undefined;
  readonly priceState?: 'priced' | 'unpriced' | undefined;
  readonly requestId?: string | undefined;
}

export interface EventQuestion {
  readonly scope: UsageScope;
  readonly filter: EventFilter;
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Where an earlier page ended: only what stands after it, newest first. An empty id: before that time. */
  readonly after: EventPlace | null;
}

export interface EventPlace {
  readonly timeMs: number;
  readonly id: UsageEventId | '';
}

/** All that is asked of an event, but for the order. */
function matching({ scope, filter, fromMs, toMs, after }: EventQuestion): Expression<SqlBool> {
  const { dialect, outcome, usageState, priceState, requestId, ...columns } = filter;
  const conditions = [visibleRows('usage_events', scope, columns), sql`usage_events.time >= ${fromMs}`];
  if (toMs !== null) conditions.push(sql`usage_events.time < ${toMs}`);
  if (after !== null) conditions.push(sql`(usage_events.time, usage_events.id) < (${after.timeMs}, ${after.id})`);
  if (dialect !== undefined) conditions.push(sql`usage_events.dialect = ${dialect}`);
  // The rare ones are said apart, so that an index of them alone may serve.
  if (outcome !== undefined && outcome !== 'ok') conditions.push(sql`usage_events.outcome <> 'ok'`);
  if (outcome !== undefined && outcome !== 'failed') conditions.push(sql`usage_events.outcome = ${outcome}`);
  if (usageState !== undefined && usageState !== 'exact') conditions.push(sql`usage_events.usage_state <> 'exact'`);
  if (usageState !== undefined) conditions.push(sql`usage_events.usage_state = ${usageState}`);
  if (priceState === 'priced') conditions.push(sql`usage_events.cost_nano_usd is not null`);
  if (priceState === 'unpriced') conditions.push(sql`usage_events.cost_nano_usd is null`);
  if (requestId !== undefined) conditions.push(sql`usage_events.request_id = ${requestId}`);
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

/** The newest of the events that match. Fast where an index leads to them. */
export async function newestEvents(
  database: DatabaseHandle,
  question: EventQuestion,
  limit: number,
): Promise<EventRow[]> {
  return database
    .selectFrom('usage_events')
    .selectAll()
    .where(matching(question))
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Those that match among the newest `peek` events that the caller may see. */
export async function newestAmong(
  database: DatabaseHandle,
  question: EventQuestion,
  { peek, limit }: { peek: number; limit: number },
): Promise<EventRow[]> {
  return database
    .selectFrom((from) =>
      from
        .selectFrom('usage_events')
        .selectAll()
        .where(matching({ ...question, filter: {} }))
        .orderBy('time', 'desc')
        .orderBy('id', 'desc')
        .limit(peek)
        .as('usage_events'),
    )
    .selectAll()
    .where(matching(question))
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** The hours, newest first, whose sums say that events may match, and how many events they speak of. */
export async function promisingHours(
  database: DatabaseHandle,
  question: EventQuestion,
  limit: number,
): Promise<{ hourMs: number; attempts: number }[]> {
  return database
    .selectFrom('usage_hours')
    .select(({ fn }) => ['hour_at as hourMs', fn.sum<number>('attempts').as('attempts')])
    .where(promising(question))
    .groupBy('hour_at')
    .orderBy('hour_at', 'desc')
    .limit(limit)
    .execute();
}

/** Of a request there are as many attempts as there are keys to try, and no more. */
const ATTEMPTS_MAX = 1000;

/** The attempts of one request that match. The limit inside keeps both engines at the index of requests. */
export async function attemptsOf(
  database: DatabaseHandle,
  question: EventQuestion,
  { requestId, limit }: { requestId: string; limit: number },
): Promise<EventRow[]> {
  return database
    .selectFrom((from) =>
      from
        .selectFrom('usage_events')
        .selectAll()
        .where('request_id', '=', requestId)
        .limit(ATTEMPTS_MAX)
        .as('usage_events'),
    )
    .selectAll()
    .where(matching(question))
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/**
 * The events that match from a promising hour on. They are looked up through the virtual keys that the sums name: what a
 * key did in an hour is a short range of an index, however many calls others made in it.
 */
function fromHour(database: DatabaseHandle, question: EventQuestion, { hourMs, limit }: HourAndLimit) {
  return database
    .with('promising', (from) =>
      from
        .selectFrom('usage_hours')
        .select(['hour_at', 'virtual_key_id'])
        .distinct()
        .where(promising({ ...question, fromMs: hourMs })),
    )
    .selectFrom('promising')
    .crossJoin('usage_events')
    .whereRef('usage_events.virtual_key_id', '=', sql.ref('promising.virtual_key_id'))
    .where(sql<SqlBool>`usage_events.time >= promising.hour_at`)
    .where(sql<SqlBool>`usage_events.time < promising.hour_at + ${sql.lit(HOUR_MS)}`)
    .where(matching({ ...question, fromMs: Math.max(hourMs, question.fromMs) }))
    .orderBy('usage_events.time', 'desc')
    .orderBy('usage_events.id', 'desc')
    .limit(limit);
}

interface HourAndLimit {
  readonly hourMs: number;
  readonly limit: number;
}

export async function newestFromHour(
  database: DatabaseHandle,
  question: EventQuestion,
  which: HourAndLimit,
): Promise<EventRow[]> {
  return fromHour(database, question, which).selectAll('usage_events').execute();
}

export async function newestDurations(
  database: DatabaseHandle,
  question: EventQuestion,
  which: HourAndLimit,
): Promise<Pick<EventRow, 'latency_ms' | 'first_byte_ms'>[]> {
  return fromHour(database, question, which)
    .select(['usage_events.latency_ms', 'usage_events.first_byte_ms'])
    .execute();
}

/** Rows of `usage_hours` in which the events that are asked for must have been counted. */
function promising({ scope, filter, fromMs, toMs, after }: EventQuestion): Expression<SqlBool> {
  const { dialect: _dialect, outcome, usageState, priceState, requestId: _requestId, ...columns } = filter;
  const conditions = [visibleRows('usage_hours', scope, columns), sql`usage_hours.hour_at > ${fromMs - HOUR_MS}`];
  if (toMs !== null) conditions.push(sql`usage_hours.hour_at < ${toMs}`);
  if (after !== null) conditions.push(sql`usage_hours.hour_at <= ${after.timeMs}`);
  // These are counted for final attempts only; where there were others, one of them may be meant.
  const counted = (count: string) => sql`(usage_hours.attempts > usage_hours.requests or ${sql.ref(count)} > 0)`;
  if (outcome !== undefined && countedErrors.has(outcome)) conditions.push(counted('usage_hours.errors'));
  if (usageState === 'estimated') conditions.push(counted('usage_hours.estimated_requests'));
  if (usageState === 'missing') conditions.push(counted('usage_hours.missing_requests'));
  if (priceState === 'unpriced') conditions.push(counted('usage_hours.unpriced_requests'));
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

/** A client that leaves is no error in the sums. */
const countedErrors: ReadonlySet<string> = new Set<Outcome>([
  'error',
  'upstream_gone',
  'timeout',
  'unreachable',
  'interrupted',
]);

export async function findEvent(
  database: DatabaseHandle,
  { scope, id }: { scope: UsageScope; id: UsageEventId },
): Promise<EventRow | undefined> {
  return database
    .selectFrom('usage_events')
    .selectAll()
    .where('id', '=', id)
    .where(visibleRows('usage_events', scope, {}))
    .executeTakeFirst();
}
