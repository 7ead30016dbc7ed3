import type { CredentialId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { AccessPolicy, GrantLevel, Role } from '../../contract/permissions.ts';
import type { GrantSubject } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';

const MEMBERS_MAX = 1000;

/** Active members whose accounts are active too. */
export async function listActiveMembers(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<{ user_id: UserId; role: Role }[]> {
  return database
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.user_id', 'members.role'])
    .where('members.workspace_id', '=', workspaceId)
    .where('members.state', '=', 'active')
    .where('users.state', '=', 'active')
    .where('workspaces.deleted_at', 'is', null)
    .limit(MEMBERS_MAX)
    .execute();
}

/** What people are granted on one credential, by themselves or (as `user_id` of each of its members) by a group. */
export async function listGrantsToPeople(
  database: DatabaseHandle,
  credentialId: CredentialId,
): Promise<{ kind: GrantSubject; subject_id: string; user_id: UserId | null; level: GrantLevel }[]> {
  return database
    .selectFrom('credential_grants')
    .leftJoin('group_members', (join) =>
      join
        .onRef('group_members.workspace_id', '=', 'credential_grants.workspace_id')
        .on('credential_grants.subject_kind', '=', 'group')
        .on((on) =>
          on.eb(on.ref('group_members.group_id').$castTo<string>(), '=', on.ref('credential_grants.subject_id')),
        ),
    )
    .select(['subject_kind as kind', 'subject_id', 'group_members.user_id', 'level'])
    .where('credential_id', '=', credentialId)
    .where('subject_kind', 'in', ['user', 'group', 'everyone'])
    .execute();
}

/** What the owners of a workspace decided about levels; undefined for one that is gone. */
export async function readAccessPolicy(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<AccessPolicy | undefined> {
  const row = await database
    .selectFrom('workspaces')
    .select(['member_floor', 'admins_may_copy'])
    .where('id', '=', workspaceId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { memberFloor: row.member_floor, adminsMayCopy: row.admins_may_copy === 1, serviceMayCopy: false };
}
