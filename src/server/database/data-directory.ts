import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartupError } from '../startup-error.ts';

const REASONS: Record<string, string> = {
  EEXIST: 'is a file, not a directory',
  ENOTDIR: 'is not a directory, or lies below a file',
  ENOENT: 'cannot be made where it is',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'is on a read-only file system',
  ENOSPC: 'is on a full disk',
};

/** Makes the data directory (mode 0700) where it is missing. Throws `data_directory_unusable`. */
export function prepareDataDirectory(dataDirectory: string): void {
  try {
    makeDirectories(resolve(dataDirectory));
    if (!statSync(dataDirectory).isDirectory()) throw Object.assign(new Error(), { code: 'EEXIST' });
    accessSync(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw dataDirectoryError(dataDirectory, error);
  }
}

/** Parents first. Not mkdir's own `recursive`: it never returns where an existing parent refuses, as /proc does. */
function makeDirectories(directory: string): void {
  if (existsSync(directory)) return;
  if (dirname(directory) !== directory) makeDirectories(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

/** Says in one sentence why the data directory cannot be used. */
export function dataDirectoryError(dataDirectory: string, cause: unknown): StartupError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const reason = REASONS[code] ?? `cannot be used (${code})`;
  const message = `The data directory ${dataDirectory} ${reason}. Set DATA_DIR to a directory that this user can write.`;
  return new StartupError('data_directory_unusable', message, { cause });
}
