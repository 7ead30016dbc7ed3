/** Failures of the system's network calls, by their names in Node. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * SQLSTATE classes 08 (connection) and 53 (resources), a server that stops or starts, a transaction that stood still
 * for too long, a deadlock, and a lock waited for too long; PostgreSQL's appendix A.
 */
const SQLSTATE = /^(08[0-9A-Z]{3}|53[0-9A-Z]{3}|57P0[123]|25P03|40P01|55P03)$/;

/** What pg says in words only: its pool waited in vain, or the connection broke. */
const PG_WORDS =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

// SQLITE_BUSY, SQLITE_IOERR and SQLITE_FULL, sqlite.org/rescode.html; higher bits only say which kind.
const SQLITE_CODES = new Set([5, 10, 13]);

const CAUSES_MAX = 5;

/**
 * Whether an error says that the database cannot be reached or cannot work now, so that the same call may succeed later.
 * Meant for what a query threw: outbound calls have errors of their own.
 */
export function isDatabaseUnavailable(error: unknown, causesMax = CAUSES_MAX): boolean {
  if (!(error instanceof Error) || causesMax === 0) return false;
  if ('errcode' in error && SQLITE_CODES.has(Number(error.errcode) & 0xff)) return true;
  const code = 'code' in error ? String(error.code) : '';
  if (NETWORK_CODES.has(code) || SQLSTATE.test(code) || PG_WORDS.test(error.message)) return true;
  const causes: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return causes.some((cause) => isDatabaseUnavailable(cause, causesMax - 1));
}
