import type { CredentialId, GroupId, ServiceAccountId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row, RowChange } from '../database/schema.ts';

type Which = { workspaceId: WorkspaceId; id: GroupId };

/** By name. */
export async function listGroupRows(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<Row<'groups'>[]> {
  return database.selectFrom('groups').selectAll().where('workspace_id', '=', workspaceId).orderBy('name').execute();
}

export async function findGroupRow(database: DatabaseHandle, which: Which): Promise<Row<'groups'> | undefined> {
  return database
    .selectFrom('groups')
    .selectAll()
    .where('workspace_id', '=', which.workspaceId)
    .where('id', '=', which.id)
    .executeTakeFirst();
}

export async function findGroupNamed(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; name: string },
): Promise<GroupId | undefined> {
  const row = await database
    .selectFrom('groups')
    .select('id')
    .where('workspace_id', '=', which.workspaceId)
    .where('name', '=', which.name)
    .executeTakeFirst();
  return row?.id;
}

export async function insertGroup(transaction: DatabaseHandle, row: NewRow<'groups'>): Promise<void> {
  await transaction.insertInto('groups').values(row).execute();
}

export async function updateGroup(
  transaction: DatabaseHandle,
  id: GroupId,
  change: RowChange<'groups'>,
): Promise<Row<'groups'>> {
  return transaction.updateTable('groups').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Deletes the group with its members and what was granted to it. */
export async function deleteGroupRow(transaction: DatabaseHandle, which: Which): Promise<void> {
  await transaction
    .deleteFrom('credential_grants')
    .where('workspace_id', '=', which.workspaceId)
    .where('subject_kind', '=', 'group')
    .where('subject_id', '=', which.id)
    .execute();
  await transaction
    .deleteFrom('groups')
    .where('workspace_id', '=', which.workspaceId)
    .where('id', '=', which.id)
    .execute();
}

/** Who is in each group of the workspace. */
export async function listGroupMembers(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<Map<GroupId, UserId[]>> {
  const rows = await database
    .selectFrom('group_members')
    .select(['group_id', 'user_id'])
    .where('workspace_id', '=', workspaceId)
    .orderBy('group_id')
    .orderBy('user_id')
    .execute();
  const groups = new Map<GroupId, UserId[]>();
  for (const { group_id, user_id } of rows) groups.set(group_id, [...(groups.get(group_id) ?? []), user_id]);
  return groups;
}

export async function addToGroup(
  transaction: DatabaseHandle,
  which: Which & { userIds: readonly UserId[] },
): Promise<void> {
  if (which.userIds.length === 0) return;
  await transaction
    .insertInto('group_members')
    .values(which.userIds.map((user_id) => ({ workspace_id: which.workspaceId, group_id: which.id, user_id })))
    .onConflict((conflict) => conflict.columns(['group_id', 'user_id']).doNothing())
    .execute();
}

export async function takeFromGroup(
  transaction: DatabaseHandle,
  which: Which & { userIds: readonly UserId[] },
): Promise<void> {
  if (which.userIds.length === 0) return;
  await transaction
    .deleteFrom('group_members')
    .where('group_id', '=', which.id)
    .where('user_id', 'in', [...which.userIds])
    .execute();
}

/** Those of the people who are in the workspace, in whatever state. */
export async function filterMembers(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  userIds: readonly UserId[],
): Promise<Set<UserId>> {
  if (userIds.length === 0) return new Set();
  const rows = await database
    .selectFrom('members')
    .select('user_id')
    .where('workspace_id', '=', workspaceId)
    .where('user_id', 'in', [...userIds])
    .execute();
  return new Set(rows.map(({ user_id }) => user_id));
}

/** Who can be given levels together with others, or a program. */
export type GrantHolder = { kind: 'group'; id: GroupId } | { kind: 'serviceAccount'; id: ServiceAccountId };

/** The credentials that a group or a program was given for copying. */
export async function listCopyGrants(
  database: DatabaseHandle,
  { workspaceId, holder }: { workspaceId: WorkspaceId; holder: GrantHolder },
): Promise<CredentialId[]> {
  const rows = await database
    .selectFrom('credential_grants')
    .select('credential_id')
    .where('workspace_id', '=', workspaceId)
    .where('subject_kind', '=', holder.kind)
    .where('subject_id', '=', holder.id)
    .where('level', 'in', ['copy', 'manage'])
    .execute();
  return rows.map(({ credential_id }) => credential_id);
}
