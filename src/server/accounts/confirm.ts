import { type AuditAction, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { provePasskey } from '../second-factors/prove-passkey.ts';
import {
  hasSecondFactor,
  readFactors,
  secondFactorNeeded,
  takeSecondFactorCode,
} from '../second-factors/second-factor.ts';
import { FRESH_MS, renewSession } from '../sessions/sessions.ts';
import { provePassword } from './prove-password.ts';

/**
 * Opens sensitive actions for ten minutes. Who has a second factor proves themselves by it: somebody who holds a stolen
 * session may well know the password too (OWASP ASVS 7.5.1, 7.5.3). From then on the session counts as one with a second
 * factor, however it began.
 */
export const confirmIdentity: Handler<'POST /api/me/confirm'> = async (context, { body }) => {
  const factors = await readFactors(context, context.user.id);
  const secondFactor = hasSecondFactor(factors);
  if (body.passkey !== undefined) {
    await provePasskey(context, body.passkey, { user: context.user });
  } else if (body.totp !== undefined) {
    if (!(await takeSecondFactorCode(context, context.user, body.totp))) throw await refuseCode(context);
  } else if (secondFactor) {
    throw secondFactorNeeded(factors);
  } else {
    await provePassword(context, body.password ?? '');
  }
  const action: AuditAction = secondFactor ? 'account.second_factor_confirmed' : 'account.password_confirmed';
  const cookie = await context.services.database.transaction(async (transaction) => {
    const renewed = await renewSession(transaction, context, { secondFactor });
    await recordAuditEvent(transaction, context, { action, actor: context.actor });
    return renewed;
  });
  if (cookie !== null) context.setSessionCookie(cookie);
  return { freshUntil: new Date(context.nowMs + FRESH_MS).toISOString() };
};

async function refuseCode(context: AccountContext): Promise<AppError> {
  await recordAuditEvent(context.services.database.kysely, context, {
    action: 'account.second_factor_confirmed',
    actor: context.actor,
    result: 'denied',
  });
  return new AppError('totp_wrong');
}
