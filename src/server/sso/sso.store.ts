import type { UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export async function insertAttempt(database: DatabaseHandle, row: NewRow<'sign_in_attempts'>): Promise<void> {
  await database.insertInto('sign_in_attempts').values(row).execute();
}

interface AttemptQuery {
  readonly tokenHash: string;
  readonly purposes: readonly string[];
  readonly nowMs: number;
}

/** Takes what was begun out of the table, so that it is used once. Undefined when it is not there, used or too old. */
export async function takeAttempt(
  database: DatabaseHandle,
  { tokenHash, purposes, nowMs }: AttemptQuery,
): Promise<Row<'sign_in_attempts'> | undefined> {
  return database
    .deleteFrom('sign_in_attempts')
    .where('token_hash', '=', tokenHash)
    .where('purpose', 'in', [...purposes])
    .where('expires_at', '>', nowMs)
    .returningAll()
    .executeTakeFirst();
}

export async function findAttempt(
  database: DatabaseHandle,
  { tokenHash, purposes, nowMs }: AttemptQuery,
): Promise<Row<'sign_in_attempts'> | undefined> {
  return database
    .selectFrom('sign_in_attempts')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('purpose', 'in', [...purposes])
    .where('expires_at', '>', nowMs)
    .executeTakeFirst();
}

export async function deleteAttempt(database: DatabaseHandle, tokenHash: string): Promise<void> {
  await database.deleteFrom('sign_in_attempts').where('token_hash', '=', tokenHash).execute();
}

interface IdentityKey {
  readonly issuer: string;
  readonly subject: string;
}

/** Whose identity this is. */
export async function findUserByIdentity(
  database: DatabaseHandle,
  { issuer, subject }: IdentityKey,
): Promise<Row<'users'> | undefined> {
  return database
    .selectFrom('sso_identities')
    .innerJoin('users', 'users.id', 'sso_identities.user_id')
    .selectAll('users')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

export async function findUser(database: DatabaseHandle, id: UserId): Promise<Row<'users'> | undefined> {
  return database.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Gives false, and writes nothing, when the identity is connected already, to whomever. */
export async function insertIdentity(transaction: DatabaseHandle, row: NewRow<'sso_identities'>): Promise<boolean> {
  const result = await transaction
    .insertInto('sso_identities')
    .values(row)
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

export async function touchIdentity(
  database: DatabaseHandle,
  { issuer, subject }: IdentityKey,
  change: { last_used_at: number; email: string | null },
): Promise<void> {
  await database
    .updateTable('sso_identities')
    .set(change)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .execute();
}

export async function listIdentities(database: DatabaseHandle, userId: UserId): Promise<Row<'sso_identities'>[]> {
  return database
    .selectFrom('sso_identities')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('issuer')
    .orderBy('subject')
    .limit(100)
    .execute();
}

/** Gives false when the person has no such identity. */
export async function deleteIdentity(
  transaction: DatabaseHandle,
  { userId, issuer, subject }: IdentityKey & { readonly userId: UserId },
): Promise<boolean> {
  const result = await transaction
    .deleteFrom('sso_identities')
    .where('user_id', '=', userId)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return Number(result.numDeletedRows) === 1;
}
