import type { UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

type Purpose = Row<'account_links'>['purpose'];
export interface LinkQuery {
  readonly tokenHash: string;
  readonly purpose: Purpose;
  readonly nowMs: number;
}

export async function insertLink(transaction: DatabaseHandle, row: NewRow<'account_links'>): Promise<void> {
  await transaction.insertInto('account_links').values(row).execute();
}

/** A link that is neither used nor too old. */
export async function findOpenLink(
  database: DatabaseHandle,
  which: LinkQuery,
): Promise<Row<'account_links'> | undefined> {
  return database
    .selectFrom('account_links')
    .selectAll()
    .where('token_hash', '=', which.tokenHash)
    .where('purpose', '=', which.purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', which.nowMs)
    .executeTakeFirst();
}

/** Uses a link up. Undefined when it is not open any more: of calls that race, one gets it. */
export async function takeLink(
  transaction: DatabaseHandle,
  which: LinkQuery,
): Promise<Row<'account_links'> | undefined> {
  return transaction
    .updateTable('account_links')
    .set({ used_at: which.nowMs })
    .where('token_hash', '=', which.tokenHash)
    .where('purpose', '=', which.purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', which.nowMs)
    .returningAll()
    .executeTakeFirst();
}

/** Closes the open links of an account: every one, or those of one purpose. */
export async function closeLinks(
  transaction: DatabaseHandle,
  { userId, purpose, nowMs }: { userId: UserId; purpose?: Purpose; nowMs: number },
): Promise<void> {
  let update = transaction
    .updateTable('account_links')
    .set({ used_at: nowMs })
    .where('user_id', '=', userId)
    .where('used_at', 'is', null);
  if (purpose !== undefined) update = update.where('purpose', '=', purpose);
  await update.execute();
}

export async function deleteLinksBefore(database: DatabaseHandle, expiredBeforeMs: number): Promise<void> {
  await database.deleteFrom('account_links').where('expires_at', '<', expiredBeforeMs).execute();
}
