import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Row } from '../database/schema.ts';
import type { MasterKeys } from './master-key-format.ts';
import { type DataKeyOwner, type SealContext, sealContext } from './seal-context.ts';
import { SealError } from './seal-error.ts';
import { open, type SealingKey, seal } from './sealed.ts';

const KEY_BYTES = 32;

type NewDataKey = { masterKey: SealingKey; owner: DataKeyOwner; version: number };

/** A new random data key and its row, wrapped by the master key and bound to its owner, id and version. */
export function makeDataKey({ masterKey, owner, version }: NewDataKey): { row: Row<'data_keys'>; key: SealingKey } {
  const id = `dk_${randomBytes(16).toString('hex')}`;
  const bytes = randomBytes(KEY_BYTES);
  const envelope = seal(masterKey, contextOf(owner, { id, version }), bytes);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  const row: Row<'data_keys'> = {
    id,
    workspace_id: owner === 'system' ? null : owner,
    version,
    state: 'active',
    master_key_id: masterKey.id,
    envelope,
    seal_count: 0,
    created_at: Date.now(),
  };
  return { row, key: { id, key } };
}

/** The key in a row, or, as a value, why it does not unwrap: one damaged version must not hide the others. */
export function unwrapDataKey(
  masterKeys: MasterKeys,
  owner: DataKeyOwner,
  row: Row<'data_keys'>,
): KeyObject | SealError {
  try {
    const context = contextOf(owner, row);
    const bytes = open({ envelope: row.envelope, context, findKey: (id) => masterKeys.keys.get(id)?.key });
    if (bytes.byteLength !== KEY_BYTES) return new SealError('Malformed');
    const key = createSecretKey(bytes);
    bytes.fill(0);
    return key;
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}

function contextOf(owner: DataKeyOwner, { id, version }: { id: string; version: number }): SealContext {
  return sealContext(owner, { column: 'data_keys.envelope', row: id, version });
}
