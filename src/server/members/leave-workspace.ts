import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { findWorkspaceAs } from '../workspaces/workspaces.ts';
import { endMembership } from './end-membership.ts';
import { findStanding } from './members.store.ts';
import { lockMembers } from './standing.ts';

/**
 * Ends the caller's own membership, also one that waits to be confirmed. Who is disabled has nothing to leave: they could
 * come back by another invitation as if nothing had been decided about them.
 */
export const leaveWorkspace: Handler<'POST /api/workspaces/{id}/leave'> = async (context, { params }) => {
  const { services, user } = context;
  const which = { workspaceId: params.id, userId: user.id };
  await services.database.transaction(async (transaction) => {
    await lockMembers(transaction, params.id);
    const standing = await findStanding(transaction, which);
    if (standing === undefined || standing.state === 'disabled') throw new AppError('not_found');
    if (standing.kind === 'personal') throw new AppError('personal_workspace');
    const workspace = await findWorkspaceAs(transaction, { id: params.id, role: standing.role });
    await endMembership(transaction, context, {
      workspace,
      userId: user.id,
      standing,
      label: standing.email_display,
      action: 'member.left',
    });
  });
  await services.changes.announce(params.id);
  return undefined;
};
