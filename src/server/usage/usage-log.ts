import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import type { EventPlace } from './event-question.ts';
import { usageScopeOf } from './usage-scope.ts';
import { logSpan } from './usage-span.ts';

/** A page may hold fewer than its limit, even none, while there are more: a search for something rare stops in time. */
export const listUsageEvents: Handler<'GET /api/usage/events'> = async (context, { query }) => {
  const { from: _from, to: _to, limit, cursor, ...filter } = query;
  const { items, next } = await context.services.usage.ask('events', {
    scope: await usageScopeOf(context),
    filter,
    ...logSpan(query, context.nowMs),
    after: parseCursor(cursor),
    limit,
  });
  return { items, nextCursor: next === null ? null : `${next.timeMs}.${next.id}` };
};

/** Somebody else's call is `not_found` to a member, exactly as one that is missing. */
export const readUsageEvent: Handler<'GET /api/usage/events/{id}'> = async (context, { params }) => {
  const event = await context.services.usage.ask('event', { scope: await usageScopeOf(context), id: params.id });
  if (event === null) throw new AppError('not_found');
  return event;
};

function parseCursor(cursor: string | undefined): EventPlace | null {
  if (cursor === undefined) return null;
  const match = /^(\d{1,15})\.(use_[0-9a-z]{26}|)$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, time, id = ''] = match;
  return { timeMs: Number(time), id: id === '' ? '' : brand<'UsageEvent'>(id) };
}
