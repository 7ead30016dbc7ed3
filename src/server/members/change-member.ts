import { type Role, roles } from '../../contract/permissions.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { actorOf } from '../sessions/sessions.ts';
import { endMembership } from './end-membership.ts';
import { mayActOn, mayChange, type Standing } from './member-rules.ts';
import { findStanding, revokeInvitationsBy, updateMember } from './members.store.ts';
import { viewMember } from './members.ts';
import { describeReach, readReach } from './reach.ts';
import { keepAnOwner, lockMembersAs } from './standing.ts';

/**
 * Changes the role of a member, shuts them out or lets them in. Nobody acts on a role above their own nor gives one
 * (`forbidden`), and an active owner is always left (`last_owner`).
 */
export const changeMember: Handler<'PUT /api/members/{userId}'> = async (context, { params, body }) => {
  const { services, workspace, nowMs } = context;
  const which = { workspaceId: workspace.id, userId: params.userId };
  return services.database.transaction(async (transaction) => {
    const { actorRole, from, label } = await findTarget(transaction, context, params.userId);
    const to: Standing = { role: body.role ?? from.role, state: body.state ?? from.state };
    if (!mayChange(actorRole, from, to)) throw new AppError('forbidden');
    await keepAnOwner(transaction, which, { from, to });
    if (to.role !== from.role || to.state !== from.state) {
      const reach = await readReach(transaction, context, { userId: params.userId, standing: from });
      await updateMember(transaction, which, { ...to, updated_at: nowMs });
      await revokeInvitationsBy(transaction, { ...which, nowMs, roles: roles.filter((role) => !mayInvite(to, role)) });
      await recordAuditEvent(transaction, context, {
        action: from.state === 'pending' && to.state === 'active' ? 'member.confirmed' : 'member.changed',
        workspaceId: workspace.id,
        actor: actorOf(context),
        target: { type: 'member', id: params.userId, label },
        details: {
          ...(to.role === from.role ? {} : { roleBefore: from.role, role: to.role }),
          ...(to.state === from.state ? {} : { stateBefore: from.state, state: to.state }),
          ...describeReach(reach),
        },
      });
    }
    return viewMember(context, params.userId, transaction);
  });
};

const mayInvite = (standing: Standing, role: Role): boolean =>
  standing.state === 'active' && mayActOn(standing.role, role);

export const removeMember: Handler<'DELETE /api/members/{userId}'> = async (context, { params }) => {
  const { services, workspace } = context;
  await services.database.transaction(async (transaction) => {
    const { actorRole, from, label } = await findTarget(transaction, context, params.userId);
    if (!mayActOn(actorRole, from.role)) throw new AppError('forbidden');
    await endMembership(transaction, context, {
      workspace: { ...workspace, role: from.role },
      userId: params.userId,
      standing: from,
      label,
      action: 'member.removed',
    });
  });
  return undefined;
};

/** Locks the members; gives the caller's role and how the other one stands. A personal workspace is never changed. */
async function findTarget(
  transaction: Transaction,
  context: WorkspaceContext,
  userId: Parameters<typeof viewMember>[1],
) {
  const { workspace } = context;
  const actorRole = await lockMembersAs(transaction, context, 'member:edit');
  const from = await findStanding(transaction, { workspaceId: workspace.id, userId });
  if (from === undefined) throw new AppError('not_found');
  if (workspace.kind === 'personal') throw new AppError('personal_workspace');
  return { actorRole, from, label: from.email_display };
}
