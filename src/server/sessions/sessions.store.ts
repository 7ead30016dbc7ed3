import type { SessionId, UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export interface SessionWithUser {
  session: Row<'sessions'>;
  user: Row<'users'>;
}

export async function insertSession(transaction: DatabaseHandle, row: NewRow<'sessions'>): Promise<void> {
  await transaction.insertInto('sessions').values(row).execute();
}

/** A session that is neither revoked nor past its end, of a user who is not disabled. */
export async function findLiveSession(
  database: DatabaseHandle,
  by: { column: 'token_hash'; value: string } | { column: 'id'; value: SessionId },
  limits: { nowMs: number; seenSinceMs: number },
): Promise<SessionWithUser | null> {
  const session = await database
    .selectFrom('sessions')
    .selectAll()
    .where(by.column, '=', by.value)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', limits.nowMs)
    .where('last_seen_at', '>', limits.seenSinceMs)
    .executeTakeFirst();
  if (session === undefined) return null;
  const user = await database
    .selectFrom('users')
    .selectAll()
    .where('id', '=', session.user_id)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (user === undefined) return null;
  return { session, user };
}

export async function touchSession(database: DatabaseHandle, id: SessionId, nowMs: number): Promise<void> {
  await database.updateTable('sessions').set({ last_seen_at: nowMs }).where('id', '=', id).execute();
}

/** `secondFactor: false` leaves a session that had one as it is. */
export async function markAuthenticated(
  transaction: DatabaseHandle,
  { id, nowMs, secondFactor }: { id: SessionId; nowMs: number; secondFactor: boolean },
): Promise<void> {
  const change = secondFactor
    ? ({ authenticated_at: nowMs, has_second_factor: 1 } as const)
    : { authenticated_at: nowMs };
  await transaction.updateTable('sessions').set(change).where('id', '=', id).execute();
}

/** Gives false, and changes nothing, when the session has another token already. */
export async function replaceToken(
  transaction: DatabaseHandle,
  change: { id: SessionId; from: string; to: string },
): Promise<boolean> {
  const result = await transaction
    .updateTable('sessions')
    .set({ token_hash: change.to })
    .where('id', '=', change.id)
    .where('token_hash', '=', change.from)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function clearSecondFactor(transaction: DatabaseHandle, userId: UserId): Promise<void> {
  await transaction.updateTable('sessions').set({ has_second_factor: 0 }).where('user_id', '=', userId).execute();
}

export async function listLiveSessions(
  database: DatabaseHandle,
  query: { userId: UserId; nowMs: number; seenSinceMs: number },
): Promise<Row<'sessions'>[]> {
  return database
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', query.userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', query.nowMs)
    .where('last_seen_at', '>', query.seenSinceMs)
    .orderBy('last_seen_at', 'desc')
    .limit(200)
    .execute();
}

/** Gives the number of sessions that ended by this. */
export async function revokeSessions(
  transaction: DatabaseHandle,
  which: { userId: UserId; id?: SessionId; exceptId?: SessionId; nowMs: number },
): Promise<number> {
  let update = transaction
    .updateTable('sessions')
    .set({ revoked_at: which.nowMs })
    .where('user_id', '=', which.userId)
    .where('revoked_at', 'is', null);
  if (which.id !== undefined) update = update.where('id', '=', which.id);
  if (which.exceptId !== undefined) update = update.where('id', '!=', which.exceptId);
  const result = await update.executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export type SignedInAccount = { readonly email: string } | { readonly userId: UserId };

/** From where somebody signed in to an account since `sinceMs`, newest first: 1000 addresses at most. */
export async function listSignInAddresses(
  database: DatabaseHandle,
  account: SignedInAccount,
  sinceMs: number,
): Promise<string[]> {
  const sessions = database.selectFrom('sessions').where('created_at', '>', sinceMs);
  const own =
    'userId' in account
      ? sessions.where('user_id', '=', account.userId)
      : sessions.where('user_id', 'in', database.selectFrom('users').select('id').where('email', '=', account.email));
  const rows = await own
    .where('ip', 'is not', null)
    .select(({ fn }) => ['ip', fn.max('created_at').as('newest')])
    .groupBy('ip')
    .orderBy('newest', 'desc')
    .limit(1000)
    .execute();
  return rows.flatMap(({ ip }) => ip ?? []);
}

/**
 * Forgets sessions that ended before `beforeMs`; the audit trail keeps the sign-ins. One that was revoked stays until it
 * would have ended, so that its address stays known.
 */
export async function deleteEndedSessions(database: DatabaseHandle, beforeMs: number): Promise<void> {
  await database.deleteFrom('sessions').where('expires_at', '<', beforeMs).execute();
}
