import { sql } from 'kysely';
import type { CustomProviderId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row, RowChange } from '../database/schema.ts';

/** How many a workspace may have. */
export const CUSTOM_PROVIDERS_MAX = 500;

export async function listCustomProviderRows(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<Row<'custom_providers'>[]> {
  return database
    .selectFrom('custom_providers')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at')
    .limit(CUSTOM_PROVIDERS_MAX)
    .execute();
}

export async function countCustomProviders(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<number> {
  const row = await database
    .selectFrom('custom_providers')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function findCustomProviderRow(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; id: CustomProviderId },
): Promise<Row<'custom_providers'> | undefined> {
  return database
    .selectFrom('custom_providers')
    .selectAll()
    .where('workspace_id', '=', which.workspaceId)
    .where('id', '=', which.id)
    .executeTakeFirst();
}

export async function insertCustomProvider(
  transaction: DatabaseHandle,
  row: NewRow<'custom_providers'>,
): Promise<Row<'custom_providers'>> {
  return transaction.insertInto('custom_providers').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function updateCustomProvider(
  transaction: DatabaseHandle,
  id: CustomProviderId,
  change: RowChange<'custom_providers'>,
): Promise<Row<'custom_providers'>> {
  return transaction
    .updateTable('custom_providers')
    .set(change)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteCustomProviderRow(transaction: DatabaseHandle, id: CustomProviderId): Promise<void> {
  await transaction.deleteFrom('custom_providers').where('id', '=', id).execute();
}

/** Whether a credential of the workspace belongs to the provider, also one in the trash. */
export async function isProviderUsed(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; provider: string },
): Promise<boolean> {
  const row = await database
    .selectFrom('credentials')
    .select(sql.lit(1).as('one'))
    .where('workspace_id', '=', which.workspaceId)
    .where('provider', '=', which.provider)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
