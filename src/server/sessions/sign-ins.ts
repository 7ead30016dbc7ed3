import { z } from 'zod';
import { signInMethods } from '../../contract/vocabulary.ts';
import type { Handler } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { listSignInEvents } from './sign-ins.store.ts';

/** Events of before there were other ways in say nothing of them. */
const How = z.object({
  method: z.enum(signInMethods).catch('password'),
  secondFactor: z.boolean().catch(false),
});

export const listSignIns: Handler<'GET /api/me/sign-ins'> = async (context, { query }) => {
  if (query.cursor !== undefined && !/^\d{1,15}$/.test(query.cursor)) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const beforeSeq = query.cursor === undefined ? undefined : Number(query.cursor);
  const { limit } = query;
  const rows = await listSignInEvents(context.services.database.kysely, {
    userId: context.user.id,
    beforeSeq,
    limit: limit + 1,
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(toSignIn), nextCursor: last === undefined ? null : String(last.seq) };
};

function toSignIn(row: Row<'audit_events'>) {
  return {
    time: new Date(row.created_at).toISOString(),
    result: row.result === 'ok' ? ('ok' as const) : ('denied' as const),
    reason: row.reason,
    ...How.parse(JSON.parse(row.details)),
    ip: row.ip ?? '',
    userAgent: row.user_agent ?? '',
  };
}
