import { Kysely, sql } from 'kysely';
import { StartupError } from '../startup-error.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { lockDataDirectory } from './directory-lock.ts';
import { assertSchemaNotNewer } from './migrate.ts';
import type { Engine } from './portable.ts';
import type { Schema } from './schema.ts';
import { openSqliteDialect, sqliteOpenError } from './sqlite.ts';
import { runTransaction, type Transaction } from './transaction.ts';

export type { Transaction } from './transaction.ts';

/** The database itself or an open transaction: what a store function asks for when it serves both. */
export type DatabaseHandle = Kysely<Schema>;

export type DatabaseHealth = { ok: true; latencyMs: number } | { ok: false; message: string };

export type Database = {
  /** For reads and single statements outside a transaction. */
  kysely: Kysely<Schema>;
  engine: Engine;
  /** All of `work` is kept, or, when it throws, none. Inside, only the handle it is given may be used. */
  transaction: <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;
  /** Asks the database for an answer. Never throws. */
  checkHealth: () => Promise<DatabaseHealth>;
  /** Waits for the queries that run. Closing twice is closing once. */
  close: () => Promise<void>;
};

export type DatabaseLocation = { databaseUrl: string | undefined; dataDirectory: string };

/**
 * Opens the database: SQLite in the data directory, or PostgreSQL when there is a URL. Makes the directory either way. Changes nothing in a database
 * that exists; `migrate` does. Throws StartupError: `database_url_invalid`, `data_directory_unusable`,
 * `database_locked`, `database_unreadable`, `database_unreachable`, `database_refused`, `database_newer`.
 */
export async function openDatabase({ databaseUrl, dataDirectory }: DatabaseLocation): Promise<Database> {
  if (databaseUrl !== undefined) assertPostgresUrl(databaseUrl);
  prepareDataDirectory(dataDirectory);
  return databaseUrl === undefined ? openSqlite(dataDirectory) : openPostgres(databaseUrl);
}

/**
 * Opens a database that a server may be using, to read it: without the lock of the data directory, and without making or
 * changing anything. Throws StartupError as `openDatabase` does.
 */
export async function openDatabaseToRead({ databaseUrl, dataDirectory }: DatabaseLocation): Promise<Database> {
  if (databaseUrl !== undefined) {
    assertPostgresUrl(databaseUrl);
    return openPostgres(databaseUrl);
  }
  const kysely = new Kysely<Schema>({ dialect: openSqliteDialect(dataDirectory, { readOnly: true }) });
  try {
    await assertSchemaNotNewer(kysely);
  } catch (error) {
    await kysely.destroy();
    throw error instanceof StartupError ? error : sqliteOpenError(dataDirectory, error);
  }
  return createDatabase({ kysely, engine: 'sqlite', release: () => {} });
}

/** Refuses every URL but PostgreSQL's by its scheme, and never falls back: a typing error must not hide the data. */
function assertPostgresUrl(databaseUrl: string): void {
  const accepted =
    'Accepted is postgresql://user:password@host:5432/database. Without DATABASE_URL the built-in database in DATA_DIR is used.';
  const refuse = (problem: string): StartupError => new StartupError('database_url_invalid', `${problem} ${accepted}`);
  if (databaseUrl.trim() === '') throw refuse('DATABASE_URL is set but empty.');
  const scheme = /^([a-z][a-z0-9+.-]*):\//i.exec(databaseUrl)?.[1];
  if (scheme === undefined) throw refuse('DATABASE_URL has no scheme.');
  if (/^postgres(ql)?:\/\//i.test(databaseUrl)) return;
  throw refuse(`DATABASE_URL has the scheme "${scheme}:", which is not supported.`);
}

async function openSqlite(dataDirectory: string): Promise<Database> {
  const lock = lockDataDirectory(dataDirectory);
  let kysely: Kysely<Schema> | undefined;
  try {
    kysely = new Kysely<Schema>({ dialect: openSqliteDialect(dataDirectory) });
    await assertSchemaNotNewer(kysely);
  } catch (error) {
    await kysely?.destroy();
    lock.release();
    throw error instanceof StartupError ? error : sqliteOpenError(dataDirectory, error);
  }
  return createDatabase({ kysely, engine: 'sqlite', release: lock.release });
}

async function openPostgres(databaseUrl: string): Promise<Database> {
  // Loaded on demand: a process on SQLite never pays for the driver.
  const { assertPostgresUsable, openPostgresDialect, postgresOpenError } = await import('./postgres.ts');
  const kysely = new Kysely<Schema>({ dialect: openPostgresDialect(databaseUrl) });
  try {
    const { rows } = await sql<{ versionNumber: number; encoding: string }>`
      select current_setting('server_version_num')::int as "versionNumber",
        current_setting('server_encoding') as encoding`.execute(kysely);
    for (const server of rows) assertPostgresUsable(server);
    await assertSchemaNotNewer(kysely);
  } catch (error) {
    await kysely.destroy();
    throw error instanceof StartupError ? error : postgresOpenError(databaseUrl, error);
  }
  return createDatabase({ kysely, engine: 'postgres', release: () => {} });
}

type Parts = { kysely: Kysely<Schema>; engine: Engine; release: () => void };

function createDatabase({ kysely, engine, release }: Parts): Database {
  let closing: Promise<void> | undefined;
  return {
    kysely,
    engine,
    transaction: (work) => runTransaction(kysely, work),
    checkHealth: () => checkHealth(kysely),
    close() {
      closing ??= kysely.destroy().then(release);
      return closing;
    },
  };
}

async function checkHealth(kysely: Kysely<Schema>): Promise<DatabaseHealth> {
  const start = performance.now();
  try {
    await sql`select 1`.execute(kysely);
    return { ok: true, latencyMs: Math.round(performance.now() - start) };
  } catch {
    return { ok: false, message: 'The database does not answer.' };
  }
}
