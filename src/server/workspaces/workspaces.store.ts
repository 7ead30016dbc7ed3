import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row, WorkspaceKind } from '../database/schema.ts';

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
    .where('workspaces.deleted_at', 'is', null)
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

/** A living workspace with the role of an active member, or undefined. */
export async function selectActiveWorkspace(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; userId: UserId },
): Promise<(Row<'workspaces'> & { role: string }) | undefined> {
  return database
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .selectAll('workspaces')
    .select('members.role')
    .where('members.workspace_id', '=', which.workspaceId)
    .where('members.user_id', '=', which.userId)
    .where('members.state', '=', 'active')
    .where('workspaces.deleted_at', 'is', null)
    .executeTakeFirst();
}

export async function findWorkspaceRow(
  database: DatabaseHandle,
  id: WorkspaceId,
): Promise<Row<'workspaces'> | undefined> {
  return database
    .selectFrom('workspaces')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}
