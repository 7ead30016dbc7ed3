import { createHash, randomBytes } from 'node:crypto';
import type { SessionId, UserId } from '../../contract/ids.ts';
import type { SignInMethod } from '../../contract/vocabulary.ts';
import { closeMailboxLinks } from '../accounts/account-links.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, Actor, CallContext, Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import {
  clearSecondFactor,
  deleteEndedSessions,
  findLiveSession,
  insertSession,
  listLiveSessions,
  markAuthenticated,
  replaceToken,
  revokeSessions,
  type SessionWithUser,
  touchSession,
} from './sessions.store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A session ends after 30 days, or after 7 without a call (OWASP ASVS 7.3.1, 7.3.2). */
export const SESSION_MS_MAX = 30 * DAY_MS;
const SESSION_IDLE_MS_MAX = 7 * DAY_MS;
/** How long a proof of identity opens sensitive actions. */
export const FRESH_MS = 10 * 60 * 1000;
const TOUCH_EVERY_MS = 60 * 1000;

const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

const newToken = (): string => randomBytes(32).toString('base64url');

/** Starts a session. The token goes to the browser; only its hash is stored. */
export async function startSession(
  transaction: DatabaseHandle,
  context: CallContext,
  { userId, method, secondFactor }: { userId: UserId; method: SignInMethod; secondFactor: boolean },
): Promise<{ id: SessionId; token: string }> {
  const token = newToken();
  const id = newId('Session', context.nowMs);
  await insertSession(transaction, {
    id,
    token_hash: hashToken(token),
    user_id: userId,
    created_at: context.nowMs,
    last_seen_at: context.nowMs,
    expires_at: context.nowMs + SESSION_MS_MAX,
    authenticated_at: context.nowMs,
    ip: context.ip,
    user_agent: context.userAgent,
    revoked_at: null,
    method,
    has_second_factor: secondFactor ? 1 : 0,
  });
  return { id, token };
}

/** Who presents this cookie or access token, or null. Read from the database on every call, so revoking works at once. */
export async function findCaller(
  services: Services,
  presented: { cookie: string } | { accessToken: string },
  nowMs: number,
): Promise<SessionWithUser | null> {
  const by =
    'cookie' in presented
      ? { column: 'token_hash' as const, value: hashToken(presented.cookie) }
      : await sessionOf(services, presented);
  if (by === null) return null;
  const database = services.database.kysely;
  const found = await findLiveSession(database, by, { nowMs, seenSinceMs: nowMs - SESSION_IDLE_MS_MAX });
  if (found !== null && nowMs - found.session.last_seen_at > TOUCH_EVERY_MS) {
    await touchSession(database, found.session.id, nowMs);
  }
  return found;
}

async function sessionOf(services: Services, presented: { accessToken: string }) {
  const id = await services.accessTokens.read(presented.accessToken);
  return id === null ? null : { column: 'id' as const, value: id };
}

/** When the proof of identity of this session ends; null when it has ended. */
export function freshUntil(context: Pick<AccountContext, 'session' | 'nowMs'>): string | null {
  const untilMs = context.session.authenticated_at + FRESH_MS;
  return untilMs > context.nowMs ? new Date(untilMs).toISOString() : null;
}

export const listSessions: Handler<'GET /api/sessions'> = async (context) => {
  const rows = await listLiveSessions(context.services.database.kysely, {
    userId: context.user.id,
    nowMs: context.nowMs,
    seenSinceMs: context.nowMs - SESSION_IDLE_MS_MAX,
  });
  const items = rows.map((row) => ({
    id: row.id,
    isCurrent: row.id === context.session.id,
    ip: row.ip ?? '',
    userAgent: row.user_agent ?? '',
    createdAt: new Date(row.created_at).toISOString(),
    lastSeenAt: new Date(row.last_seen_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
    method: row.method,
    secondFactor: row.has_second_factor === 1,
  }));
  return { items, nextCursor: null };
};

export const revokeSession: Handler<'DELETE /api/sessions/{id}'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    const ended = await revokeSessions(transaction, { userId: context.user.id, id: params.id, nowMs: context.nowMs });
    if (ended === 0) throw new AppError('not_found');
    await closeMailboxLinks(transaction, { userId: context.user.id, nowMs: context.nowMs });
    await recordRevocation(transaction, context, params.id);
  });
  return undefined;
};

export const revokeOtherSessions: Handler<'DELETE /api/sessions'> = async (context) => {
  await context.services.database.transaction(async (transaction) => {
    await endOtherSessions(transaction, context);
    await recordRevocation(transaction, context, 'all others');
  });
  return undefined;
};

export async function endOtherSessions(transaction: DatabaseHandle, context: AccountContext): Promise<void> {
  await revokeSessions(transaction, { userId: context.user.id, exceptId: context.session.id, nowMs: context.nowMs });
  await closeMailboxLinks(transaction, { userId: context.user.id, nowMs: context.nowMs });
}

export const logout: Handler<'POST /api/logout'> = async (context) => {
  await context.services.database.transaction(async (transaction) => {
    await revokeSessions(transaction, { userId: context.user.id, id: context.session.id, nowMs: context.nowMs });
    await recordAuditEvent(transaction, context, { action: 'account.signed_out', actor: actorOf(context) });
  });
  context.setSessionCookie(null);
  return undefined;
};

/** Ends every session of an account, e.g. when its password was reset. */
export async function endAllSessions(
  transaction: DatabaseHandle,
  { userId, nowMs }: { userId: UserId; nowMs: number },
): Promise<void> {
  await revokeSessions(transaction, { userId, nowMs });
  await closeMailboxLinks(transaction, { userId, nowMs });
}

/**
 * Remembers that the person of this session has just proved who they are. A browser's session gets another token, and the
 * one before is dead (OWASP ASVS 7.2.4): gives it for the cookie, to be set once the transaction is kept. Null for a caller
 * with an access token, and when another call was faster.
 */
export async function renewSession(
  transaction: DatabaseHandle,
  { session, client, nowMs }: AccountContext,
  { secondFactor }: { secondFactor: boolean },
): Promise<string | null> {
  await markAuthenticated(transaction, { id: session.id, nowMs, secondFactor });
  if (client !== 'web') return null;
  const token = newToken();
  const change = { id: session.id, from: session.token_hash, to: hashToken(token) };
  return (await replaceToken(transaction, change)) ? token : null;
}

/** No session of the account counts as signed in with a second factor any more: it has none. */
export async function dropSecondFactorOfSessions(transaction: DatabaseHandle, userId: UserId): Promise<void> {
  await clearSecondFactor(transaction, userId);
}

/** Deletes the rows of sessions whose time was up a week ago. Called by the housekeeping timer. */
export async function forgetEndedSessions(services: Services, nowMs: number): Promise<void> {
  await deleteEndedSessions(services.database.kysely, nowMs - 7 * DAY_MS);
}

/** How the audit trail names who makes a call. */
export function actorOf({ actor }: { readonly actor: Actor }): Actor {
  return actor;
}

/** The actor of a person. */
export function personActor(user: Pick<Row<'users'>, 'id' | 'email_display'>): Actor {
  return { kind: 'user', id: user.id, label: user.email_display };
}

function recordRevocation(transaction: DatabaseHandle, context: AccountContext, label: string): Promise<void> {
  return recordAuditEvent(transaction, context, {
    action: 'session.revoked',
    actor: actorOf(context),
    target: { type: 'session', id: label, label },
  });
}
