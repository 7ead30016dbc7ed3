import type { UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { engineOf } from '../database/portable.ts';
import type { NewRow, Row } from '../database/schema.ts';

export async function findTotp(database: DatabaseHandle, userId: UserId): Promise<Row<'totp_secrets'> | undefined> {
  return database.selectFrom('totp_secrets').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

/** Writes a secret that is not confirmed. Gives false, and writes nothing, when a confirmed one is there. */
export async function putUnconfirmedTotp(transaction: DatabaseHandle, row: NewRow<'totp_secrets'>): Promise<boolean> {
  const { user_id: _, ...change } = row;
  const result = await transaction
    .insertInto('totp_secrets')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet(change).where('totp_secrets.confirmed_at', 'is', null),
    )
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

/** Gives false when another call confirmed or replaced this very secret first. */
export async function confirmTotp(
  transaction: DatabaseHandle,
  change: { userId: UserId; envelope: string; step: number; nowMs: number },
): Promise<boolean> {
  const result = await transaction
    .updateTable('totp_secrets')
    .set({ confirmed_at: change.nowMs, last_step: change.step })
    .where('user_id', '=', change.userId)
    .where('envelope', '=', change.envelope)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Uses a time step up. Gives false when it, or a later one, was used before: of calls that race, one gets true. */
export async function takeTotpStep(
  database: DatabaseHandle,
  take: { userId: UserId; version: number; step: number },
): Promise<boolean> {
  const result = await database
    .updateTable('totp_secrets')
    .set({ last_step: take.step })
    .where('user_id', '=', take.userId)
    .where('version', '=', take.version)
    .where('confirmed_at', 'is not', null)
    .where('last_step', '<', take.step)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Gives the number of secrets that were there: one or none. */
export async function deleteTotp(transaction: DatabaseHandle, userId: UserId): Promise<number> {
  const result = await transaction.deleteFrom('totp_secrets').where('user_id', '=', userId).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Of calls that race, the later one's codes stay, and they alone: the account's row is held until the transaction ends. */
export async function replaceRecoveryCodes(
  transaction: DatabaseHandle,
  codes: { userId: UserId; hashes: readonly string[]; nowMs: number },
): Promise<void> {
  await transaction
    .selectFrom('users')
    .select('id')
    .where('id', '=', codes.userId)
    .$if(engineOf(transaction) === 'postgres', (select) => select.forUpdate())
    .execute();
  await deleteRecoveryCodes(transaction, codes.userId);
  const rows = codes.hashes.map((code_hash) => ({
    user_id: codes.userId,
    code_hash,
    created_at: codes.nowMs,
    used_at: null,
  }));
  await transaction.insertInto('recovery_codes').values(rows).execute();
}

export async function deleteRecoveryCodes(transaction: DatabaseHandle, userId: UserId): Promise<void> {
  await transaction.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
}

/** Uses a code up. Gives false when there is none such or it was used: of calls that race, one gets true. */
export async function takeRecoveryCode(
  database: DatabaseHandle,
  take: { userId: UserId; codeHash: string; nowMs: number },
): Promise<boolean> {
  const result = await database
    .updateTable('recovery_codes')
    .set({ used_at: take.nowMs })
    .where('user_id', '=', take.userId)
    .where('code_hash', '=', take.codeHash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export interface FactorCounts {
  readonly totp: boolean;
  readonly passkeys: number;
  readonly recoveryCodesLeft: number;
}

/** What an account has besides its password. An app that was not confirmed does not count. */
export async function countFactors(database: DatabaseHandle, userId: UserId): Promise<FactorCounts> {
  const row = await database
    .selectNoFrom((select) => [
      select
        .selectFrom('totp_secrets')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('user_id', '=', userId)
        .where('confirmed_at', 'is not', null)
        .as('totp'),
      select
        .selectFrom('passkeys')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('user_id', '=', userId)
        .as('passkeys'),
      select
        .selectFrom('recovery_codes')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('user_id', '=', userId)
        .where('used_at', 'is', null)
        .as('recovery_codes'),
    ])
    .executeTakeFirstOrThrow();
  return {
    totp: Number(row.totp) > 0,
    passkeys: Number(row.passkeys),
    recoveryCodesLeft: Number(row.recovery_codes),
  };
}
