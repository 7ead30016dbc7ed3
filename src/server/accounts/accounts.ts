import { createHash, timingSafeEqual } from 'node:crypto';
import { isPrivateToThisComputer } from '../config.ts';
import type { CallContext, Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { redeemInvitation } from '../invitations/accept-invitation.ts';
import { findOpenInvitation } from '../invitations/linked-invitation.ts';
import { freshUntil } from '../sessions/sessions.ts';
import { signUpMode } from '../settings/sign-up-mode.ts';
import { networkOf } from '../throttle.ts';
import { findWorkspace, listMemberships, listPending } from '../workspaces/workspaces.ts';
import { normaliseEmail, toUser } from './account-view.ts';
import { hasAnyUser, updateUser } from './accounts.store.ts';
import { insertAccount, recordRegistration } from './create-account.ts';
import { hashPassword } from './password.ts';
import { refuseWeakPassword } from './prove-password.ts';

export const register: Handler<'POST /api/register'> = async (context, { body }) => {
  const { services } = context;
  await services.throttles.take('register', networkOf(context.ip));
  const email = normaliseEmail(body.email);
  const name = body.name ?? email.split('@')[0] ?? email;
  refuseWeakPassword(body.password, [email, name]);
  // Asked before the dear hash and, since somebody may be faster, once more where it counts.
  await refuseSignUp(context, services.database.kysely, body);
  const passwordHash = await hashPassword(body.password);
  const { user, joined } = await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, 'register');
    const isFirst = await refuseSignUp(context, transaction, body);
    const account = { email: body.email, name, passwordHash, isInstanceAdmin: isFirst, emailVerified: false };
    const row = await insertAccount(transaction, context, account);
    const { invitationToken: token } = body;
    const joined = token === undefined ? null : await redeemInvitation(transaction, context, { token, user: row });
    await recordRegistration(transaction, context, row);
    return { user: row, joined };
  });
  if (joined !== null) await services.changes.announce(joined.workspaceId);
  return { user: toUser(user) };
};

/** Whether this is the first account; throws when registration is not open to the caller. */
async function refuseSignUp(
  context: CallContext,
  database: DatabaseHandle,
  given: { setupToken?: string | undefined; invitationToken?: string | undefined },
): Promise<boolean> {
  const isFirst = !(await hasAnyUser(database));
  const signUp = await signUpMode(context.services, database);
  if (isFirst) checkSetupToken(context, given.setupToken);
  else if (signUp === 'closed') throw new AppError('sign_up_closed');
  else if (given.invitationToken !== undefined) await findOpenInvitation(context, given.invitationToken, database);
  else if (signUp === 'invite') throw new AppError('sign_up_closed');
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

export const readMe: Handler<'GET /api/me'> = async (context) => {
  const workspaces = await listMemberships(context.services.database.kysely, context.user.id);
  const pendingWorkspaces = await listPending(context.services.database.kysely, context.user.id);
  const active = await findWorkspace(context.services.database.kysely, context.user.id, context.workspaceHeader);
  return {
    user: toUser(context.user),
    workspaces,
    pendingWorkspaces,
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
