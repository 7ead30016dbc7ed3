import { createHash, timingSafeEqual } from 'node:crypto';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import { isPrivateToThisComputer } from '../config.ts';
import type { AccountContext, CallContext, Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { ACCESS_TOKEN_SECONDS } from '../sessions/access-token.ts';
import {
  actorOf,
  confirmIdentity,
  endOtherSessions,
  FRESH_MS,
  freshUntil,
  startSession,
} from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { createPersonalWorkspace, findWorkspace, listMemberships } from '../workspaces/workspaces.ts';
import { findUserByEmail, hasAnyUser, insertUser, updateUser } from './accounts.store.ts';
import { findPasswordWeakness, hashPassword, verifyAgainstNobody, verifyPassword } from './password.ts';

type User = OperationReply<Operations['POST /api/register']>['user'];

/** One account per mailbox as people type it: case, white space and Unicode form do not make another one. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

export function toUser(row: Row<'users'>): User {
  return {
    id: row.id,
    email: row.email_display,
    name: row.name,
    isInstanceAdmin: row.is_instance_admin === 1,
    locale: row.locale,
    theme: row.theme,
    createdAt: new Date(row.created_at).toISOString(),
  };
}

export const register: Handler<'POST /api/register'> = async (context, { body }) => {
  const { services, nowMs } = context;
  await services.throttles.take('register', networkOf(context.ip));
  const email = normaliseEmail(body.email);
  const name = body.name ?? email.split('@')[0] ?? email;
  refuseWeakPassword(body.password, [email, name]);
  // Asked before the dear hash and, since somebody may be faster, once more where it counts.
  await refuseSignUp(context, services.database.kysely, body.setupToken);
  const passwordHash = await hashPassword(body.password);
  const user = await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, 'register');
    const isFirst = await refuseSignUp(context, transaction, body.setupToken);
    const row = {
      id: newId('User', nowMs),
      email,
      email_display: body.email,
      name,
      password_hash: passwordHash,
      is_instance_admin: isFirst ? 1 : 0,
      locale: null,
      theme: 'system',
      state: 'active',
      created_at: nowMs,
      updated_at: nowMs,
      last_sign_in_at: null,
      email_verified_at: null,
    } as const;
    if (!(await insertUser(transaction, row))) throw new AppError('email_taken');
    await createPersonalWorkspace(transaction, context, { userId: row.id, name });
    await recordAuditEvent(transaction, context, {
      action: 'account.registered',
      actor: { id: row.id, label: row.email_display },
    });
    return row;
  });
  return { user: toUser(user) };
};

/** Whether this is the first account; throws when registration is not open to the caller. */
async function refuseSignUp(
  context: CallContext,
  database: DatabaseHandle,
  token: string | undefined,
): Promise<boolean> {
  const isFirst = !(await hasAnyUser(database));
  if (isFirst) checkSetupToken(context, token);
  else if (context.services.config.signUp !== 'open') throw new AppError('sign_up_closed');
  return isFirst;
}

export async function isFirstAccountMissing(context: Pick<CallContext, 'services'>): Promise<boolean> {
  return !(await hasAnyUser(context.services.database.kysely));
}

/** Whether the first account needs the token that was printed at start: others than this computer can reach us. */
export function needsSetupToken(context: Pick<CallContext, 'services'>): boolean {
  return !isPrivateToThisComputer(context.services.config);
}

function checkSetupToken(context: CallContext, given: string | undefined): void {
  if (!needsSetupToken(context)) return;
  const expected = context.services.setupToken;
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  if (expected === null || given === undefined || !timingSafeEqual(digest(given), digest(expected))) {
    throw new AppError('setup_token_needed');
  }
}

export const login: Handler<'POST /api/login'> = async (context, { body }) => {
  const { services, nowMs } = context;
  const { throttles } = services;
  const email = normaliseEmail(body.email);
  const address = networkOf(context.ip);
  const fromAddress = `${email}|${address}`;
  // Points are taken before the slow check, so that parallel guesses cannot slip through together; the address comes
  // first, so that a blocked one cannot fill the memory with made-up accounts.
  await throttles.take('signInByAddress', address);
  await throttles.take('signInFromAddress', fromAddress);
  await throttles.take('signInForAccount', email);
  const row = await findUserByEmail(services.database.kysely, email);
  const isRight =
    row === undefined
      ? await verifyAgainstNobody(body.password)
      : await verifyPassword(body.password, row.password_hash);
  if (row === undefined || !isRight || row.state !== 'active') {
    await recordAuditEvent(services.database.kysely, context, {
      action: 'account.signed_in',
      actor: row === undefined ? null : { id: row.id, label: row.email_display },
      result: 'denied',
    });
    throw new AppError('sign_in_failed');
  }
  await throttles.reset('signInFromAddress', fromAddress);
  await throttles.giveBack('signInForAccount', email);
  await throttles.giveBack('signInByAddress', address);
  const userId = row.id;
  const session = await services.database.transaction(async (transaction) => {
    await updateUser(transaction, userId, { last_sign_in_at: nowMs });
    const started = await startSession(transaction, context, userId);
    await recordAuditEvent(transaction, context, {
      action: 'account.signed_in',
      actor: { id: row.id, label: row.email_display },
    });
    return started;
  });
  context.setSessionCookie(session.token);
  return {
    access_token: await services.accessTokens.sign({ userId, sessionId: session.id, nowMs }),
    token_type: 'bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    user: toUser(row),
  };
};

export const readMe: Handler<'GET /api/me'> = async (context) => {
  const workspaces = await listMemberships(context.services.database.kysely, context.user.id);
  const active = await findWorkspace(context.services.database.kysely, context.user.id, context.workspaceHeader);
  return {
    user: toUser(context.user),
    workspaces,
    activeWorkspaceId: active.id,
    freshUntil: freshUntil(context),
  };
};

export const changeMe: Handler<'PUT /api/me'> = async (context, { body }) => {
  const row = await updateUser(context.services.database.kysely, context.user.id, {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.locale === undefined ? {} : { locale: body.locale }),
    ...(body.theme === undefined ? {} : { theme: body.theme }),
    updated_at: context.nowMs,
  });
  return { user: toUser(row) };
};

