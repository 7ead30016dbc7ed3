import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { SignInMethod } from '../../contract/vocabulary.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext, Handler } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import {
  hasSecondFactor,
  readFactors,
  secondFactorNeeded,
  takeSecondFactorCode,
} from '../second-factors/second-factor.ts';
import { ACCESS_TOKEN_SECONDS } from '../sessions/access-token.ts';
import { countedApart } from '../sessions/known-networks.ts';
import { noticeNewDevice } from '../sessions/new-device.ts';
import { personActor, startSession } from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { normaliseEmail, toUser } from './account-view.ts';
import { findUserByEmail, updateProvedUser } from './accounts.store.ts';
import { verifyAgainstNobody, verifyPassword } from './password.ts';

type SignedIn = OperationReply<Operations['POST /api/login']>;

/** Why a sign-in was refused, for the history of the account. Callers are told less. */
type Refusal = 'wrong_password' | 'disabled' | 'second_factor_missing' | 'second_factor_wrong' | 'account_changed';

export const login: Handler<'POST /api/login'> = async (context, { body }) => {
  const user = await checkPassword(context, body);
  // Asked for after the password was right, so that nobody else learns whether there is a second factor.
  const factors = await readFactors(context, user.id);
  const secondFactor = hasSecondFactor(factors);
  if (secondFactor) {
    if (body.totp === undefined || body.totp.trim() === '') {
      await recordRefusal(context, user, 'second_factor_missing');
      throw secondFactorNeeded(factors);
    }
    if (!(await takeSecondFactorCode(context, user, body.totp))) {
      await recordRefusal(context, user, 'second_factor_wrong');
      throw new AppError('totp_wrong');
    }
  }
  return finishSignIn(context, user, { method: 'password', secondFactor });
};

/** The account of this e-mail and password, or `sign_in_failed`: the same words and the same work for every reason. */
async function checkPassword(context: CallContext, body: { email: string; password: string }): Promise<Row<'users'>> {
  const { services } = context;
  const { throttles } = services;
  const email = normaliseEmail(body.email);
  const address = networkOf(context.ip);
  const fromAddress = `${email}|${address}`;
  // Points are taken before the slow check, so that parallel guesses cannot slip through together; the address comes
  // first, so that a blocked one cannot fill the memory with made-up accounts.
  await throttles.take('signInByAddress', address);
  await throttles.take('signInFromAddress', fromAddress);
  const fromEverywhere = await countedApart(services, { email, network: address, nowMs: context.nowMs });
  await throttles.take('signInForAccount', fromEverywhere);
  const row = await findUserByEmail(services.database.kysely, email);
  const isRight =
    row === undefined
      ? await verifyAgainstNobody(body.password)
      : await verifyPassword(body.password, row.password_hash);
  if (row === undefined || !isRight || row.state !== 'active') {
    await recordRefusal(context, row ?? null, isRight ? 'disabled' : 'wrong_password');
    throw new AppError('sign_in_failed');
  }
  await throttles.reset('signInFromAddress', fromAddress);
  await throttles.giveBack('signInForAccount', fromEverywhere);
  await throttles.giveBack('signInByAddress', address);
  return row;
}

async function recordRefusal(
  context: CallContext,
  user: Row<'users'> | null,
  reason: Refusal,
  how: { method: SignInMethod; secondFactor: boolean } = { method: 'password', secondFactor: false },
): Promise<void> {
  await recordAuditEvent(context.services.database.kysely, context, {
    action: 'account.signed_in',
    actor: user === null ? null : personActor(user),
    result: 'denied',
    reason,
    details: how,
  });
}

/**
 * Starts the session of somebody who has proved who they are, by whatever method: writes it down, sets the cookie and makes
 * the access token. That the account is not disabled and, for a password, that it is still the one of `user`, is asked
 * once more where it counts, or a sign-in under way would outlive the change that ends every session. Throws
 * `sign_in_failed`.
 */
export async function finishSignIn(
  context: CallContext,
  user: Row<'users'>,
  how: { method: SignInMethod; secondFactor: boolean },
): Promise<SignedIn> {
  const { services, nowMs } = context;
  const session = await services.database.transaction(async (transaction) => {
    const proved = { id: user.id, ...(how.method === 'password' ? { passwordHash: user.password_hash } : {}) };
    if (!(await updateProvedUser(transaction, proved, { last_sign_in_at: nowMs }))) return null;
    const started = await startSession(transaction, context, { userId: user.id, ...how });
    await recordAuditEvent(transaction, context, {
      action: 'account.signed_in',
      actor: personActor(user),
      details: how,
    });
    return started;
  });
  if (session === null) {
    await recordRefusal(context, user, 'account_changed', how);
    throw new AppError('sign_in_failed');
  }
  noticeNewDevice(context, user.id);
  context.setSessionCookie(session.token);
  return {
    access_token: await services.accessTokens.sign({ userId: user.id, sessionId: session.id, nowMs }),
    token_type: 'bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    user: toUser(user),
  };
}
