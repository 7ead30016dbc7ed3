import { type AuditAction, type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import { forgetSchedule } from '../credentials/schedule.ts';
import type { Transaction } from '../database/open.ts';
import type { Flag, RowChange } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { lockMembersAs } from '../members/standing.ts';
import { actorOf } from '../sessions/sessions.ts';
import { policyOf, viewWorkspace } from './workspace-view.ts';
import { findWorkspaceRow, listAdminIds, updateWorkspace } from './workspaces.store.ts';

export const renameWorkspace: Handler<'PUT /api/workspace'> = async (context, { body }) => {
  const { services, workspace, nowMs } = context;
  return services.database.transaction(async (transaction) => {
    await updateWorkspace(transaction, workspace.id, { name: body.name, updated_at: nowMs });
    const details = { nameBefore: workspace.name, name: body.name };
    await recordChange(transaction, context, { action: 'workspace.renamed', details });
    return viewWorkspace(context, transaction);
  });
};

type Policy = Parameters<typeof changePolicy>[1]['body'];

/** Changes what holds for everybody. Who would shut themselves out with it is refused (`second_factor_missing`). */
export const changePolicy: Handler<'PUT /api/workspace/policy'> = async (context, { body }) => {
  const { services, workspace, session, nowMs } = context;
  if (body.requiresTwoFactor === true && session.has_second_factor !== 1) throw new AppError('second_factor_missing');
  return services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'workspace:edit');
    const row = await findWorkspaceRow(transaction, workspace.id);
    if (row === undefined) throw new AppError('not_found');
    await updateWorkspace(transaction, workspace.id, { ...toColumns(body), updated_at: nowMs });
    const before = policyOf(row);
    const changesRhythm = body.checkEveryHours !== undefined && body.checkEveryHours !== before.checkEveryHours;
    if (changesRhythm) await forgetSchedule(transaction, workspace.id);
    const losesCopies = before.adminsMayCopy && body.adminsMayCopy === false;
    await recordChange(transaction, context, {
      action: 'workspace.policy_changed',
      details: {
        ...compare(before, body),
        // Up to this moment each of them could copy every key.
        ...(losesCopies ? { couldCopyAll: true, admins: await listAdminIds(transaction, workspace.id) } : {}),
      },
    });
    return viewWorkspace(context, transaction);
  });
};

const flag = (value: boolean): Flag => (value ? 1 : 0);

function toColumns(body: Policy): RowChange<'workspaces'> {
  const { memberFloor, adminsMayCopy, allowsShareLinks, requiresTwoFactor, confirmsMembers, checkEveryHours } = body;
  return {
    ...(memberFloor === undefined ? {} : { member_floor: memberFloor }),
    ...(adminsMayCopy === undefined ? {} : { admins_may_copy: flag(adminsMayCopy) }),
    ...(allowsShareLinks === undefined ? {} : { allows_share_links: flag(allowsShareLinks) }),
    ...(requiresTwoFactor === undefined ? {} : { requires_two_factor: flag(requiresTwoFactor) }),
    ...(confirmsMembers === undefined ? {} : { confirms_members: flag(confirmsMembers) }),
    ...(checkEveryHours === undefined ? {} : { check_every_hours: checkEveryHours }),
  };
}

/** Of each field that changes, what it was and what it is. */
function compare(before: Required<Policy>, after: Policy): Record<string, string | number | boolean> {
  const changes: Record<string, string | number | boolean> = {};
  for (const [field, value] of Object.entries(after)) {
    const was = Object.entries(before).find(([name]) => name === field)?.[1];
    if (value === undefined || was === undefined || was === value) continue;
    changes[`${field}Before`] = was;
    changes[field] = value;
  }
  return changes;
}

/** Writes down what was done with the workspace of the call. */
export async function recordChange(
  transaction: Transaction,
  context: WorkspaceContext,
  { action, details }: { action: Extract<AuditAction, `workspace.${string}`>; details?: AuditEntry['details'] },
): Promise<void> {
  const { id, name } = context.workspace;
  await recordAuditEvent(transaction, context, {
    action,
    workspaceId: id,
    actor: actorOf(context),
    target: { type: 'workspace', id, label: name },
    ...(details === undefined ? {} : { details }),
  });
}
