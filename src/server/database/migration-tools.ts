import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Engine } from './portable.ts';

type ColumnType = 'text' | 'integer' | 'bigint' | RawBuilder<unknown>;
type ColumnTypes = {
  text: ColumnType;
  /** 64 bits, read as a JavaScript number. */
  integer: ColumnType;
  /** A primary key that the database counts up. */
  sequence: { type: ColumnType; build: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder };
};

const SQLITE_TYPES: ColumnTypes = {
  text: 'text',
  integer: 'integer',
  sequence: { type: 'integer', build: (column) => column.primaryKey().autoIncrement() },
};

// Collation "C" compares bytes, as SQLite does, so that ORDER BY and cursors agree on both engines.
const POSTGRES_TYPES: ColumnTypes = {
  text: sql`text collate "C"`,
  integer: 'bigint',
  sequence: { type: 'bigint', build: (column) => column.generatedAlwaysAsIdentity().primaryKey() },
};

/** The column types that a migration may use, spelled for one engine. */
export function columnTypes(engine: Engine): ColumnTypes {
  return engine === 'sqlite' ? SQLITE_TYPES : POSTGRES_TYPES;
}

type Target = { db: Kysely<unknown>; engine: Engine };

/**
 * Starts a table; on SQLite it is STRICT, so that a text never lands in an integer column there either. `isClustered`:
 * SQLite keeps the rows in the order of the primary key, which a table of small rows read in that order gains by.
 */
export function createTable({
  db,
  engine,
  name,
  isClustered = false,
}: Target & { name: string; isClustered?: boolean }): CreateTableBuilder<string> {
  const table = db.schema.createTable(name);
  if (engine !== 'sqlite') return table;
  return table.modifyEnd(isClustered ? sql`strict, without rowid` : sql`strict`);
}

/** Makes UPDATE and DELETE (and TRUNCATE, where there is one) fail on a table. */
export async function createAppendOnlyTriggers({ db, engine, table }: Target & { table: string }): Promise<void> {
  const target = sql.table(table);
  const message = sql.lit(`${table} is append-only`);
  if (engine === 'sqlite') {
    for (const change of ['update', 'delete']) {
      const trigger = sql.ref(`${table}_no_${change}`);
      await sql`create trigger ${trigger} before ${sql.raw(change)} on ${target}
        begin select raise(abort, ${message}); end`.execute(db);
    }
    return;
  }
  const refuse = sql.ref(`${table}_refuse_change`);
  await sql`create function ${refuse}() returns trigger language plpgsql as
    $$ begin raise exception ${message}; end $$`.execute(db);
  await sql`create trigger ${sql.ref(`${table}_append_only`)} before update or delete or truncate on ${target}
    for each statement execute function ${refuse}()`.execute(db);
}
