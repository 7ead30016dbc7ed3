import type { WorkspaceId } from '../../contract/ids.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { addToKnownGroups } from '../groups/groups.ts';
import { AppError } from '../http-errors.ts';
import { tellOfNewMember } from '../notifications/team-notices.ts';
import { personActor } from '../sessions/sessions.ts';
import type { Standing } from './member-rules.ts';
import { countMembers, insertMember } from './members.store.ts';
import { lockMembers } from './standing.ts';

const MEMBERS_MAX = 1000;

/** Makes somebody a member, also of those of the groups that still exist. Throws `already_member`, `too_many_objects`. */
export async function joinWorkspace(
  transaction: Transaction,
  context: CallContext,
  joining: {
    workspaceId: WorkspaceId;
    user: Pick<Row<'users'>, 'id' | 'name' | 'email_display'>;
    standing: Standing;
    groupIds: readonly string[];
  },
): Promise<void> {
  const { workspaceId, user, standing, groupIds } = joining;
  const { nowMs } = context;
  await lockMembers(transaction, workspaceId);
  if ((await countMembers(transaction, workspaceId)) >= MEMBERS_MAX) throw new AppError('too_many_objects');
  const row = { workspace_id: workspaceId, user_id: user.id, ...standing, created_at: nowMs, updated_at: nowMs };
  if (!(await insertMember(transaction, row))) throw new AppError('already_member');
  await addToKnownGroups(transaction, { workspaceId, userId: user.id, groupIds });
  await recordAuditEvent(transaction, context, {
    action: 'member.joined',
    workspaceId,
    actor: personActor(user),
    target: { type: 'member', id: user.id, label: user.email_display },
    details: { ...standing },
  });
  const isPending = standing.state === 'pending';
  await tellOfNewMember(transaction, { workspaceId, user, role: standing.role, isPending, nowMs });
}
