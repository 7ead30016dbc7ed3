import { type Expression, type SqlBool, sql } from 'kysely';
import type { UsageEventId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import type { EventFilter, EventQuestion } from './event-question.ts';
import { promising } from './promising-hours.store.ts';
import { HOUR_MS } from './usage-span.ts';
import { type UsageScope, visibleRows } from './visible-usage.store.ts';

export type EventRow = Row<'usage_events'>;

/** All that is asked of an event, but for the order. */
function matching(
  { scope, filter, fromMs, toMs, after }: EventQuestion,
  source: 'usage_events' | 'usage_events by another way' = 'usage_events',
): Expression<SqlBool> {
  const { dialect, outcome, usageState, priceState, requestId, ...columns } = filter;
  const conditions = [visibleRows(source, scope, columns), sql`usage_events.time >= ${fromMs}`];
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
  return newest(database, question, limit).selectAll().execute();
}

function newest(database: DatabaseHandle, question: EventQuestion, limit: number) {
  return database
    .selectFrom('usage_events')
    .where(matching(question))
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
}

/**
 * Those that match among the newest `peek` events that the caller may see and `led` asks for, which an index should lead
 * to; `isAll`: there are no more of these events.
 */
export async function newestAmong(
  database: DatabaseHandle,
  question: EventQuestion,
  { led, peek, limit }: { led: EventFilter; peek: number; limit: number },
): Promise<{ rows: EventRow[]; isAll: boolean }> {
  const rows = await database
    .selectFrom((from) =>
      from
        .selectFrom('usage_events')
        .selectAll()
        .where(matching({ ...question, filter: led }))
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
  if (rows.length >= limit) return { rows, isAll: false };
  const next = newest(database, { ...question, filter: led }, 1)
    .select('id')
    .offset(peek);
  return { rows, isAll: (await next.execute()).length === 0 };
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
    .where(matching({ ...question, fromMs: Math.max(hourMs, question.fromMs) }, 'usage_events by another way'))
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

type Durations = Pick<EventRow, 'latency_ms' | 'first_byte_ms'>;

/** How long the newest of the events that match took. Fast where an index leads to them. */
export async function newestDurations(
  database: DatabaseHandle,
  question: EventQuestion,
  limit: number,
): Promise<Durations[]> {
  return newest(database, question, limit).select(['latency_ms', 'first_byte_ms']).execute();
}

export async function newestDurationsFromHour(
  database: DatabaseHandle,
  question: EventQuestion,
  which: HourAndLimit,
): Promise<Durations[]> {
  return fromHour(database, question, which)
    .select(['usage_events.latency_ms', 'usage_events.first_byte_ms'])
    .execute();
}

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
