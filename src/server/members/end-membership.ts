import type { UserId } from '../../contract/ids.ts';
import { type Role, roles } from '../../contract/permissions.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, ActiveWorkspace } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { actorOf } from '../sessions/sessions.ts';
import type { Standing } from './member-rules.ts';
import { deleteMember, revokeInvitationsBy, revokeServiceTokensBy, revokeVirtualKeysOf } from './members.store.ts';
import { describeReach, readReach } from './reach.ts';
import { keepAnOwner } from './standing.ts';

interface Ending {
  workspace: ActiveWorkspace<Role>;
  userId: UserId;
  standing: Standing;
  label: string;
  action: 'member.removed' | 'member.left';
}

/**
 * Ends a membership, with the members locked: groups, grants and open invitations go, virtual keys of theirs or whose secret
 * they were given are revoked, so are tokens of programs that they made, and what
 * the person could copy is written down. Throws `last_owner`.
 */
export async function endMembership(transaction: Transaction, context: AccountContext, ending: Ending): Promise<void> {
  const { workspace, userId, standing, label, action } = ending;
  const { nowMs } = context;
  const which = { workspaceId: workspace.id, userId };
  await keepAnOwner(transaction, which, { from: standing, to: null });
  const reach = await readReach(transaction, { ...context, workspace }, { userId, standing });
  const virtualKeys = await revokeVirtualKeysOf(transaction, { ...which, nowMs });
  const tokens = await revokeServiceTokensBy(transaction, { ...which, nowMs });
  await revokeInvitationsBy(transaction, { ...which, nowMs, roles });
  await deleteMember(transaction, which);
  const event = { workspaceId: workspace.id, actor: actorOf(context) };
  await recordAuditEvent(transaction, context, {
    ...event,
    action,
    target: { type: 'member', id: userId, label },
    details: { role: standing.role, state: standing.state, ...describeReach(reach) },
  });
  for (const { id, name } of virtualKeys) {
    const target = { type: 'virtual_key', id, label: name } as const;
    await recordAuditEvent(transaction, context, { ...event, action: 'virtual_key.revoked', target, reason: action });
  }
  for (const { service_account_id: id, name } of tokens) {
    const target = { type: 'service_account', id, label: name } as const;
    await recordAuditEvent(transaction, context, { ...event, action: 'service_token.revoked', target, reason: action });
  }
}
