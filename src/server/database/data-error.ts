// SQLSTATE classes of PostgreSQL's appendix A that are about the values of a statement: 22 data exception, 23 integrity
// constraint violation, 54 program limit exceeded.
const SQLSTATE = /^(?:22|23|54)[0-9A-Z]{3}$/;
// SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH and SQLITE_RANGE, sqlite.org/rescode.html.
const SQLITE_CODES = new Set([18, 19, 20, 25]);

/**
 * Whether the database refuses just these values, whenever they come, so that trying again is no use. With any other
 * failure, be it a lost connection, a missing right or a full disk, other values would fare no better: it is to be waited
 * for.
 */
export function isDataError(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return SQLITE_CODES.has(Number(error.errcode) & 0xff);
  return 'code' in error && SQLSTATE.test(String(error.code));
}
