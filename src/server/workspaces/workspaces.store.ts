import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row, RowChange, WorkspaceKind } from '../database/schema.ts';

export interface MembershipRow {
  id: WorkspaceId;
  name: string;
  kind: WorkspaceKind;
  role: string;
  requires_two_factor: number;
}

/** The workspaces in which the person is an active member, personal ones first. */
export async function selectMemberships(database: DatabaseHandle, userId: UserId): Promise<MembershipRow[]> {
  return database
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['workspaces.id', 'workspaces.name', 'workspaces.kind', 'members.role', 'workspaces.requires_two_factor'])
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

/** Those whose owners have still to confirm the person. */
export async function selectPendingWorkspaces(
  database: DatabaseHandle,
  userId: UserId,
): Promise<{ id: WorkspaceId; name: string }[]> {
  return database
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['workspaces.id', 'workspaces.name'])
    .where('members.user_id', '=', userId)
    .where('members.state', '=', 'pending')
    .where('workspaces.deleted_at', 'is', null)
    .orderBy('members.created_at')
    .execute();
}

/** Team workspaces that somebody made and that are not purged. */
export async function countMadeBy(database: DatabaseHandle, userId: UserId): Promise<number> {
  const row = await database
    .selectFrom('workspaces')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('created_by', '=', userId)
    .where('kind', '=', 'team')
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export interface WorkspaceCounts {
  members: number;
  pendingMembers: number;
  groups: number;
  serviceAccounts: number;
  invitations: number;
  keys: number;
}

/** How much there is in a workspace: active members, open invitations, keys outside the trash. */
export async function countContents(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  nowMs: number,
): Promise<WorkspaceCounts> {
  const row = await database
    .selectNoFrom((select) => {
      const members = select
        .selectFrom('members')
        .where('workspace_id', '=', workspaceId)
        .select(({ fn }) => fn.countAll().as('count'));
      return [
        members.where('state', '=', 'active').as('members'),
        members.where('state', '=', 'pending').as('pendingMembers'),
        select
          .selectFrom('groups')
          .where('workspace_id', '=', workspaceId)
          .select(({ fn }) => fn.countAll().as('count'))
          .as('groups'),
        select
          .selectFrom('service_accounts')
          .where('workspace_id', '=', workspaceId)
          .select(({ fn }) => fn.countAll().as('count'))
          .as('serviceAccounts'),
        select
          .selectFrom('invitations')
          .where('workspace_id', '=', workspaceId)
          .where('accepted_at', 'is', null)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', nowMs)
          .select(({ fn }) => fn.countAll().as('count'))
          .as('invitations'),
        select
          .selectFrom('credentials')
          .where('workspace_id', '=', workspaceId)
          .where('deleted_at', 'is', null)
          .select(({ fn }) => fn.countAll().as('count'))
          .as('keys'),
      ];
    })
    .executeTakeFirstOrThrow();
  return {
    members: Number(row.members),
    pendingMembers: Number(row.pendingMembers),
    groups: Number(row.groups),
    serviceAccounts: Number(row.serviceAccounts),
    invitations: Number(row.invitations),
    keys: Number(row.keys),
  };
}

export async function updateWorkspace(
  transaction: DatabaseHandle,
  id: WorkspaceId,
  change: RowChange<'workspaces'>,
): Promise<void> {
  await transaction
    .updateTable('workspaces')
    .set(change)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .execute();
}

/** Active administrators, for the note of who could copy until now. */
export async function listAdminIds(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<UserId[]> {
  const rows = await database
    .selectFrom('members')
    .select('user_id')
    .where('workspace_id', '=', workspaceId)
    .where('role', '=', 'admin')
    .where('state', '=', 'active')
    .limit(1000)
    .execute();
  return rows.map(({ user_id }) => user_id);
}
