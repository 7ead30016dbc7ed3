import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { findPasswordWeakness, verifyPassword } from './password.ts';

/** Throws `wrong_password`, which is written down, unless this is the password of whoever is signed in. */
export async function provePassword(context: AccountContext, password: string): Promise<void> {
  const { throttles } = context.services;
  await throttles.take('confirmPassword', context.user.id);
  if (!(await verifyPassword(password, context.user.password_hash))) {
    await recordAuditEvent(context.services.database.kysely, context, {
      action: 'account.password_confirmed',
      actor: context.actor,
      result: 'denied',
    });
    throw new AppError('wrong_password');
  }
  await throttles.reset('confirmPassword', context.user.id);
}

/** Throws `weak_password` with the reason. `about` are words of the account itself. */
export function refuseWeakPassword(password: string, about: readonly string[]): void {
  const weakness = findPasswordWeakness(password, about);
  if (weakness !== null) throw new AppError('weak_password', { message: weakness });
}
