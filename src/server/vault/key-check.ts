import type { DatabaseHandle } from '../database/open.ts';
import { tableExists } from '../database/portable.ts';
import type { Row } from '../database/schema.ts';
import { StartupError } from '../startup-error.ts';
import type { MasterKeys } from './master-key-format.ts';
import { sealContext } from './seal-context.ts';
import { SealError } from './seal-error.ts';
import { open, type SealingKey, seal } from './sealed.ts';
import { countDataKeys, findKeyCheck } from './vault.store.ts';

const CHECK_TEXT = 'akm master key check v1';
const CHECK_CONTEXT = sealContext('system', { column: 'master_key_check.envelope', row: '1', version: 1 });

export type NeededKey = Row<'master_key_check'>;

/** The row that a new database starts with: whoever opens it has the right master key. */
export function makeKeyCheck(masterKey: SealingKey, now: number): NeededKey {
  const envelope = seal(masterKey, CHECK_CONTEXT, Buffer.from(CHECK_TEXT));
  return { id: 1, master_key_id: masterKey.id, envelope, created_at: now };
}

/**
 * The key check of a database; undefined when nothing was ever sealed in it. Only reads, and works before the first
 * migration. Throws `vault_damaged` when there are data keys but no check.
 */
export async function readNeededKey(database: DatabaseHandle): Promise<NeededKey | undefined> {
  if (!(await tableExists(database, 'master_key_check'))) return undefined;
  // The check is written together with the first key, so it is asked for last: another process may begin right now.
  const hasDataKeys = (await countDataKeys(database)) > 0;
  const check = await findKeyCheck(database);
  if (check === undefined && hasDataKeys) {
    throw new StartupError(
      'vault_damaged',
      'This database holds sealed values but not its key check. It is incomplete: restore it from a backup. Nothing was changed.',
    );
  }
  return check;
}

/** Throws `master_key_wrong` when the check needs a key that is not there, `vault_damaged` when it does not open. */
export function assertKeyOpens(masterKeys: MasterKeys, needed: NeededKey | undefined): void {
  if (needed === undefined) return;
  if (!masterKeys.keys.has(needed.master_key_id)) {
    throw new StartupError(
      'master_key_wrong',
      `Key id ${masterKeys.primaryId} does not open this database. It needs ${describeNeededKey(needed)}. Nothing was changed. Put that key in ENCRYPTION_KEY_FILE or restore keys/.`,
    );
  }
  if (isKeyCheckIntact(masterKeys, needed)) return;
  throw new StartupError(
    'vault_damaged',
    `The key check of this database is damaged (key id ${needed.master_key_id}). Restore the database from a backup. Nothing was changed.`,
  );
}

/** Whether the check opens, with the key it names, to the text it must hold. */
export function isKeyCheckIntact(masterKeys: MasterKeys, { envelope, master_key_id }: NeededKey): boolean {
  try {
    const findKey = (id: string) => (id === master_key_id ? masterKeys.keys.get(id)?.key : undefined);
    return open({ envelope, context: CHECK_CONTEXT, findKey }).toString('utf8') === CHECK_TEXT;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

export function describeNeededKey({ master_key_id, created_at }: NeededKey): string {
  return `key id ${master_key_id} (created ${new Date(created_at).toISOString()})`;
}
