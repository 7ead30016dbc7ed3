import { type DatabaseConnection, type DialectAdapter, type Driver, PostgresDialect, PostgresDriver } from 'kysely';
import pg from 'pg';
import { EXIT_UNAVAILABLE, StartupError, type StartupErrorCode } from '../startup-error.ts';
import { assertOutsideTransaction } from './transaction.ts';

const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 30_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** Longer than any transaction of ours takes: who waits so long is told to come again, and keeps no connection. */
const LOCK_TIMEOUT_MS = 5000;
const VERSION_MIN = 14;
const INT8 = 20;
const NUMERIC = 1700;

/** Kysely's dialect over a pool. Opens no connection yet. Throws `database_url_invalid`. */
export function openPostgresDialect(databaseUrl: string): PostgresDialect {
  if (!URL.canParse(databaseUrl)) {
    throw new StartupError(
      'database_url_invalid',
      'DATABASE_URL is not a valid URL. It looks like postgresql://user:password@host:5432/database; special characters in the password are written as %XX.',
    );
  }
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'api-key-manager',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A connection that the server ends is replaced at its next use. Without a listener it would end the process: the pool
  // hears the idle ones only, and one lent out hears of its end between two statements, too.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new GuardedPostgresDialect({ pool });
}

/** int8 and numeric as numbers, everything else as pg reads it. Throws above 2^53, where a number would be wrong. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 || oid === NUMERIC) return toNumber;
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
}

function toNumber(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    throw new RangeError('a stored number is too large to be read exactly');
  }
  return number;
}

/** Says in one sentence why PostgreSQL cannot be used; SQLSTATE codes from its manual, appendix A. */
export function postgresOpenError(databaseUrl: string, cause: unknown): StartupError {
  const { host, database, user } = describeUrl(databaseUrl);
  const code = errorCode(cause);
  const refused = (errorCode: StartupErrorCode, message: string, exitCode?: number): StartupError =>
    new StartupError(errorCode, message, exitCode === undefined ? {} : { exitCode });
  switch (code) {
    case 'ECONNREFUSED':
      return refused(
        'database_unreachable',
        `Nothing answers at ${host}: connection refused. Start PostgreSQL or correct DATABASE_URL.`,
        EXIT_UNAVAILABLE,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return refused(
        'database_unreachable',
        `The host name in ${host} is not known. Correct DATABASE_URL.`,
        EXIT_UNAVAILABLE,
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return refused('database_unreachable', `${host} does not answer in time. Check the network.`, EXIT_UNAVAILABLE);
    case '57P03':
    case '53300':
      return refused(
        'database_unreachable',
        `PostgreSQL at ${host} takes no connection now (${code === '53300' ? 'too many are open' : 'it is starting or stopping'}). Try again.`,
        EXIT_UNAVAILABLE,
      );
    case '28P01':
    case '28000':
    case 'NO_PASSWORD':
      return refused(
        'database_refused',
        `PostgreSQL at ${host} refuses user "${user}": wrong or missing password, or not allowed by pg_hba.conf. Correct DATABASE_URL.`,
      );
    case '3D000':
      return refused(
        'database_refused',
        `PostgreSQL at ${host} has no database "${database}". Create it (createdb ${database}) or correct DATABASE_URL.`,
      );
    case '42501':
      return refused(
        'database_refused',
        `User "${user}" may not create tables in database "${database}" at ${host}. Make it the owner of the database.`,
      );
    default: {
      const detail = withoutPassword(databaseUrl, cause instanceof Error ? cause.message : String(cause));
      return refused('database_unreachable', `PostgreSQL at ${host} cannot be used: ${detail}.`, EXIT_UNAVAILABLE);
    }
  }
}

/** A code for failures that carry none: pg tells a timeout and a missing password in words only. */
function errorCode(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return errorCode(cause.errors[0]);
  if (!(cause instanceof Error)) return '';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if (/timeout/i.test(cause.message)) return 'ETIMEDOUT';
  if (/password must be a (non-empty )?string/i.test(cause.message)) return 'NO_PASSWORD';
  return '';
}

function describeUrl(databaseUrl: string): { host: string; database: string; user: string } {
  const url = new URL(databaseUrl);
  const user = decodeURIComponent(url.username) || 'postgres';
  const host = url.hostname === '' ? (url.searchParams.get('host') ?? 'localhost') : url.hostname;
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  return { host: `${host}:${url.port || url.searchParams.get('port') || '5432'}`, database, user };
}

function withoutPassword(databaseUrl: string, message: string): string {
  const { password, searchParams } = new URL(databaseUrl);
  return [password, decodeURIComponent(password), searchParams.get('password') ?? '']
    .filter((text) => text !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), message);
}

/** Throws `database_refused` for a server that is too old or a database that cannot hold every character. */
export function assertPostgresUsable(server: { versionNumber: number; encoding: string }): void {
  const version = Math.floor(server.versionNumber / 10_000);
  if (version < VERSION_MIN) {
    const message = `PostgreSQL ${version} is too old; version ${VERSION_MIN} or later is needed.`;
    throw new StartupError('database_refused', message);
  }
  if (server.encoding !== 'UTF8') {
    const message = `The database is encoded in ${server.encoding}. Create it with encoding UTF8.`;
    throw new StartupError('database_refused', message);
  }
}

class GuardedPostgresDialect extends PostgresDialect {
  readonly #config: ConstructorParameters<typeof PostgresDialect>[0];

  constructor(config: ConstructorParameters<typeof PostgresDialect>[0]) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new GuardedPostgresDriver(this.#config);
  }

  override createAdapter(): DialectAdapter {
    return super.createAdapter();
  }
}

class GuardedPostgresDriver extends PostgresDriver {
  override async acquireConnection(
    ...options: Parameters<PostgresDriver['acquireConnection']>
  ): Promise<DatabaseConnection> {
    assertOutsideTransaction();
    return super.acquireConnection(...options);
  }
}
