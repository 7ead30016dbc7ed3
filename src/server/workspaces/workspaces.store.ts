import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, WorkspaceKind } from '../database/schema.ts';

export interface MembershipRow {
  id: WorkspaceId;
  name: string;
  kind: WorkspaceKind;
  role: string;
}

/** The workspaces in which the person is an active member, personal ones first. */
export async function selectMemberships(database: DatabaseHandle, userId: UserId): Promise<MembershipRow[]> {
  return database
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['workspaces.id', 'workspaces.name', 'workspaces.kind', 'members.role'])
    .where('members.user_id', '=', userId)
    .where('members.state', '=', 'active')
    .orderBy('workspaces.kind')
    .orderBy('workspaces.created_at')
    .execute();
}

export async function insertWorkspace(
  transaction: DatabaseHandle,
  rows: { workspace: NewRow<'workspaces'>; owner: NewRow<'members'> },
): Promise<void> {
  await transaction.insertInto('workspaces').values(rows.workspace).execute();
  await transaction.insertInto('members').values(rows.owner).execute();
}

/** The role of an active member, or undefined. */
export async function selectRole(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; userId: UserId },
): Promise<string | undefined> {
  const row = await database
    .selectFrom('members')
    .select('role')
    .where('workspace_id', '=', which.workspaceId)
    .where('user_id', '=', which.userId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row?.role;
}
