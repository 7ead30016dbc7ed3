import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { isAllowed, type Permission } from '../../contract/permissions.ts';
import type { ActorContext, Handler } from '../context.ts';
import { seesEveryCredential } from '../credentials/access.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { countContents, findWorkspaceRow } from './workspaces.store.ts';

type WorkspaceView = OperationResult<Operations['GET /api/workspace']>;

export const readWorkspace: Handler<'GET /api/workspace'> = (context) =>
  viewWorkspace(context, context.services.database.kysely);

/** The workspace of the call. What a role has no business with is null. */
export async function viewWorkspace(context: ActorContext, database: DatabaseHandle): Promise<WorkspaceView> {
  const { workspace, nowMs } = context;
  const row = await findWorkspaceRow(database, workspace.id);
  if (row === undefined) throw new AppError('not_found');
  const counts = await countContents(database, workspace.id, nowMs);
  const onlyFor = (permission: Permission, count: number) =>
    isAllowed(permission, workspace.role, null) ? count : null;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    role: workspace.role,
    policy: policyOf(row),
    counts: {
      members: counts.members,
      groups: counts.groups,
      serviceAccounts: counts.serviceAccounts,
      pendingMembers: onlyFor('member:edit', counts.pendingMembers),
      invitations: onlyFor('member:edit', counts.invitations),
      keys: seesEveryCredential(context) ? counts.keys : null,
    },
    createdAt: new Date(row.created_at).toISOString(),
  };
}

/** What the owners decided, as the contract tells it. */
export function policyOf(row: Row<'workspaces'>): WorkspaceView['policy'] {
  return {
    memberFloor: row.member_floor,
    adminsMayCopy: row.admins_may_copy === 1,
    allowsShareLinks: row.allows_share_links === 1,
    requiresTwoFactor: row.requires_two_factor === 1,
    confirmsMembers: row.confirms_members === 1,
    checkEveryHours: row.check_every_hours,
  };
}
