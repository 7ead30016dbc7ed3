import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { CredentialId, ServiceAccountId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { GrantLevel } from '../../contract/permissions.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Schema } from '../database/schema.ts';

/** Whose grants are asked for. */
export interface AccessSubject {
  readonly workspaceId: WorkspaceId;
  readonly kind: 'user' | 'service_account';
  readonly id: UserId | ServiceAccountId;
}

/** The grants that reach somebody: their own, those of their groups and, for people, those of everyone. */
function reaches(where: ExpressionBuilder<Schema, 'credential_grants'>, { workspaceId, kind, id }: AccessSubject) {
  const inWorkspace = where('credential_grants.workspace_id', '=', workspaceId);
  const isFor = (subject: 'user' | 'serviceAccount' | 'everyone', subjectId: string) =>
    where.and([
      where('credential_grants.subject_kind', '=', subject),
      where('credential_grants.subject_id', '=', subjectId),
    ]);
  if (kind === 'service_account') return where.and([inWorkspace, isFor('serviceAccount', id)]);
  const ofGroups = where.and([
    where('credential_grants.subject_kind', '=', 'group'),
    where(
      'credential_grants.subject_id',
      'in',
      where
        .selectFrom('group_members')
        .select('group_members.group_id')
        .where('group_members.workspace_id', '=', workspaceId)
        .where('group_members.user_id', '=', id as UserId),
    ),
  ]);
  return where.and([inWorkspace, where.or([isFor('user', id), isFor('everyone', ''), ofGroups])]);
}

/** Whether any grant on the credential of this row reaches somebody; every grant gives at least `see`. */
export function hasGrant(where: ExpressionBuilder<Schema, 'credentials'>, subject: AccessSubject): Expression<SqlBool> {
  return where(
    'credentials.id',
    'in',
    where
      .selectFrom('credential_grants')
      .select('credential_grants.credential_id')
      .where((grant) => reaches(grant, subject)),
  );
}

/** The grants that reach somebody, on these credentials or (null) on all. */
export async function selectGrants(
  database: DatabaseHandle,
  subject: AccessSubject,
  credentialIds: readonly CredentialId[] | null,
): Promise<{ credential_id: CredentialId; level: GrantLevel }[]> {
  if (credentialIds?.length === 0) return [];
  let select = database
    .selectFrom('credential_grants')
    .select(['credential_id', 'level'])
    .where((where) => reaches(where, subject));
  if (credentialIds !== null) select = select.where('credential_id', 'in', [...credentialIds]);
  return select.execute();
}
