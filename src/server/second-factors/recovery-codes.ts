import { tellOwner } from '../accounts/account-mail.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { hashRecoveryCode, makeRecoveryCode } from './code-form.ts';
import { hasSecondFactor, requireOwnFactor } from './second-factor.ts';
import { replaceRecoveryCodes } from './second-factors.store.ts';

const CODES = 10;

/** Ten new codes in place of those before. They are given to the caller this once; hashes of them are kept. */
export async function issueRecoveryCodes(transaction: DatabaseHandle, context: AccountContext): Promise<string[]> {
  const codes = Array.from({ length: CODES }, makeRecoveryCode);
  const { user, nowMs } = context;
  await replaceRecoveryCodes(transaction, { userId: user.id, hashes: codes.map(hashRecoveryCode), nowMs });
  await recordAuditEvent(transaction, context, { action: 'account.recovery_codes_made', actor: context.actor });
  return codes;
}

export const makeRecoveryCodes: Handler<'POST /api/me/recovery-codes'> = async (context) => {
  const factors = await requireOwnFactor(context);
  if (!hasSecondFactor(factors)) {
    throw new AppError('second_factor_missing', {
      message: 'Recovery codes stand in for an authenticator app or a passkey. Set one of them up first.',
    });
  }
  const recoveryCodes = await context.services.database.transaction((transaction) =>
    issueRecoveryCodes(transaction, context),
  );
  tellOwner(context, context.user, { kind: 'recoveryCodesMade' });
  return { recoveryCodes };
};
