import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export async function insertAttempt(database: DatabaseHandle, row: NewRow<'sign_in_attempts'>): Promise<void> {
  await database.insertInto('sign_in_attempts').values(row).execute();
}

/** Takes what was begun out of the table, so that it is used once. Undefined when it is not there, used or too old. */
export async function takeAttempt(
  database: DatabaseHandle,
  which: { tokenHash: string; purpose: string; nowMs: number },
): Promise<Row<'sign_in_attempts'> | undefined> {
  return database
    .deleteFrom('sign_in_attempts')
    .where('token_hash', '=', which.tokenHash)
    .where('purpose', '=', which.purpose)
    .where('expires_at', '>', which.nowMs)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteExpiredAttempts(database: DatabaseHandle, nowMs: number): Promise<void> {
  await database.deleteFrom('sign_in_attempts').where('expires_at', '<=', nowMs).execute();
}
