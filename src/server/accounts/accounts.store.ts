import type { UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
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

export async function updateUser(
  transaction: DatabaseHandle,
  id: UserId,
  change: RowChange<'users'>,
): Promise<Row<'users'>> {
  return transaction.updateTable('users').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}
