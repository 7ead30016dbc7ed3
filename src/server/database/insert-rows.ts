import { type RawBuilder, sql } from 'kysely';
import { engineOf } from './portable.ts';
import type { NewRow, TableName } from './schema.ts';
import type { Transaction } from './transaction.ts';

/**
 * Inserts many rows as one parameter of JSON: however many there are, the statement is the same and is prepared once.
 * `ending` says what to do on a conflict. Gives what it returns.
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
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const json = JSON.stringify(rows);
  // `where true` keeps SQLite from reading `on conflict` as a join condition.
  const query =
    engineOf(transaction) === 'sqlite'
      ? sql`insert into ${sql.table(table)} (${columns}) select ${sql.join(
          names.map((name) => sql`value ->> ${sql.lit(name)}`),
        )} from json_each(${json}) where true ${ending}`
      : sql`insert into ${sql.table(table)} (${columns}) select ${columns}
          from json_populate_recordset(null::${sql.table(table)}, ${json}::json) where true ${ending}`;
  const result = await query.execute(transaction);
  return result.rows as Record<string, unknown>[];
}
