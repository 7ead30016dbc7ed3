import type { ServiceAccountId, ServiceTokenId, WorkspaceId } from '../../contract/ids.ts';
import type { Role } from '../../contract/permissions.ts';
import type { MemberState } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row, RowChange, UserState } from '../database/schema.ts';

type Which = { workspaceId: WorkspaceId; id: ServiceAccountId };

/** A service account with its tokens that work, when one was last used, and who made it. */
export type ServiceAccountRow = Row<'service_accounts'> & {
  creator_name: string | null;
  active_tokens: number | null;
  last_used_at: number | null;
};

/** A token, and how who issued it stands in the workspace. */
export type ServiceTokenRow = Row<'service_tokens'> & {
  creator_name: string | null;
  issuer_role: Role | null;
  issuer_state: MemberState | null;
  issuer_user_state: UserState | null;
};

function selectAccounts(database: DatabaseHandle, { workspaceId, nowMs }: { workspaceId: WorkspaceId; nowMs: number }) {
  return database
    .selectFrom('service_accounts')
    .leftJoin('users', 'users.id', 'service_accounts.created_by')
    .selectAll('service_accounts')
    .select('users.name as creator_name')
    .select((row) => [
      row
        .selectFrom('service_tokens')
        .whereRef('service_tokens.service_account_id', '=', 'service_accounts.id')
        .where('service_tokens.revoked_at', 'is', null)
        .where((where) =>
          where.or([where('service_tokens.expires_at', 'is', null), where('service_tokens.expires_at', '>', nowMs)]),
        )
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .as('active_tokens'),
      row
        .selectFrom('service_tokens')
        .whereRef('service_tokens.service_account_id', '=', 'service_accounts.id')
        .select(({ fn }) => fn.max('service_tokens.last_used_at').as('used'))
        .as('last_used_at'),
    ])
    .where('service_accounts.workspace_id', '=', workspaceId);
}

/** Newest first, starting after the given row. */
export async function listAccountRows(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  query: { after: { createdAt: number; id: ServiceAccountId } | undefined; limit: number; nowMs: number },
): Promise<ServiceAccountRow[]> {
  const { after, nowMs } = query;
  let select = selectAccounts(database, { workspaceId, nowMs });
  if (after !== undefined) {
    select = select.where((where) =>
      where.or([
        where('service_accounts.created_at', '<', after.createdAt),
        where.and([
          where('service_accounts.created_at', '=', after.createdAt),
          where('service_accounts.id', '<', after.id),
        ]),
      ]),
    );
  }
  return select
    .orderBy('service_accounts.created_at', 'desc')
    .orderBy('service_accounts.id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function findAccountRow(
  database: DatabaseHandle,
  which: Which & { nowMs: number },
): Promise<ServiceAccountRow | undefined> {
  return selectAccounts(database, which).where('service_accounts.id', '=', which.id).executeTakeFirst();
}

export async function countAccounts(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<number> {
  const row = await database
    .selectFrom('service_accounts')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function insertAccount(transaction: DatabaseHandle, row: NewRow<'service_accounts'>): Promise<void> {
  await transaction.insertInto('service_accounts').values(row).execute();
}

export async function updateAccount(
  transaction: DatabaseHandle,
  which: Which,
  change: RowChange<'service_accounts'>,
): Promise<void> {
  await transaction
    .updateTable('service_accounts')
    .set(change)
    .where('workspace_id', '=', which.workspaceId)
    .where('id', '=', which.id)
    .execute();
}

/** Deletes the account with its tokens and grants, and revokes its virtual keys; gives which. */
export async function deleteAccountRow(
  transaction: DatabaseHandle,
  which: Which & { nowMs: number },
): Promise<Pick<Row<'virtual_keys'>, 'id' | 'name'>[]> {
  const { workspaceId, id, nowMs } = which;
  const revoked = await transaction
    .updateTable('virtual_keys')
    .set({ revoked_at: nowMs, updated_at: nowMs, previous_hash: null, previous_until: null })
    .where('workspace_id', '=', workspaceId)
    .where('service_account_id', '=', id)
    .where('revoked_at', 'is', null)
    .returning(['id', 'name'])
    .execute();
  await transaction
    .deleteFrom('credential_grants')
    .where('workspace_id', '=', workspaceId)
    .where('subject_kind', '=', 'serviceAccount')
    .where('subject_id', '=', id)
    .execute();
  await transaction
    .deleteFrom('service_accounts')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute();
  return revoked;
}

function selectTokens(database: DatabaseHandle, which: Which) {
  return database
    .selectFrom('service_tokens')
    .leftJoin('users', 'users.id', 'service_tokens.created_by')
    .leftJoin('members', (join) =>
      join
        .onRef('members.workspace_id', '=', 'service_tokens.workspace_id')
        .onRef('members.user_id', '=', 'service_tokens.created_by'),
    )
    .selectAll('service_tokens')
    .select(['users.name as creator_name', 'users.state as issuer_user_state'])
    .select(['members.role as issuer_role', 'members.state as issuer_state'])
    .where('service_tokens.workspace_id', '=', which.workspaceId)
    .where('service_tokens.service_account_id', '=', which.id);
}

/** Newest first. */
export async function listTokenRows(database: DatabaseHandle, which: Which): Promise<ServiceTokenRow[]> {
  return selectTokens(database, which)
    .orderBy('service_tokens.created_at', 'desc')
    .orderBy('service_tokens.id', 'desc')
    .execute();
}

export async function findTokenRow(
  database: DatabaseHandle,
  which: Which & { tokenId: ServiceTokenId },
): Promise<ServiceTokenRow | undefined> {
  return selectTokens(database, which).where('service_tokens.id', '=', which.tokenId).executeTakeFirst();
}

export async function insertToken(transaction: DatabaseHandle, row: NewRow<'service_tokens'>): Promise<void> {
  await transaction.insertInto('service_tokens').values(row).execute();
}

export async function revokeTokenRow(
  transaction: DatabaseHandle,
  which: { tokenId: ServiceTokenId; nowMs: number },
): Promise<void> {
  await transaction
    .updateTable('service_tokens')
    .set({ revoked_at: which.nowMs })
    .where('id', '=', which.tokenId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Forgets the oldest tokens that no longer work, but for the newest `kept`. */
export async function deleteOldTokens(
  transaction: DatabaseHandle,
  which: Which & { kept: number; nowMs: number },
): Promise<void> {
  const dead = await selectTokens(transaction, which)
    .where((where) =>
      where.or([
        where('service_tokens.revoked_at', 'is not', null),
        where('service_tokens.expires_at', '<=', which.nowMs),
      ]),
    )
    .orderBy('service_tokens.created_at', 'desc')
    .offset(which.kept)
    .limit(100)
    .execute();
  if (dead.length === 0) return;
  await transaction
    .deleteFrom('service_tokens')
    .where(
      'id',
      'in',
      dead.map(({ id }) => id),
    )
    .execute();
}
