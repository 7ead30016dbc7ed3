import type { GroupId, ServiceAccountId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { Role } from '../../contract/permissions.ts';
import type { MemberState } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { containsText } from '../database/portable.ts';
import type { NewRow, Row, RowChange } from '../database/schema.ts';

/** A member with what of their account the list shows. */
export interface MemberRow {
  user_id: UserId;
  role: Role;
  state: MemberState;
  created_at: number;
  name: string;
  email_display: string;
  last_sign_in_at: number | null;
  session_seen_at: number | null;
  totp_count: number | null;
  passkey_count: number | null;
}

export interface MemberFilter {
  text?: string | undefined;
  /** Whether the text may also be found in e-mails. */
  searchesEmails: boolean;
  role?: Role | undefined;
  states: readonly MemberState[];
}

type Which = { workspaceId: WorkspaceId; userId: UserId };

function selectMembers(database: DatabaseHandle, workspaceId: WorkspaceId) {
  return database
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .where('members.workspace_id', '=', workspaceId)
    .select([
      'members.user_id',
      'members.role',
      'members.state',
      'members.created_at',
      'users.name',
      'users.email_display',
      'users.last_sign_in_at',
    ])
    .select((row) => [
      row
        .selectFrom('sessions')
        .whereRef('sessions.user_id', '=', 'members.user_id')
        .select(({ fn }) => fn.max('sessions.last_seen_at').as('seen'))
        .as('session_seen_at'),
      row
        .selectFrom('totp_secrets')
        .whereRef('totp_secrets.user_id', '=', 'members.user_id')
        .where('totp_secrets.confirmed_at', 'is not', null)
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .as('totp_count'),
      row
        .selectFrom('passkeys')
        .whereRef('passkeys.user_id', '=', 'members.user_id')
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .as('passkey_count'),
    ]);
}

/** In the order of joining, starting after the given row. */
export async function listMemberRows(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  query: MemberFilter & { after?: { createdAt: number; userId: UserId } | undefined; limit: number },
): Promise<MemberRow[]> {
  const { text, role, after } = query;
  if (query.states.length === 0) return [];
  let select = selectMembers(database, workspaceId).where('members.state', 'in', [...query.states]);
  if (role !== undefined) select = select.where('members.role', '=', role);
  if (text !== undefined) {
    const columns = query.searchesEmails ? (['users.name', 'users.email_display'] as const) : (['users.name'] as const);
    select = select.where((where) => where.or(columns.map((column) => containsText(where.ref(column), text))));
  }
  if (after !== undefined) {
    select = select.where((where) =>
      where.or([
        where('members.created_at', '>', after.createdAt),
        where.and([where('members.created_at', '=', after.createdAt), where('members.user_id', '>', after.userId)]),
      ]),
    );
  }
  return select.orderBy('members.created_at').orderBy('members.user_id').limit(query.limit).execute();
}

export async function findMemberRow(database: DatabaseHandle, which: Which): Promise<MemberRow | undefined> {
  return selectMembers(database, which.workspaceId).where('members.user_id', '=', which.userId).executeTakeFirst();
}

/** How somebody stands in a workspace that is not deleted, or undefined. */
export async function findStanding(database: DatabaseHandle, which: Which) {
  return database
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['members.role', 'members.state', 'workspaces.kind', 'workspaces.name as workspace_name'])
    .select(['users.email_display', 'users.state as user_state'])
    .where('members.workspace_id', '=', which.workspaceId)
    .where('members.user_id', '=', which.userId)
    .where('workspaces.deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Owners who can act, but for one person. */
export async function countOtherOwners(database: DatabaseHandle, which: Which): Promise<number> {
  const row = await database
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('members.workspace_id', '=', which.workspaceId)
    .where('members.user_id', '!=', which.userId)
    .where('members.role', '=', 'owner')
    .where('members.state', '=', 'active')
    .where('users.state', '=', 'active')
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function countMembers(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<number> {
  const row = await database
    .selectFrom('members')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Gives false, and writes nothing, when the person is there already. */
export async function insertMember(transaction: DatabaseHandle, row: NewRow<'members'>): Promise<boolean> {
  const result = await transaction
    .insertInto('members')
    .values(row)
    .onConflict((conflict) => conflict.columns(['workspace_id', 'user_id']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

export async function updateMember(
  transaction: DatabaseHandle,
  which: Which,
  change: RowChange<'members'>,
): Promise<void> {
  await transaction
    .updateTable('members')
    .set(change)
    .where('workspace_id', '=', which.workspaceId)
    .where('user_id', '=', which.userId)
    .execute();
}

/** Deletes the membership with the groups and grants that hang on it. */
export async function deleteMember(transaction: DatabaseHandle, which: Which): Promise<void> {
  const { workspaceId, userId } = which;
  await transaction
    .deleteFrom('group_members')
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .execute();
  await transaction
    .deleteFrom('credential_grants')
    .where('workspace_id', '=', workspaceId)
    .where('subject_kind', '=', 'user')
    .where('subject_id', '=', userId)
    .execute();
  await transaction
    .deleteFrom('members')
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .execute();
}

/** Withdraws what somebody has invited to and nobody has accepted, to these roles. */
export async function revokeInvitationsBy(
  transaction: DatabaseHandle,
  which: Which & { roles: readonly Role[]; nowMs: number },
): Promise<void> {
  if (which.roles.length === 0) return;
  await transaction
    .updateTable('invitations')
    .set({ revoked_at: which.nowMs })
    .where('workspace_id', '=', which.workspaceId)
    .where('created_by', '=', which.userId)
    .where('role', 'in', [...which.roles])
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
}

export interface GroupOfMember {
  user_id: UserId;
  id: GroupId;
  name: string;
}

export async function listGroupsOf(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  userIds: readonly UserId[],
): Promise<GroupOfMember[]> {
  if (userIds.length === 0) return [];
  return database
    .selectFrom('group_members')
    .innerJoin('groups', 'groups.id', 'group_members.group_id')
    .select(['group_members.user_id', 'groups.id', 'groups.name'])
    .where('group_members.workspace_id', '=', workspaceId)
    .where('group_members.user_id', 'in', [...userIds])
    .orderBy('groups.name')
    .execute();
}

export type MemberKeyRow = Pick<Row<'virtual_keys'>, 'id' | 'name'>;

/**
 * Revokes the virtual keys whose calls somebody's are or whose secret they were given; gives which. A secret of before, of
 * one that was rotated since, ends alone.
 */
export async function revokeVirtualKeysOf(
  transaction: DatabaseHandle,
  which: Which & { nowMs: number },
): Promise<MemberKeyRow[]> {
  const { nowMs } = which;
  await transaction
    .updateTable('virtual_keys')
    .set({ previous_hash: null, previous_until: null, previous_seen_by: null })
    .where('workspace_id', '=', which.workspaceId)
    .where('previous_seen_by', '=', which.userId)
    .execute();
  return transaction
    .updateTable('virtual_keys')
    .set({ revoked_at: nowMs, updated_at: nowMs, previous_hash: null, previous_until: null })
    .where('workspace_id', '=', which.workspaceId)
    .where((where) => where.or([where('owner_id', '=', which.userId), where('secret_seen_by', '=', which.userId)]))
    .where('revoked_at', 'is', null)
    .returning(['id', 'name'])
    .execute();
}

/** Ends the tokens of programs that somebody has made: they know them. */
export async function revokeServiceTokensBy(
  transaction: DatabaseHandle,
  which: Which & { nowMs: number },
): Promise<{ service_account_id: ServiceAccountId; name: string }[]> {
  return transaction
    .updateTable('service_tokens')
    .set({ revoked_at: which.nowMs })
    .where('workspace_id', '=', which.workspaceId)
    .where('created_by', '=', which.userId)
    .where('revoked_at', 'is', null)
    .returning(['service_account_id', 'name'])
    .execute();
}
