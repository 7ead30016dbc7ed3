import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import type { Role } from '../../contract/permissions.ts';
import type { MemberState } from '../../contract/vocabulary.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import { containsText, engineOf } from '../database/portable.ts';
import type { Flag, Row, RowChange, UserState } from '../database/schema.ts';

export interface UserFilter {
  readonly text?: string | undefined;
  readonly state?: UserState | undefined;
  readonly before?: { readonly createdAt: number; readonly id: UserId } | undefined;
  readonly limit: number;
}

/** An account with what administrators are told of it. Counts are text on PostgreSQL. */
export type AccountRow = Pick<
  Row<'users'>,
  | 'id'
  | 'email'
  | 'email_display'
  | 'name'
  | 'locale'
  | 'state'
  | 'is_instance_admin'
  | 'email_verified_at'
  | 'password_hash'
  | 'created_at'
  | 'last_sign_in_at'
> & {
  readonly totp: number | string | bigint | null;
  readonly passkeys: number | string | bigint | null;
  readonly identities: number | string | bigint | null;
  readonly teams: number | string | bigint | null;
};

function selectAccounts(database: DatabaseHandle) {
  return database
    .selectFrom('users')
    .select(['users.id', 'email', 'email_display', 'users.name', 'locale', 'state', 'is_instance_admin'])
    .select(['email_verified_at', 'password_hash', 'users.created_at', 'last_sign_in_at'])
    .select((row) => [
      row
        .selectFrom('totp_secrets')
        .whereRef('totp_secrets.user_id', '=', 'users.id')
        .where('totp_secrets.confirmed_at', 'is not', null)
        .select(({ fn }) => fn.countAll().as('found'))
        .as('totp'),
      row
        .selectFrom('passkeys')
        .whereRef('passkeys.user_id', '=', 'users.id')
        .select(({ fn }) => fn.countAll().as('found'))
        .as('passkeys'),
      row
        .selectFrom('sso_identities')
        .whereRef('sso_identities.user_id', '=', 'users.id')
        .select(({ fn }) => fn.countAll().as('found'))
        .as('identities'),
      row
        .selectFrom('members')
        .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
        .whereRef('members.user_id', '=', 'users.id')
        .where('workspaces.kind', '=', 'team')
        .where('workspaces.deleted_at', 'is', null)
        .select(({ fn }) => fn.countAll().as('found'))
        .as('teams'),
    ]);
}

/** Newest first. */
export async function listAccounts(database: DatabaseHandle, filter: UserFilter): Promise<AccountRow[]> {
  const { text, state, before, limit } = filter;
  let select = selectAccounts(database);
  if (state !== undefined) select = select.where('state', '=', state);
  if (text !== undefined) {
    select = select.where((where) =>
      where.or([containsText(where.ref('email_display'), text), containsText(where.ref('users.name'), text)]),
    );
  }
  if (before !== undefined) {
    select = select.where((where) =>
      where.or([
        where('users.created_at', '<', before.createdAt),
        where.and([where('users.created_at', '=', before.createdAt), where('users.id', '<', before.id)]),
      ]),
    );
  }
  return select.orderBy('users.created_at', 'desc').orderBy('users.id', 'desc').limit(limit).execute();
}

export async function findAccount(database: DatabaseHandle, id: UserId): Promise<AccountRow | undefined> {
  return selectAccounts(database).where('users.id', '=', id).executeTakeFirst();
}

export async function updateAccount(
  transaction: DatabaseHandle,
  id: UserId,
  change: RowChange<'users'> & { state?: UserState; is_instance_admin?: Flag },
): Promise<void> {
  await transaction.updateTable('users').set(change).where('id', '=', id).execute();
}

/** Active administrators but for one account. */
export async function countOtherAdministrators(database: DatabaseHandle, id: UserId): Promise<number> {
  const row = await database
    .selectFrom('users')
    .select(({ fn }) => fn.countAll().as('found'))
    .where('is_instance_admin', '=', 1)
    .where('state', '=', 'active')
    .where('id', '!=', id)
    .executeTakeFirstOrThrow();
  return Number(row.found);
}

export async function isActiveAdministrator(database: DatabaseHandle, id: UserId): Promise<boolean> {
  const row = await database
    .selectFrom('users')
    .select('id')
    .where('id', '=', id)
    .where('is_instance_admin', '=', 1)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row !== undefined;
}

export interface PlaceRow {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly kind: 'personal' | 'team';
  readonly role: Role;
  readonly state: MemberState;
  readonly deleted_at: number | null;
}

/**
 * Lets nobody change the account, nor write a row that names it, until the transaction ends. Gives false when it is gone.
 */
export async function lockAccount(transaction: Transaction, id: UserId): Promise<boolean> {
  const row = await transaction
    .selectFrom('users')
    .select('id')
    .where('id', '=', id)
    .$if(engineOf(transaction) === 'postgres', (select) => select.forUpdate())
    .executeTakeFirst();
  return row !== undefined;
}

/** Every workspace somebody is in, however they stand there, in a fixed order. */
export async function listPlaces(database: DatabaseHandle, id: UserId): Promise<PlaceRow[]> {
  return database
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['workspaces.id', 'workspaces.name', 'workspaces.kind', 'workspaces.deleted_at'])
    .select(['members.role', 'members.state'])
    .where('members.user_id', '=', id)
    .orderBy('workspaces.id')
    .execute();
}

/** Shuts a personal workspace for good: its time of grace is over, so that the next purge takes it. */
export async function abandonPersonalWorkspace(
  transaction: DatabaseHandle,
  { id, nowMs }: { id: WorkspaceId; nowMs: number },
): Promise<void> {
  await transaction
    .updateTable('workspaces')
    .set({ deleted_at: 0, updated_at: nowMs })
    .where('id', '=', id)
    .where('kind', '=', 'personal')
    .execute();
}

/** With it go sessions, second factors, identities, links and memberships. Gives false when it was gone. */
export async function deleteAccount(transaction: DatabaseHandle, id: UserId): Promise<boolean> {
  const result = await transaction.deleteFrom('users').where('id', '=', id).executeTakeFirst();
  return Number(result.numDeletedRows) === 1;
}
