import { type Expression, type Kysely, type RawBuilder, type SqlBool, SqliteAdapter, sql } from 'kysely';
import type { Schema } from './schema.ts';
import type { Transaction } from './transaction.ts';

export type Engine = 'sqlite' | 'postgres';

/** Which engine answers this handle; works for a transaction too. */
export function engineOf(database: Kysely<Schema>): Engine {
  return database.getExecutor().adapter instanceof SqliteAdapter ? 'sqlite' : 'postgres';
}

/**
 * `column` contains `term`, whatever the case of ASCII letters; `%`, `_` and `\` in the term stand for themselves.
 * The same rows on both engines.
 */
export function containsText(column: Expression<unknown>, term: string): RawBuilder<SqlBool> {
  const pattern = `%${term.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`lower(${column}) like lower(${pattern}) escape '\\'`;
}

/**
 * Lets one transaction at a time past this line until it ends, over all processes of the database. On SQLite every
 * transaction is alone already. Use it where a rule looks at rows that another transaction might be adding.
 */
export async function lockUntilCommit(transaction: Transaction, name: string): Promise<void> {
  if (engineOf(transaction) === 'sqlite') return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
}

/** Whether a table exists in the schema that this handle writes to. */
export async function tableExists(database: Kysely<Schema>, table: string): Promise<boolean> {
  const query =
    engineOf(database) === 'sqlite'
      ? sql<{ found: number }>`select count(*) as found from sqlite_master where type = 'table' and name = ${table}`
      : sql<{ found: number }>`select count(*) as found from pg_tables
          where schemaname = current_schema() and tablename = ${table}`;
  const { rows } = await query.execute(database);
  return Number(rows[0]?.found ?? 0) > 0;
}
