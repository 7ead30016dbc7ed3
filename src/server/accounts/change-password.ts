import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { requireOwnFactor } from '../second-factors/second-factor.ts';
import { endOtherSessions } from '../sessions/sessions.ts';
import { closeLinks } from './account-links.store.ts';
import { tellOwner } from './account-mail.ts';
import { updateProvedUser } from './accounts.store.ts';
import { hashPassword } from './password.ts';
import { provePassword, refuseWeakPassword } from './prove-password.ts';

export const changePassword: Handler<'POST /api/me/password'> = async (context, { body }) => {
  const { user, nowMs } = context;
  await requireOwnFactor(context);
  await provePassword(context, body.currentPassword);
  refuseWeakPassword(body.newPassword, [user.email, user.name]);
  const passwordHash = await hashPassword(body.newPassword);
  await context.services.database.transaction(async (transaction) => {
    const proved = { id: user.id, passwordHash: user.password_hash };
    const change = { password_hash: passwordHash, updated_at: nowMs };
    // Somebody may have changed it since it was proved, to get rid of whoever knows it.
    if (!(await updateProvedUser(transaction, proved, change))) throw new AppError('wrong_password');
    await closeLinks(transaction, { userId: user.id, nowMs });
    await endOtherSessions(transaction, context);
    await recordAuditEvent(transaction, context, { action: 'account.password_changed', actor: context.actor });
  });
  tellOwner(context, user, { kind: 'passwordChanged' });
  return undefined;
};
