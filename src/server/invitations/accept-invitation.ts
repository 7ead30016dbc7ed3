import type { WorkspaceId } from '../../contract/ids.ts';
import { type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { joinWorkspace } from '../members/join-workspace.ts';
import { lockMembers } from '../members/standing.ts';
import { personActor } from '../sessions/sessions.ts';
import { readGroupIds } from './invitation-view.ts';
import { markAccepted } from './invitations.store.ts';
import { findOpenInvitation, giveTryBack, takeTry } from './linked-invitation.ts';

export const acceptInvitation: Handler<'POST /api/invitations/accept'> = async (context, { body }) => {
  const { services, user } = context;
  await takeTry(context);
  const joined = await services.database.transaction(async (transaction) => {
    const accepted = await redeemInvitation(transaction, context, { token: body.token, user });
    // A link to an account only has nothing to give to who has one.
    if (accepted === null) throw new AppError('already_member');
    return accepted;
  });
  await giveTryBack(context);
  await services.changes.announce(joined.workspaceId);
  return joined;
};

/**
 * Accepts an invitation for somebody, in the caller's transaction: of any number of tries at the same time, one wins.
 * Gives the workspace that was joined, to be announced after the commit; null where it was to an account only. Throws
 * `link_used`, `invitation_for_another`, `already_member`, `too_many_objects`.
 */
export async function redeemInvitation(
  transaction: Transaction,
  context: CallContext,
  { token, user }: { token: string; user: Pick<Row<'users'>, 'id' | 'name' | 'email' | 'email_display'> },
): Promise<{ workspaceId: WorkspaceId; state: 'active' | 'pending' } | null> {
  const { nowMs } = context;
  const found = await findOpenInvitation(context, token, transaction);
  if (found.workspace_id !== null) await lockMembers(transaction, found.workspace_id);
  // Once more, now that nobody is demoted or removed meanwhile.
  const row = await findOpenInvitation(context, token, transaction);
  if (row.email !== null && row.email !== user.email) throw new AppError('invitation_for_another');
  if (!(await markAccepted(transaction, { id: row.id, userId: user.id, nowMs }))) throw new AppError('link_used');
  const event: Pick<AuditEntry, 'actor' | 'workspaceId'> = {
    actor: personActor(user),
    ...(row.workspace_id === null ? {} : { workspaceId: row.workspace_id }),
  };
  await recordAuditEvent(transaction, context, {
    ...event,
    action: 'invitation.accepted',
    target: { type: 'invitation', id: row.id, label: row.email ?? 'link' },
    details: { role: row.role },
  });
  if (row.workspace_id === null) return null;
  const state = row.confirms_members === 1 ? 'pending' : 'active';
  await joinWorkspace(transaction, context, {
    workspaceId: row.workspace_id,
    user,
    standing: { role: row.role, state },
    groupIds: readGroupIds(row),
  });
  return { workspaceId: row.workspace_id, state };
}
