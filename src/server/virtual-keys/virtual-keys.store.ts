import type { CredentialId, ServiceAccountId, UserId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { Role } from '../../contract/permissions.ts';
import type { VirtualKeyState } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { containsText } from '../database/portable.ts';
import type { NewRow, Row, RowChange } from '../database/schema.ts';

export type VirtualKeyKind = Row<'virtual_keys'>['kind'];

/** A virtual key with the e-mail of whose calls they are. */
export type VirtualKeyRow = Row<'virtual_keys'> & { owner_label: string | null };

/** How one credential takes part in a virtual key. */
export type PoolMember = Pick<Row<'virtual_key_credentials'>, 'credential_id' | 'priority' | 'weight'>;

export interface ListFilter {
  /** Only this person's. */
  ownerId?: UserId | undefined;
  text?: string | undefined;
  state?: VirtualKeyState | undefined;
  /** Only those that may use this credential. */
  credentialId?: CredentialId | undefined;
}

interface Page {
  after?: { createdAt: number; id: VirtualKeyId } | undefined;
  limit: number;
  nowMs: number;
}

function selectWithOwner(database: DatabaseHandle) {
  return database
    .selectFrom('virtual_keys')
    .leftJoin('users', 'users.id', 'virtual_keys.owner_id')
    .leftJoin('service_accounts', 'service_accounts.id', 'virtual_keys.service_account_id')
    .selectAll('virtual_keys')
    .select(({ fn }) => fn.coalesce('users.email_display', 'service_accounts.name').as('owner_label'));
}

/** Newest first, starting after the given row; without those of the playground. */
export async function listVirtualKeyRows(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  query: ListFilter & Page,
): Promise<VirtualKeyRow[]> {
  const { ownerId, text, state, credentialId, after, nowMs } = query;
  let select = selectWithOwner(database)
    .where('virtual_keys.workspace_id', '=', workspaceId)
    .where('virtual_keys.kind', '=', 'standard');
  if (ownerId !== undefined) select = select.where('virtual_keys.owner_id', '=', ownerId);
  if (text !== undefined) {
    select = select.where((where) =>
      where.or(
        (['name', 'preview', 'note', 'tags'] as const).map((column) =>
          containsText(where.ref(`virtual_keys.${column}`), text),
        ),
      ),
    );
  }
  if (state !== undefined) {
    select = select.where('virtual_keys.revoked_at', state === 'revoked' ? 'is not' : 'is', null);
    if (state === 'expired') select = select.where('virtual_keys.expires_at', '<=', nowMs);
    if (state === 'active') {
      select = select.where((where) =>
        where.or([where('virtual_keys.expires_at', 'is', null), where('virtual_keys.expires_at', '>', nowMs)]),
      );
    }
  }
  if (credentialId !== undefined) {
    select = select.where((where) =>
      where.or([
        where('virtual_keys.has_all_credentials', '=', 1),
        where(
          'virtual_keys.id',
          'in',
          where
            .selectFrom('virtual_key_credentials')
            .select('virtual_key_id')
            .where('credential_id', '=', credentialId),
        ),
      ]),
    );
  }
  if (after !== undefined) {
    select = select.where((where) =>
      where.or([
        where('virtual_keys.created_at', '<', after.createdAt),
        where.and([where('virtual_keys.created_at', '=', after.createdAt), where('virtual_keys.id', '<', after.id)]),
      ]),
    );
  }
  return select
    .orderBy('virtual_keys.created_at', 'desc')
    .orderBy('virtual_keys.id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function findVirtualKeyRow(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; id: VirtualKeyId },
): Promise<VirtualKeyRow | undefined> {
  return selectWithOwner(database)
    .where('virtual_keys.workspace_id', '=', which.workspaceId)
    .where('virtual_keys.id', '=', which.id)
    .executeTakeFirst();
}

/** The pool of each virtual key: the first to be used stand first. */
export async function listPools(
  database: DatabaseHandle,
  virtualKeyIds: readonly VirtualKeyId[],
): Promise<Map<VirtualKeyId, PoolMember[]>> {
  if (virtualKeyIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('virtual_key_credentials')
    .select(['virtual_key_id', 'credential_id', 'priority', 'weight'])
    .where('virtual_key_id', 'in', [...virtualKeyIds])
    .orderBy('priority')
    .orderBy('weight', 'desc')
    .orderBy('credential_id')
    .execute();
  return Map.groupBy(rows, ({ virtual_key_id }) => virtual_key_id);
}

export async function insertVirtualKey(
  transaction: DatabaseHandle,
  row: NewRow<'virtual_keys'>,
  pool: readonly PoolMember[],
): Promise<void> {
  await transaction.insertInto('virtual_keys').values(row).execute();
  await insertPool(transaction, row, pool);
}

export async function updateVirtualKey(
  transaction: DatabaseHandle,
  id: VirtualKeyId,
  change: RowChange<'virtual_keys'>,
): Promise<void> {
  await transaction.updateTable('virtual_keys').set(change).where('id', '=', id).execute();
}

export async function replacePool(
  transaction: DatabaseHandle,
  row: Pick<Row<'virtual_keys'>, 'id' | 'workspace_id'>,
  pool: readonly PoolMember[],
): Promise<void> {
  await transaction.deleteFrom('virtual_key_credentials').where('virtual_key_id', '=', row.id).execute();
  await insertPool(transaction, row, pool);
}

async function insertPool(
  transaction: DatabaseHandle,
  row: Pick<Row<'virtual_keys'>, 'id' | 'workspace_id'>,
  pool: readonly PoolMember[],
): Promise<void> {
  if (pool.length === 0) return;
  const rows = pool.map((member) => ({ workspace_id: row.workspace_id, virtual_key_id: row.id, ...member }));
  await transaction.insertInto('virtual_key_credentials').values(rows).execute();
}

/** Those of the ids that are credentials of the workspace and not in the trash. */
export async function listLiveCredentialIds(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; ids: readonly CredentialId[] },
): Promise<Set<CredentialId>> {
  const rows = await database
    .selectFrom('credentials')
    .select('id')
    .where('workspace_id', '=', which.workspaceId)
    .where('id', 'in', [...which.ids])
    .where('deleted_at', 'is', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** How many of a kind are not revoked. */
export async function countUnrevoked(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; kind: VirtualKeyKind },
): Promise<number> {
  const { count } = await database
    .selectFrom('virtual_keys')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspace_id', '=', which.workspaceId)
    .where('kind', '=', which.kind)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Whether calls can be somebody's in this workspace: an active member's, or an active program's. */
export async function isCallerHere(
  database: DatabaseHandle,
  which:
    | { workspaceId: WorkspaceId; userId: UserId }
    | { workspaceId: WorkspaceId; serviceAccountId: ServiceAccountId },
): Promise<boolean> {
  const found =
    'userId' in which
      ? await database
          .selectFrom('members')
          .select('user_id')
          .where('workspace_id', '=', which.workspaceId)
          .where('user_id', '=', which.userId)
          .where('state', '=', 'active')
          .executeTakeFirst()
      : await database
          .selectFrom('service_accounts')
          .select('id')
          .where('workspace_id', '=', which.workspaceId)
          .where('id', '=', which.serviceAccountId)
          .where('state', '=', 'active')
          .executeTakeFirst();
  return found !== undefined;
}

/** The role of a member, or undefined. */
export async function findRoleOf(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; userId: UserId },
): Promise<Role | undefined> {
  const row = await database
    .selectFrom('members')
    .select('role')
    .where('workspace_id', '=', which.workspaceId)
    .where('user_id', '=', which.userId)
    .executeTakeFirst();
  return row?.role;
}
