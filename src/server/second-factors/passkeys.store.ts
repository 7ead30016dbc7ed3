import type { PasskeyId, UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Flag, NewRow, Row } from '../database/schema.ts';

export async function listPasskeyRows(database: DatabaseHandle, userId: UserId): Promise<Row<'passkeys'>[]> {
  return database
    .selectFrom('passkeys')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Gives false, and writes nothing, when a passkey of this id is known already, to whomever it belongs. */
export async function insertPasskey(transaction: DatabaseHandle, row: NewRow<'passkeys'>): Promise<boolean> {
  const result = await transaction
    .insertInto('passkeys')
    .values(row)
    .onConflict((conflict) => conflict.column('webauthn_id').doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

export async function renamePasskeyRow(
  transaction: DatabaseHandle,
  change: { userId: UserId; id: PasskeyId; name: string },
): Promise<Row<'passkeys'> | undefined> {
  return transaction
    .updateTable('passkeys')
    .set({ name: change.name })
    .where('user_id', '=', change.userId)
    .where('id', '=', change.id)
    .returningAll()
    .executeTakeFirst();
}

export async function deletePasskeyRow(
  transaction: DatabaseHandle,
  which: { userId: UserId; id: PasskeyId },
): Promise<Row<'passkeys'> | undefined> {
  return transaction
    .deleteFrom('passkeys')
    .where('user_id', '=', which.userId)
    .where('id', '=', which.id)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteAllPasskeys(transaction: DatabaseHandle, userId: UserId): Promise<number> {
  const result = await transaction.deleteFrom('passkeys').where('user_id', '=', userId).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** A passkey with whom it belongs to, whatever the state of the account. */
export async function findPasskeyWithUser(
  database: DatabaseHandle,
  webauthnId: string,
): Promise<{ passkey: Row<'passkeys'>; user: Row<'users'> } | null> {
  const passkey = await database
    .selectFrom('passkeys')
    .selectAll()
    .where('webauthn_id', '=', webauthnId)
    .executeTakeFirst();
  if (passkey === undefined) return null;
  const user = await database
    .selectFrom('users')
    .selectAll()
    .where('id', '=', passkey.user_id)
    .executeTakeFirstOrThrow();
  return { passkey, user };
}

/**
 * Notes a use. Gives false, and writes nothing, when the counter did not go up: then the passkey was copied, or the call
 * repeated. Authenticators that do not count say zero for ever.
 */
export async function takePasskeyCounter(
  database: DatabaseHandle,
  use: { id: PasskeyId; counter: number; isBackedUp: Flag; nowMs: number },
): Promise<boolean> {
  const result = await database
    .updateTable('passkeys')
    .set({ counter: use.counter, is_backed_up: use.isBackedUp, last_used_at: use.nowMs })
    .where('id', '=', use.id)
    .where((where) => (use.counter === 0 ? where('counter', '=', 0) : where('counter', '<', use.counter)))
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}
