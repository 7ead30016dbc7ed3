import { type Expression, sql } from 'kysely';
import type { CredentialId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { GrantLevel } from '../../contract/permissions.ts';
import type { GrantSubject } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow } from '../database/schema.ts';

export interface GrantRow {
  subject_kind: GrantSubject;
  subject_id: string;
  level: GrantLevel;
  created_at: number;
  person_name: string | null;
  person_email: string | null;
  group_name: string | null;
  service_name: string | null;
  granter_id: UserId | null;
  granter_name: string | null;
  granter_email: string | null;
}

/** The grants on one credential with the names of whom they reach, oldest first. */
export async function listGrantRows(database: DatabaseHandle, credentialId: CredentialId): Promise<GrantRow[]> {
  return database
    .selectFrom('credential_grants')
    .leftJoin('users', (join) =>
      join
        .on('credential_grants.subject_kind', '=', 'user')
        .on((on) => sameText(on.ref('users.id'), on.ref('credential_grants.subject_id'))),
    )
    .leftJoin('groups', (join) =>
      join
        .on('credential_grants.subject_kind', '=', 'group')
        .on((on) => sameText(on.ref('groups.id'), on.ref('credential_grants.subject_id'))),
    )
    .leftJoin('service_accounts', (join) =>
      join
        .on('credential_grants.subject_kind', '=', 'serviceAccount')
        .on((on) => sameText(on.ref('service_accounts.id'), on.ref('credential_grants.subject_id'))),
    )
    .leftJoin('users as granter', 'granter.id', 'credential_grants.granted_by')
    .select([
      'subject_kind',
      'subject_id',
      'level',
      'credential_grants.created_at',
      'users.name as person_name',
      'users.email_display as person_email',
      'groups.name as group_name',
      'service_accounts.name as service_name',
      'granter.id as granter_id',
      'granter.name as granter_name',
      'granter.email_display as granter_email',
    ])
    .where('credential_id', '=', credentialId)
    .orderBy('credential_grants.created_at')
    .orderBy('subject_kind')
    .orderBy('subject_id')
    .limit(2000)
    .execute();
}

/** Branded ids and plain text, compared as what both are. */
const sameText = (a: Expression<string>, b: Expression<string>) => sql<boolean>`${a} = ${b}`;

export async function findGrantLevel(
  database: DatabaseHandle,
  which: { credentialId: CredentialId; kind: GrantSubject; id: string },
): Promise<GrantLevel | undefined> {
  const row = await database
    .selectFrom('credential_grants')
    .select('level')
    .where('credential_id', '=', which.credentialId)
    .where('subject_kind', '=', which.kind)
    .where('subject_id', '=', which.id)
    .executeTakeFirst();
  return row?.level;
}

export async function putGrant(transaction: DatabaseHandle, row: NewRow<'credential_grants'>): Promise<void> {
  const { level, granted_by, created_at } = row;
  await transaction
    .insertInto('credential_grants')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['credential_id', 'subject_kind', 'subject_id']).doUpdateSet({ level, granted_by, created_at }),
    )
    .execute();
}

export async function deleteGrant(
  transaction: DatabaseHandle,
  which: { credentialId: CredentialId; kind: GrantSubject; id: string },
): Promise<void> {
  await transaction
    .deleteFrom('credential_grants')
    .where('credential_id', '=', which.credentialId)
    .where('subject_kind', '=', which.kind)
    .where('subject_id', '=', which.id)
    .execute();
}

/** What somebody who can be given a level in this workspace is called, with the e-mail of a person; or undefined. */
export async function findSubject(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; kind: GrantSubject; id: string },
): Promise<{ name: string; email: string | null } | undefined> {
  const { workspaceId, kind, id } = which;
  const isIt = (column: Expression<string>) => sql<boolean>`${column} = ${id}`;
  if (kind === 'everyone') return { name: '', email: null };
  if (kind === 'user') {
    return database
      .selectFrom('members')
      .innerJoin('users', 'users.id', 'members.user_id')
      .select(['users.name', 'users.email_display as email'])
      .where('members.workspace_id', '=', workspaceId)
      .where((where) => isIt(where.ref('members.user_id')))
      .where('members.state', '=', 'active')
      .executeTakeFirst();
  }
  const table = kind === 'group' ? 'groups' : 'service_accounts';
  const named = await database
    .selectFrom(table)
    .select('name')
    .where('workspace_id', '=', workspaceId)
    .where((where) => isIt(where.ref('id')))
    .executeTakeFirst();
  return named === undefined ? undefined : { ...named, email: null };
}
