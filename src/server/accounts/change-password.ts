import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { requireOwnFactor } from '../second-factors/second-factor.ts';
import { endOtherSessions } from '../sessions/sessions.ts';
import { tellOwner } from './account-mail.ts';
import { updateUser } from './accounts.store.ts';
import { hashPassword } from './password.ts';
import { provePassword, refuseWeakPassword } from './prove-password.ts';

export const changePassword: Handler<'POST /api/me/password'> = async (context, { body }) => {
  await requireOwnFactor(context);
  await provePassword(context, body.currentPassword);
  refuseWeakPassword(body.newPassword, [context.user.email, context.user.name]);
  const passwordHash = await hashPassword(body.newPassword);
  await context.services.database.transaction(async (transaction) => {
    await updateUser(transaction, context.user.id, { password_hash: passwordHash, updated_at: context.nowMs });
    await endOtherSessions(transaction, context);
    await recordAuditEvent(transaction, context, { action: 'account.password_changed', actor: context.actor });
  });
  tellOwner(context, context.user, { kind: 'passwordChanged' });
  return undefined;
};
