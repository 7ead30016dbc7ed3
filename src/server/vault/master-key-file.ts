import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StartupError } from '../startup-error.ts';
import { masterKeyIdOf } from './master-key-format.ts';

const FILE_BYTES_MAX = 64 * 1024;

/** Where a generated master key lies in a data directory. */
export function generatedKeyFile(dataDirectory: string): string {
  return join(dataDirectory, 'keys', 'master.jwks.json');
}

/**
 * The text of a key file, or undefined where there is none. Throws `master_key_file_unsafe` when its mode lets others
 * than its owner read it (not checked on Windows), `master_key_invalid` when it cannot be read.
 */
export function readKeyFile(file: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw unreadable(file, errorCode(error));
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw unreadable(file, 'it is not a file');
    if (stats.size > FILE_BYTES_MAX) throw unreadable(file, 'it is too large');
    if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
      const message = `The key file ${file} has mode ${mode}, so others than its owner can read it. Run: chmod 600 ${file}`;
      throw new StartupError('master_key_file_unsafe', message);
    }
    const bytes = Buffer.alloc(FILE_BYTES_MAX);
    const length = readSync(handle, bytes, 0, FILE_BYTES_MAX, 0);
    const text = bytes.toString('utf8', 0, length);
    bytes.fill(0);
    return text;
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes a new master key in the data directory (directory 0700, file 0600) and returns the file's text. The file appears
 * whole or not at all and never replaces another: when a second process was faster, its key is returned.
 */
export function generateKeyFile(dataDirectory: string): string {
  const file = generatedKeyFile(dataDirectory);
  const text = newKeySet();
  try {
    if (!existsSync(dirname(file))) mkdirSync(dirname(file), { mode: 0o700 });
    publish(file, text);
    syncDirectory(dirname(file));
    syncDirectory(dataDirectory);
    return text;
  } catch (error) {
    const winner = errorCode(error) === 'EEXIST' ? readKeyFile(file) : undefined;
    if (winner !== undefined) return winner;
    const message = `The master key could not be written to ${file} (${errorCode(error)}). Make ${dirname(file)} writable, or set ENCRYPTION_KEY_FILE.`;
    throw new StartupError('data_directory_unusable', message, { cause: error });
  }
}

/** Writes beside the file and links: unlike a rename, a link fails when the name is taken. */
function publish(file: string, text: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
    linkSync(draft, file);
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
}

function newKeySet(): string {
  const bytes = randomBytes(32);
  const id = masterKeyIdOf(bytes);
  const key = {
    kty: 'oct',
    kid: id,
    use: 'enc',
    alg: 'dir',
    k: bytes.toString('base64url'),
    state: 'active',
    created: new Date().toISOString(),
  };
  return `${JSON.stringify({ primary: id, keys: [key] }, null, 2)}\n`;
}

/** Without it a power cut can forget the name of a file whose content is safe. Windows has no such call. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

function unreadable(file: string, reason: string): StartupError {
  return new StartupError('master_key_invalid', `The key file ${file} cannot be read: ${reason}.`);
}
