import type { WorkspaceId } from '../../contract/ids.ts';
import { type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { mayPassOn } from '../groups/passed-on-access.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { joinWorkspace } from '../members/join-workspace.ts';
import { lockMembers } from '../members/standing.ts';
import { personActor } from '../sessions/sessions.ts';
import { findWorkspaceAs } from '../workspaces/workspaces.ts';
import { readGroupIds } from './invitation-view.ts';
import { type LinkedInvitation, markAccepted } from './invitations.store.ts';
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
 * Groups that may copy what the inviter may not any more are left out, and the event names them.
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
  const groups = await splitGroups(transaction, context, row);
  await recordAuditEvent(transaction, context, {
    ...event,
    action: 'invitation.accepted',
    target: { type: 'invitation', id: row.id, label: row.email ?? 'link' },
    details: { role: row.role, ...(groups.leftOut.length === 0 ? {} : { groupsLeftOut: groups.leftOut }) },
  });
  if (row.workspace_id === null) return null;
  const state = row.confirms_members === 1 ? 'pending' : 'active';
  await joinWorkspace(transaction, context, {
    workspaceId: row.workspace_id,
    user,
    standing: { role: row.role, state },
    groupIds: groups.given,
  });
  return { workspaceId: row.workspace_id, state };
}

/** The groups of the invitation that who made it could put somebody into now, and those that they could not. */
async function splitGroups(
  transaction: Transaction,
  context: CallContext,
  row: LinkedInvitation,
): Promise<{ given: string[]; leftOut: string[] }> {
  const groups = { given: [] as string[], leftOut: [] as string[] };
  const { workspace_id: id, inviter_role: role, created_by: inviterId } = row;
  if (id === null || role === null || inviterId === null) return groups;
  const workspace = await findWorkspaceAs(transaction, { id, role });
  const asInviter = { ...context, workspace, actor: { kind: 'user', id: inviterId, label: '' } } as const;
  for (const groupId of readGroupIds(row)) {
    const holder = { kind: 'group', id: brand<'Group'>(groupId) } as const;
    const isGiven = await mayPassOn(transaction, asInviter, holder);
    (isGiven ? groups.given : groups.leftOut).push(groupId);
  }
  return groups;
}
