import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { actorOf } from '../sessions/sessions.ts';
import { findStanding, updateMember } from './members.store.ts';
import { describeReach } from './reach.ts';
import { lockMembersAs } from './standing.ts';

/** Makes another active member an owner; the caller becomes an administrator. */
export const transferWorkspace: Handler<'POST /api/workspace/transfer'> = async (context, { body }) => {
  const { services, workspace, user, nowMs } = context;
  await services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'workspace:own');
    if (workspace.kind === 'personal') throw new AppError('personal_workspace');
    const heir = { workspaceId: workspace.id, userId: body.userId };
    const standing = await findStanding(transaction, heir);
    // Somebody who cannot act would leave the workspace without an owner.
    const mayReign = standing?.state === 'active' && standing.user_state === 'active' && body.userId !== user.id;
    if (!mayReign) throw new AppError('unknown_subject');
    await updateMember(transaction, heir, { role: 'owner', updated_at: nowMs });
    await updateMember(transaction, { ...heir, userId: user.id }, { role: 'admin', updated_at: nowMs });
    const event = { workspaceId: workspace.id, actor: actorOf(context) };
    await recordAuditEvent(transaction, context, {
      ...event,
      action: 'workspace.transferred',
      target: { type: 'member', id: body.userId, label: standing.email_display },
      details: { roleBefore: standing.role, role: 'owner' },
    });
    await recordAuditEvent(transaction, context, {
      ...event,
      action: 'member.changed',
      target: { type: 'member', id: user.id, label: user.email_display },
      details: { roleBefore: 'owner', role: 'admin', ...describeReach('all') },
    });
  });
  return undefined;
};
