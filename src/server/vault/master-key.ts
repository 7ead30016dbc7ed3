import type { Database } from '../database/open.ts';
import type { Secret } from '../secret.ts';
import { StartupError } from '../startup-error.ts';
import { assertKeyOpens, describeNeededKey, readNeededKey } from './key-check.ts';
import { generatedKeyFile, generateKeyFile, readKeyFile } from './master-key-file.ts';
import { type MasterKeys, parseMasterKeys } from './master-key-format.ts';

export type MasterKeySource = 'file' | 'environment' | 'data_directory' | 'generated';
export type LoadedMasterKeys = MasterKeys & {
  source: MasterKeySource;
  /** The file that holds them, undefined when they came in a variable. */
  file: string | undefined;
};

export type MasterKeySettings = {
  dataDirectory: string;
  /** The value of ENCRYPTION_KEY. */
  encryptionKey: Secret | undefined;
  /** The value of ENCRYPTION_KEY_FILE. */
  encryptionKeyFile: string | undefined;
};

/**
 * Finds the master key and proves that it opens this database, before anything is migrated: ENCRYPTION_KEY_FILE, else
 * ENCRYPTION_KEY, else the generated file in the data directory, which is made only when nothing was ever sealed.
 * Changes nothing in the database. Throws StartupError: `master_key_invalid`, `master_key_file_unsafe`,
 * `master_key_conflict`, `master_key_missing`, `master_key_wrong`, `vault_damaged`.
 */
export async function loadMasterKeys(input: MasterKeySettings & { database: Database }): Promise<LoadedMasterKeys> {
  const needed = await readNeededKey(input.database.kysely);
  const found = findMasterKeys(input);
  if (found !== undefined) {
    assertKeyOpens(found, needed);
    return found;
  }
  if (needed !== undefined) {
    throw new StartupError(
      'master_key_missing',
      `There is no encryption key. This database needs ${describeNeededKey(needed)}. Nothing was changed. Put that key in ENCRYPTION_KEY_FILE or restore keys/.`,
    );
  }
  const file = generatedKeyFile(input.dataDirectory);
  const text = generateKeyFile(input.dataDirectory);
  return { ...parseMasterKeys(text, `The key file ${file}`), source: 'generated', file };
}

function findMasterKeys(settings: MasterKeySettings): LoadedMasterKeys | undefined {
  const fromFile = readFromFile(settings.encryptionKeyFile);
  const fromVariable = readFromVariable(settings.encryptionKey);
  const explicit = fromFile ?? fromVariable;
  if (fromFile !== undefined && fromVariable !== undefined) assertSameKey(fromFile, fromVariable);
  const generated = readGenerated(settings.dataDirectory);
  if (explicit !== undefined && generated !== undefined) assertSameKey(explicit, generated);
  return explicit ?? generated;
}

function readFromFile(file: string | undefined): LoadedMasterKeys | undefined {
  if (file === undefined) return undefined;
  const text = readKeyFile(file);
  if (text === undefined) {
    const message = `ENCRYPTION_KEY_FILE names ${file}, which does not exist. Nothing was changed.`;
    throw new StartupError('master_key_missing', message);
  }
  return { ...parseMasterKeys(text, `The key file ${file}`), source: 'file', file };
}

function readFromVariable(value: Secret | undefined): LoadedMasterKeys | undefined {
  if (value === undefined) return undefined;
  return { ...parseMasterKeys(value.reveal(), 'ENCRYPTION_KEY'), source: 'environment', file: undefined };
}

function readGenerated(dataDirectory: string): LoadedMasterKeys | undefined {
  const file = generatedKeyFile(dataDirectory);
  const text = readKeyFile(file);
  if (text === undefined) return undefined;
  return { ...parseMasterKeys(text, `The key file ${file}`), source: 'data_directory', file };
}

/** Two sources may both be set when one knows the other's primary key; otherwise nobody can say which one is meant. */
function assertSameKey(first: LoadedMasterKeys, second: LoadedMasterKeys): void {
  if (first.keys.has(second.primaryId) || second.keys.has(first.primaryId)) return;
  throw new StartupError(
    'master_key_conflict',
    `Two different encryption keys are set: ${describeSource(first)} and ${describeSource(second)}. Remove the one that is wrong. Nothing was changed.`,
  );
}

function describeSource({ source, file, primaryId }: LoadedMasterKeys): string {
  const place = source === 'environment' ? 'ENCRYPTION_KEY' : (file ?? 'a file');
  return `${place} (key id ${primaryId})`;
}