export const changePassword: Handler<'POST /api/me/password'> = async (context, { body }) => {
  await provePassword(context, body.currentPassword);
  refuseWeakPassword(body.newPassword, [context.user.email, context.user.name]);
  const passwordHash = await hashPassword(body.newPassword);
  await context.services.database.transaction(async (transaction) => {
    await updateUser(transaction, context.user.id, { password_hash: passwordHash, updated_at: context.nowMs });
    await endOtherSessions(transaction, context);
    await recordAuditEvent(transaction, context, { action: 'account.password_changed', actor: actorOf(context) });
  });
  return undefined;
};

export const confirmPassword: Handler<'POST /api/me/confirm'> = async (context, { body }) => {
  await provePassword(context, body.password);
  await context.services.database.transaction(async (transaction: DatabaseHandle) => {
    await confirmIdentity(transaction, context);
    await recordAuditEvent(transaction, context, { action: 'account.password_confirmed', actor: actorOf(context) });
  });
  return { freshUntil: new Date(context.nowMs + FRESH_MS).toISOString() };
};

async function provePassword(context: AccountContext, password: string): Promise<void> {
  const { throttles } = context.services;
  await throttles.take('confirmPassword', context.user.id);
  if (!(await verifyPassword(password, context.user.password_hash))) {
    await recordAuditEvent(context.services.database.kysely, context, {
      action: 'account.password_confirmed',
      actor: actorOf(context),
      result: 'denied',
    });
    throw new AppError('wrong_password');
  }
  await throttles.reset('confirmPassword', context.user.id);
}

function refuseWeakPassword(password: string, about: readonly string[]): void {
  const weakness = findPasswordWeakness(password, about);
  if (weakness !== null) throw new AppError('weak_password', { message: weakness });
}
