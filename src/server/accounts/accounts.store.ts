import type { UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { engineOf } from '../database/portable.ts';
import type { NewRow, Row, RowChange } from '../database/schema.ts';

export async function findUserByEmail(database: DatabaseHandle, email: string): Promise<Row<'users'> | undefined> {
  return database.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
}

export async function findUserById(database: DatabaseHandle, id: UserId): Promise<Row<'users'> | undefined> {
  return database.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function hasAnyUser(database: DatabaseHandle): Promise<boolean> {
  const row = await database.selectFrom('users').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Gives false, and writes nothing, when the e-mail is taken. */
export async function insertUser(transaction: DatabaseHandle, row: NewRow<'users'>): Promise<boolean> {
  const result = await transaction
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

/** Holds the row of an account until the transaction ends. On SQLite every transaction is alone already. */
export async function lockUser(transaction: DatabaseHandle, id: UserId): Promise<void> {
  await transaction
    .selectFrom('users')
    .select('id')
    .where('id', '=', id)
    .$if(engineOf(transaction) === 'postgres', (select) => select.forUpdate())
    .execute();
}

/**
 * Changes an account that is still as it was when its owner proved themselves: not disabled and, where `passwordHash` is
 * given, with that password. Gives false, and changes nothing, when it is not; of calls that race, the later sees the row
 * as the earlier left it.
 */
export async function updateProvedUser(
  transaction: DatabaseHandle,
  proved: { id: UserId; passwordHash?: string },
  change: RowChange<'users'>,
): Promise<boolean> {
  let update = transaction.updateTable('users').set(change).where('id', '=', proved.id).where('state', '=', 'active');
  if (proved.passwordHash !== undefined) update = update.where('password_hash', '=', proved.passwordHash);
  const result = await update.executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function updateUser(
  transaction: DatabaseHandle,
  id: UserId,
  change: RowChange<'users'>,
): Promise<Row<'users'>> {
  return transaction.updateTable('users').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}
