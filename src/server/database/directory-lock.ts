import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../startup-error.ts';
import { sqliteOpenError } from './sqlite.ts';

const LOCK_FILE = 'akm.lock';
const SQLITE_BUSY = 5;

/**
 * Makes this process the only user of a data directory until `release()` or its end; the kernel frees the lock even
 * after SIGKILL. It is an open write transaction on a SQLite file of its own, because that is the one lock Node has on
 * every platform. Throws `database_locked` naming the process that holds it.
 */
export function lockDataDirectory(dataDirectory: string): { release: () => void } {
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(join(dataDirectory, LOCK_FILE), { timeout: 0 });
  } catch (error) {
    throw sqliteOpenError(dataDirectory, error);
  }
  try {
    lock.exec('begin immediate');
    // The number is committed first: readers cannot see into an open transaction, but they can read beside one.
    lock.exec(`pragma user_version = ${process.pid}; commit; begin immediate`);
  } catch (error) {
    const refusal = lockRefusal({ dataDirectory, lock, cause: error });
    lock.close();
    throw refusal;
  }
  return { release: () => lock.close() };
}

type Refused = { dataDirectory: string; lock: DatabaseSync; cause: unknown };

function lockRefusal({ dataDirectory, lock, cause }: Refused): StartupError {
  const isBusy = cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === SQLITE_BUSY;
  if (!isBusy) return sqliteOpenError(dataDirectory, cause);
  return new StartupError(
    'database_locked',
    `Another process (pid ${holderOf(lock)}) is using ${dataDirectory}. Stop it first, or set DATA_DIR to another directory.`,
    { cause },
  );
}

function holderOf(lock: DatabaseSync): string {
  try {
    const row = lock.prepare('pragma user_version').get();
    return String(row?.user_version ?? 'unknown');
  } catch {
    // The holder may be inside its short exclusive commit; that somebody holds the lock is certain all the same.
    return 'unknown';
  }
}
