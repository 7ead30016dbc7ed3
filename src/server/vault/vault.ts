import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { Database, Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { Secret } from '../secret.ts';
import { StartupError } from '../startup-error.ts';
import { makeDataKey } from './data-key.ts';
import { DataKeys, SEAL_LIMITS, type SealLimits } from './data-keys.ts';
import { assertKeyOpens, isKeyCheckIntact, makeKeyCheck, type NeededKey, readNeededKey } from './key-check.ts';
import type { MasterKeys } from './master-key-format.ts';
import { type DataKeyOwner, type SealedRecord, sealContext } from './seal-context.ts';
import { SealError } from './seal-error.ts';
import { open, type SealingKey, seal } from './sealed.ts';
import { findRootSecret, insertDataKey, insertKeyCheck, insertRootSecret } from './vault.store.ts';

export type { DataKeyOwner, SealedRecord } from './seal-context.ts';
export { SealError } from './seal-error.ts';

const ROOT_SECRET: SealedRecord = { column: 'root_secrets.envelope', row: 'root', version: 1 };
const ROOT_SECRET_BYTES = 32;

export type Vault = {
  /** The master key that wraps the data keys of this database. */
  readonly masterKeyId: string;
  /** Gives a workspace its data key, in the transaction that makes the workspace. Usable after a `loadDataKey`. */
  createDataKey: (transaction: Transaction, workspaceId: WorkspaceId) => Promise<void>;
  /**
   * Makes `seal` (or only `open`) possible for an owner; nearly always without asking the database. Call it before a
   * transaction, not inside one. Throws SealError `UnknownKey` when the owner has no data key.
   */
  loadDataKey: (owner: DataKeyOwner, purpose?: 'seal' | 'open') => Promise<void>;
  /** Seals text for one place. Synchronous; `loadDataKey(owner)` comes first. */
  seal: (owner: DataKeyOwner, record: SealedRecord, plaintext: Secret) => string;
  /** Opens what was sealed for that place. Synchronous; `loadDataKey(owner, 'open')` comes first. Throws SealError. */
  open: (owner: DataKeyOwner, record: SealedRecord, envelope: string) => Secret;
  /** The same for the same secret in the same workspace, and tells nothing else about it. 43 characters. */
  fingerprint: (workspaceId: WorkspaceId, secret: Secret) => string;
  /** 32 bytes for one purpose, the same at every start and through every rotation. */
  subkey: (purpose: string) => Buffer;
  /** Whether the master key still opens the database's key check. Never throws. */
  checkHealth: () => Promise<boolean>;
};

type OpenVaultInput = { database: Database; masterKeys: MasterKeys; limits?: SealLimits };

/**
 * Opens the vault of a migrated database, and makes it when it is new. `masterKeys` come from `loadMasterKeys`. Throws
 * StartupError `master_key_wrong` or `vault_damaged` without changing anything.
 */
export async function openVault({ database, masterKeys, limits = SEAL_LIMITS }: OpenVaultInput): Promise<Vault> {
  const needed = (await readNeededKey(database.kysely)) ?? (await createVault(database, masterKeys));
  assertKeyOpens(masterKeys, needed);
  const masterKey = requireKey(masterKeys, needed.master_key_id);
  const dataKeys = new DataKeys({ database, masterKeys, masterKey, limits });
  const root = await openRootSecret(database, dataKeys);
  const subkey = (purpose: string): Buffer => deriveSubkey(root, purpose);
  const fingerprintKey = createSecretKey(subkey('fingerprint'));
  return {
    masterKeyId: masterKey.id,
    createDataKey: (transaction, workspaceId) => dataKeys.create(transaction, workspaceId),
    loadDataKey: (owner, purpose = 'seal') => dataKeys.load(owner, purpose),
    seal: (owner, record, plaintext) => sealText(dataKeys, { owner, record, text: plaintext.reveal() }),
    open: (owner, record, envelope) => openText(dataKeys, { owner, record, envelope }),
    fingerprint: (workspaceId, secret) =>
      createHmac('sha256', fingerprintKey).update(`${workspaceId}\n${secret.reveal()}`).digest('base64url'),
    subkey,
    checkHealth: () => checkHealth(database, masterKeys),
  };
}

type SealTextInput = { owner: DataKeyOwner; record: SealedRecord; text: string };

function sealText(dataKeys: DataKeys, { owner, record, text }: SealTextInput): string {
  // Half a surrogate pair has no UTF-8 form: it would come back as another character.
  if (!text.isWellFormed()) throw new TypeError('text with half a surrogate pair cannot be sealed');
  const context = sealContext(owner, record);
  const bytes = Buffer.from(text, 'utf8');
  const envelope = seal(dataKeys.takeForSealing(owner), context, bytes);
  bytes.fill(0);
  return envelope;
}

type OpenTextInput = { owner: DataKeyOwner; record: SealedRecord; envelope: string };

function openText(dataKeys: DataKeys, { owner, record, envelope }: OpenTextInput): Secret {
  const context = sealContext(owner, record);
  const bytes = open({ envelope, context, findKey: (id) => dataKeys.findForOpening(owner, id) });
  const secret = new Secret(bytes.toString('utf8'));
  bytes.fill(0);
  return secret;
}

/** The first start on an empty database. Two processes may try at once; the second finds the first one's vault. */
async function createVault(database: Database, masterKeys: MasterKeys): Promise<NeededKey> {
  return database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, 'vault');
    const existing = await readNeededKey(transaction);
    if (existing !== undefined) return existing;
    const masterKey = requireKey(masterKeys, masterKeys.primaryId);
    const check = makeKeyCheck(masterKey, Date.now());
    await insertKeyCheck(transaction, check);
    const { row, key } = makeDataKey({ masterKey, owner: 'system', version: 1 });
    await insertDataKey(transaction, { ...row, seal_count: 1 });
    const bytes = randomBytes(ROOT_SECRET_BYTES);
    const envelope = seal(key, sealContext('system', ROOT_SECRET), bytes);
    bytes.fill(0);
    await insertRootSecret(transaction, { name: ROOT_SECRET.row, envelope, created_at: Date.now() });
    return check;
  });
}

/** Everything derived hangs on the root secret, so a start without it is refused rather than repaired. */
async function openRootSecret(database: Database, dataKeys: DataKeys): Promise<KeyObject> {
  try {
    await dataKeys.load('system', 'open');
    const envelope = await findRootSecret(database.kysely, ROOT_SECRET.row);
    if (envelope === undefined) throw new SealError('Malformed');
    const context = sealContext('system', ROOT_SECRET);
    const bytes = open({ envelope, context, findKey: (id) => dataKeys.findForOpening('system', id) });
    const root = createSecretKey(bytes);
    bytes.fill(0);
    return root;
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    const message =
      'The root secret of this database cannot be opened. Restore the database from a backup. Nothing was changed.';
    throw new StartupError('vault_damaged', message, { cause });
  }
}

/** HKDF-SHA256 (RFC 5869). The prefix keeps these purposes apart from any other use of the root secret. */
function deriveSubkey(root: KeyObject, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `akm:v1:${purpose}`, 32));
}

function requireKey(masterKeys: MasterKeys, id: string): SealingKey {
  const key = masterKeys.keys.get(id);
  if (key === undefined) throw new Error(`master key ${id} is not loaded`);
  return key;
}

async function checkHealth(database: Database, masterKeys: MasterKeys): Promise<boolean> {
  try {
    const check = await readNeededKey(database.kysely);
    return check !== undefined && isKeyCheckIntact(masterKeys, check);
  } catch {
    return false;
  }
}
