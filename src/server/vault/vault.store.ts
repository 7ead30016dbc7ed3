import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';
import type { DataKeyOwner } from './seal-context.ts';

export async function findKeyCheck(database: DatabaseHandle): Promise<Row<'master_key_check'> | undefined> {
  return database.selectFrom('master_key_check').selectAll().where('id', '=', 1).executeTakeFirst();
}

export async function countDataKeys(database: DatabaseHandle): Promise<number> {
  const row = await database
    .selectFrom('data_keys')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}

export async function insertKeyCheck(transaction: Transaction, check: NewRow<'master_key_check'>): Promise<void> {
  await transaction.insertInto('master_key_check').values(check).execute();
  const { master_key_id, created_at } = check;
  await transaction
    .insertInto('master_key_history')
    .values({ master_key_id, created_at, promoted_at: created_at, retired_at: null })
    .execute();
}

export async function findRootSecret(database: DatabaseHandle, name: string): Promise<string | undefined> {
  const row = await database.selectFrom('root_secrets').select('envelope').where('name', '=', name).executeTakeFirst();
  return row?.envelope;
}

export async function insertRootSecret(transaction: Transaction, row: NewRow<'root_secrets'>): Promise<void> {
  await transaction.insertInto('root_secrets').values(row).execute();
}

/** Every data key of one owner that may still open something. */
export async function listDataKeys(database: DatabaseHandle, owner: DataKeyOwner): Promise<Row<'data_keys'>[]> {
  const keys = database.selectFrom('data_keys').selectAll().where('state', 'in', ['active', 'decrypt_only']);
  return owner === 'system'
    ? keys.where('workspace_id', 'is', null).execute()
    : keys.where('workspace_id', '=', owner).execute();
}

export async function insertDataKey(transaction: Transaction, row: NewRow<'data_keys'>): Promise<void> {
  await transaction.insertInto('data_keys').values(row).execute();
}

/** Counts `count` more seals on an active key; false when that would pass `max` or the key is no longer active. */
export async function reserveSeals(
  database: DatabaseHandle,
  { id, count, max }: { id: string; count: number; max: number },
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('data_keys')
    .set(({ eb }) => ({ seal_count: eb('seal_count', '+', count) }))
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where('seal_count', '<=', max - count)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Leaves a key for opening only; false when another process was faster. */
export async function retireForSealing(transaction: Transaction, id: string): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('data_keys')
    .set({ state: 'decrypt_only' })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
