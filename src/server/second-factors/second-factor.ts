import type { UserId } from '../../contract/ids.ts';
import { tellOwner } from '../accounts/account-mail.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, CallContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { countedApart } from '../sessions/known-networks.ts';
import { dropSecondFactorOfSessions, personActor } from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { readCode } from './code-form.ts';
import { deleteAllPasskeys } from './passkeys.store.ts';
import {
  countFactors,
  deleteRecoveryCodes,
  deleteTotp,
  type FactorCounts,
  findTotp,
  takeRecoveryCode,
  takeTotpStep,
} from './second-factors.store.ts';
import { findStep } from './totp.ts';
import { openTotpSecret } from './totp-secret.ts';

type User = Pick<Row<'users'>, 'id' | 'email_display' | 'locale'>;

/** What an account has besides its password. */
export async function readFactors(context: Pick<CallContext, 'services'>, userId: UserId): Promise<FactorCounts> {
  return countFactors(context.services.database.kysely, userId);
}

/** An app or a passkey: either asks more than the password of everybody who signs in. */
export function hasSecondFactor(factors: FactorCounts): boolean {
  return factors.totp || factors.passkeys > 0;
}

/** Says which proofs the account takes. Only to somebody who has given the right password, or is signed in. */
export function secondFactorNeeded(factors: FactorCounts): AppError {
  const methods = [
    ...(factors.totp ? ['totp'] : []),
    ...(factors.passkeys > 0 ? ['passkey'] : []),
    ...(factors.recoveryCodesLeft > 0 ? ['recovery_code'] : []),
  ];
  const message = factors.totp ? undefined : 'Use your passkey, or enter a recovery code.';
  return new AppError('totp_needed', { details: { methods }, ...(message === undefined ? {} : { message }) });
}

/**
 * Whether this is a code of the account, and uses it up: of calls that bring the same one, a single one gets true. Throws
 * `too_many_attempts`. Points are taken before the look, so that parallel guesses cannot slip through together.
 */
export async function takeSecondFactorCode(context: CallContext, user: User, typed: string): Promise<boolean> {
  const read = readCode(typed);
  if (read.kind === 'recovery') return takeRecovery(context, user, read.codeHash);
  const { throttles } = context.services;
  const fromAddress = `${user.id}|${networkOf(context.ip)}`;
  await throttles.take('codeFromAddress', fromAddress);
  const fromEverywhere = await countTogether(context, user.id);
  await throttles.take('codeForAccount', fromEverywhere);
  if (read.kind !== 'totp' || !(await takeTotp(context, user.id, read.code))) return false;
  await throttles.reset('codeFromAddress', fromAddress);
  await throttles.giveBack('codeForAccount', fromEverywhere);
  return true;
}

function countTogether({ services, ip, nowMs }: CallContext, userId: UserId): Promise<string> {
  return countedApart(services, { userId, network: networkOf(ip), nowMs });
}

async function takeTotp({ services, nowMs }: CallContext, userId: UserId, code: string): Promise<boolean> {
  const row = await findTotp(services.database.kysely, userId);
  if (row === undefined || row.confirmed_at === null) return false;
  const step = findStep(await openTotpSecret(services, row), code, nowMs);
  if (step === null) return false;
  return takeTotpStep(services.database.kysely, { userId, version: row.version, step });
}

async function takeRecovery(context: CallContext, user: User, codeHash: string): Promise<boolean> {
  const { services, nowMs } = context;
  const counted = await countTogether(context, user.id);
  await services.throttles.take('recoveryCode', counted);
  const isTaken = await services.database.transaction(async (transaction) => {
    if (!(await takeRecoveryCode(transaction, { userId: user.id, codeHash, nowMs }))) return false;
    await recordAuditEvent(transaction, context, { action: 'account.recovery_code_used', actor: personActor(user) });
    return true;
  });
  if (!isTaken) return false;
  await services.throttles.giveBack('recoveryCode', counted);
  tellOwner(context, user, { kind: 'recoveryCodeUsed' });
  return true;
}

/**
 * Lets nobody change how an account signs in who has given less than the account asks for: else a session of the password
 * alone could connect an app of its own. Throws `fresh_sign_in_needed`, which a confirmation by second factor ends.
 */
export async function requireOwnFactor(context: AccountContext): Promise<FactorCounts> {
  const factors = await readFactors(context, context.user.id);
  if (hasSecondFactor(factors) && context.session.has_second_factor !== 1) {
    const message = 'Confirm with your authenticator app, a passkey or a recovery code to go on.';
    throw new AppError('fresh_sign_in_needed', { message });
  }
  return factors;
}

/** After a factor went: who has none left keeps no recovery codes, and no session that counts as more than a password. */
export async function settleAfterRemoval(transaction: DatabaseHandle, userId: UserId): Promise<void> {
  if (hasSecondFactor(await countFactors(transaction, userId))) return;
  await deleteRecoveryCodes(transaction, userId);
  await dropSecondFactorOfSessions(transaction, userId);
}

/**
 * Takes every second factor from an account, for an administrator whose user has lost them all. The caller writes the audit
 * event, in the same transaction.
 */
export async function removeSecondFactors(transaction: DatabaseHandle, userId: UserId): Promise<void> {
  await deleteTotp(transaction, userId);
  await deleteAllPasskeys(transaction, userId);
  await settleAfterRemoval(transaction, userId);
}
