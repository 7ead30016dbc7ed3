import type { GroupId, InvitationId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { invitationStates } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export type InvitationState = (typeof invitationStates)[number];

/** An invitation with the names of who made and who accepted it. */
export type InvitationRow = Row<'invitations'> & { inviter_name: string | null; accepter_name: string | null };

function selectInvitations(database: DatabaseHandle) {
  return database
    .selectFrom('invitations')
    .leftJoin('users as inviter', 'inviter.id', 'invitations.created_by')
    .leftJoin('users as accepter', 'accepter.id', 'invitations.accepted_by')
    .selectAll('invitations')
    .select(['inviter.name as inviter_name', 'accepter.name as accepter_name']);
}

/** Newest first, starting after the given row. */
export async function listInvitationRows(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  query: {
    state: InvitationState | undefined;
    after: { createdAt: number; id: InvitationId } | undefined;
    limit: number;
    nowMs: number;
  },
): Promise<InvitationRow[]> {
  const { state, after, nowMs } = query;
  let select = selectInvitations(database).where('invitations.workspace_id', '=', workspaceId);
  if (state === 'accepted') select = select.where('invitations.accepted_at', 'is not', null);
  if (state === 'revoked') select = select.where('invitations.revoked_at', 'is not', null);
  if (state === 'open' || state === 'expired') {
    select = select
      .where('invitations.accepted_at', 'is', null)
      .where('invitations.revoked_at', 'is', null)
      .where('invitations.expires_at', state === 'open' ? '>' : '<=', nowMs);
  }
  if (after !== undefined) {
    select = select.where((where) =>
      where.or([
        where('invitations.created_at', '<', after.createdAt),
        where.and([where('invitations.created_at', '=', after.createdAt), where('invitations.id', '<', after.id)]),
      ]),
    );
  }
  return select
    .orderBy('invitations.created_at', 'desc')
    .orderBy('invitations.id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function findInvitationRow(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; id: InvitationId },
): Promise<InvitationRow | undefined> {
  return selectInvitations(database)
    .where('invitations.workspace_id', '=', which.workspaceId)
    .where('invitations.id', '=', which.id)
    .executeTakeFirst();
}

export async function countOpen(database: DatabaseHandle, workspaceId: WorkspaceId, nowMs: number): Promise<number> {
  const row = await database
    .selectFrom('invitations')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('workspace_id', '=', workspaceId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', nowMs)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function insertInvitation(transaction: DatabaseHandle, row: NewRow<'invitations'>): Promise<void> {
  await transaction.insertInto('invitations').values(row).execute();
}

/** Gives false when it was accepted or withdrawn before. */
export async function revokeInvitationRow(
  transaction: DatabaseHandle,
  which: { id: InvitationId; nowMs: number },
): Promise<boolean> {
  const result = await transaction
    .updateTable('invitations')
    .set({ revoked_at: which.nowMs })
    .where('id', '=', which.id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** An invitation by its link, with the workspace and how the one who made it stands there now. */
export async function findByToken(database: DatabaseHandle, tokenHash: string) {
  return database
    .selectFrom('invitations')
    .innerJoin('users as inviter', 'inviter.id', 'invitations.created_by')
    .leftJoin('workspaces', 'workspaces.id', 'invitations.workspace_id')
    .leftJoin('members', (join) =>
      join
        .onRef('members.workspace_id', '=', 'invitations.workspace_id')
        .onRef('members.user_id', '=', 'invitations.created_by'),
    )
    .selectAll('invitations')
    .select(['workspaces.name as workspace_name', 'workspaces.confirms_members', 'workspaces.deleted_at'])
    .select(['inviter.name as inviter_name', 'inviter.state as inviter_state', 'inviter.is_instance_admin'])
    .select(['members.role as inviter_role', 'members.state as inviter_member_state'])
    .where('invitations.token_hash', '=', tokenHash)
    .executeTakeFirst();
}

export type LinkedInvitation = NonNullable<Awaited<ReturnType<typeof findByToken>>>;

/** Gives false when somebody else was faster, or it was withdrawn or has expired in the meantime. */
export async function markAccepted(
  transaction: DatabaseHandle,
  which: { id: InvitationId; userId: UserId; nowMs: number },
): Promise<boolean> {
  const result = await transaction
    .updateTable('invitations')
    .set({ accepted_by: which.userId, accepted_at: which.nowMs })
    .where('id', '=', which.id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', which.nowMs)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Those of the groups that are in the workspace, by name. */
export async function listGroupNames(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<{ id: GroupId; name: string }[]> {
  return database
    .selectFrom('groups')
    .select(['id', 'name'])
    .where('workspace_id', '=', workspaceId)
    .orderBy('name')
    .execute();
}

/** Whether a member of the workspace has this e-mail, in normal form. */
export async function isMemberByEmail(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; email: string },
): Promise<boolean> {
  const row = await database
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select('users.id')
    .where('members.workspace_id', '=', which.workspaceId)
    .where('users.email', '=', which.email)
    .executeTakeFirst();
  return row !== undefined;
}
