import { randomBytes } from 'node:crypto';
import { tellOwner } from '../accounts/account-mail.ts';
import { provePassword } from '../accounts/prove-password.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { renewSession } from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { readCode } from './code-form.ts';
import { issueRecoveryCodes } from './recovery-codes.ts';
import { requireOwnFactor, settleAfterRemoval, takeSecondFactorCode } from './second-factor.ts';
import { confirmTotp, deleteTotp, findTotp, putUnconfirmedTotp } from './second-factors.store.ts';
import { findStep, otpauthUri, SECRET_BYTES, toBase32 } from './totp.ts';
import { openTotpSecret, sealTotpSecret } from './totp-secret.ts';

const ISSUER = 'API Key Manager';
/** How long a secret that was shown waits for its first code. */
const UNCONFIRMED_MS_MAX = 30 * 60 * 1000;

const connectedAlready = () =>
  new AppError('conflict', { message: 'An authenticator app is connected already. Disconnect it first.' });

export const connectTotp: Handler<'POST /api/me/totp'> = async (context) => {
  await requireOwnFactor(context);
  const { services, user, nowMs } = context;
  const existing = await findTotp(services.database.kysely, user.id);
  if (existing !== undefined && existing.confirmed_at !== null) throw connectedAlready();
  const version = (existing?.version ?? 0) + 1;
  const bytes = randomBytes(SECRET_BYTES);
  const envelope = await sealTotpSecret(services, { userId: user.id, version }, bytes);
  const isStored = await services.database.transaction((transaction) =>
    putUnconfirmedTotp(transaction, {
      user_id: user.id,
      version,
      envelope,
      created_at: nowMs,
      confirmed_at: null,
      last_step: 0,
    }),
  );
  if (!isStored) throw connectedAlready();
  const secret = toBase32(bytes);
  return { secret, uri: otpauthUri(secret, user.email_display, ISSUER) };
};

export const confirmTotpSecret: Handler<'POST /api/me/totp/confirm'> = async (context, { body }) => {
  await requireOwnFactor(context);
  const { services, user, nowMs } = context;
  const fromAddress = `${user.id}|${networkOf(context.ip)}`;
  await services.throttles.take('codeFromAddress', fromAddress);
  const row = await findTotp(services.database.kysely, user.id);
  if (row?.confirmed_at !== undefined && row.confirmed_at !== null) throw connectedAlready();
  if (row === undefined || row.created_at + UNCONFIRMED_MS_MAX <= nowMs) {
    throw new AppError('conflict', { message: 'Begin anew: no authenticator app is waiting for its first code.' });
  }
  const read = readCode(body.code);
  const step = read.kind === 'totp' ? findStep(await openTotpSecret(services, row), read.code, nowMs) : null;
  if (step === null) throw new AppError('totp_wrong');
  await services.throttles.reset('codeFromAddress', fromAddress);
  const { recoveryCodes, cookie } = await services.database.transaction(async (transaction) => {
    if (!(await confirmTotp(transaction, { userId: user.id, envelope: row.envelope, step, nowMs }))) {
      throw connectedAlready();
    }
    // Who has just shown a code of the app has signed in with it, as far as this session goes.
    const renewed = await renewSession(transaction, context, { secondFactor: true });
    await recordAuditEvent(transaction, context, { action: 'account.totp_connected', actor: context.actor });
    return { recoveryCodes: await issueRecoveryCodes(transaction, context), cookie: renewed };
  });
  if (cookie !== null) context.setSessionCookie(cookie);
  tellOwner(context, user, { kind: 'totpConnected' });
  return { recoveryCodes };
};

export const disconnectTotp: Handler<'DELETE /api/me/totp'> = async (context, { body }) => {
  const factors = await requireOwnFactor(context);
  if (!factors.totp) throw new AppError('not_found');
  if (body.password !== undefined) await provePassword(context, body.password);
  else if (!(await takeSecondFactorCode(context, context.user, body.code ?? ''))) throw new AppError('totp_wrong');
  await context.services.database.transaction(async (transaction) => {
    if ((await deleteTotp(transaction, context.user.id)) === 0) throw new AppError('not_found');
    await settleAfterRemoval(transaction, context.user.id);
    await recordAuditEvent(transaction, context, { action: 'account.totp_disconnected', actor: context.actor });
  });
  tellOwner(context, context.user, { kind: 'totpDisconnected' });
  return undefined;
};
