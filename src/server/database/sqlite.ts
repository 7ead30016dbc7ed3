import { join } from 'node:path';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import { StartupError } from '../startup-error.ts';
import { dataDirectoryError } from './data-directory.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import { assertOutsideTransaction } from './transaction.ts';

const DATABASE_FILE = 'akm.db';

// Result codes, sqlite.org/rescode.html.
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** Kysely's dialect over the database file of a data directory. Throws `data_directory_unusable`. */
export function openSqliteDialect(dataDirectory: string, { readOnly = false } = {}): SqliteDialect {
  try {
    return new NodeSqliteDialect({ database: openNodeSqlite(join(dataDirectory, DATABASE_FILE), { readOnly }) });
  } catch (error) {
    throw sqliteOpenError(dataDirectory, error);
  }
}

/** Says in one sentence why a SQLite file cannot be opened. */
export function sqliteOpenError(dataDirectory: string, cause: unknown): StartupError {
  const file = join(dataDirectory, DATABASE_FILE);
  const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
    const message = `${file} is damaged or is not a SQLite database. Restore it from a backup, or move it away to start empty.`;
    return new StartupError('database_unreadable', message, { cause });
  }
  if (code === SQLITE_FULL)
    return dataDirectoryError(dataDirectory, Object.assign(new Error(), { code: 'ENOSPC', cause }));
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new StartupError('database_unreadable', `${file} cannot be used: ${detail}.`, { cause });
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new SerialSqliteDriver(this.#config);
  }

  override createAdapter(): DialectAdapter {
    return new NodeSqliteAdapter();
  }
}

class NodeSqliteAdapter extends SqliteAdapter {
  /** The driver below queues by itself, so that it can tell a deadlock from a wait. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** SQLite rolls CREATE TABLE back like anything else: a migration is applied as a whole or not at all. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Hands out the one connection to one user at a time, in the order they came. */
class SerialSqliteDriver extends SqliteDriver {
  #tail: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  override async acquireConnection(): Promise<DatabaseConnection> {
    assertOutsideTransaction();
    const turn = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await turn;
    this.#release = resolve;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    this.#release();
  }

  /** IMMEDIATE takes the write lock at once: a deferred transaction of two writers can fail half-way instead of waiting. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}
