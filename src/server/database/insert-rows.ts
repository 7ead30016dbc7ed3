import { CompiledQuery, type RawBuilder, sql } from 'kysely';
import { engineOf } from './portable.ts';
import type { NewRow, TableName } from './schema.ts';
import type { Transaction } from './transaction.ts';

/** Rows of one statement on SQLite; a number of parameters that it always takes. */
const ROWS_AT_ONCE = 50;

/**
 * Inserts many rows with few statements that are prepared once. `ending` says what to do on a conflict. Gives what it
 * returns.
 */
export async function insertRows<Table extends TableName>(
  transaction: Transaction,
  table: Table,
  rows: readonly NewRow<Table>[],
  ending: RawBuilder<unknown>,
): Promise<Record<string, unknown>[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const names = Object.keys(first);
  if (engineOf(transaction) === 'postgres') return insertAsJson(transaction, { table, rows, names, ending });
  const returned: Record<string, unknown>[] = [];
  const tail = ending.compile(transaction).sql;
  const columns = names.map((name) => `"${name}"`).join(', ');
  const one = `(${names.map(() => '?').join(', ')})`;
  for (let start = 0; start < rows.length; ) {
    const count = rows.length - start >= ROWS_AT_ONCE ? ROWS_AT_ONCE : 1;
    const values = Array.from({ length: count }, () => one).join(', ');
    const parameters = rows.slice(start, start + count).flatMap((row) => names.map((name) => Reflect.get(row, name)));
    const text = `insert into "${table}" (${columns}) values ${values} ${tail}`;
    const result = await transaction.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, parameters));
    returned.push(...result.rows);
    start += count;
  }
  return returned;
}

/** All rows as one parameter: PostgreSQL takes it apart faster than it binds so many. */
async function insertAsJson(
  transaction: Transaction,
  input: { table: TableName; rows: readonly object[]; names: readonly string[]; ending: RawBuilder<unknown> },
): Promise<Record<string, unknown>[]> {
  const columns = sql.join(input.names.map((name) => sql.ref(name)));
  const table = sql.table(input.table);
  const result = await sql<Record<string, unknown>>`insert into ${table} (${columns}) select ${columns}
    from json_populate_recordset(null::${table}, ${JSON.stringify(input.rows)}::json) ${input.ending}`.execute(
    transaction,
  );
  return result.rows;
}
