import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

const STATEMENTS_MAX = 256;
const BUSY_WAIT_MS = 5000;

/**
 * Opens a file with node:sqlite and gives it the shape that Kysely's SQLite dialect asks for. `readOnly` handles are for
 * worker threads that read beside the one writer. Throws what node:sqlite throws.
 */
export function openNodeSqlite(file: string, { readOnly }: { readOnly: boolean }): SqliteDatabase {
  const database = new DatabaseSync(file, {
    readOnly,
    timeout: BUSY_WAIT_MS,
    defensive: true,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
  });
  // FULL syncs every commit: a commit that was answered survives a power cut.
  database.exec('pragma synchronous = full; pragma trusted_schema = off');
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known !== undefined) {
        prepared.delete(text);
        prepared.set(text, known);
        return known;
      }
      const statement = adaptStatement(database.prepare(text));
      prepared.set(text, statement);
      if (prepared.size > STATEMENTS_MAX) {
        const oldest = prepared.keys().next();
        if (!oldest.done) prepared.delete(oldest.value);
      }
      return statement;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(toInput)),
    run: (parameters) => statement.run(...parameters.map(toInput)),
    iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
  };
}

/** Refuses what SQLite has no type for, instead of storing a guess: booleans and objects are mistakes of the caller. */
function toInput(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} cannot be stored in a column`);
}
