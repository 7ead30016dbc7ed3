import { sql } from 'kysely';
import { insertRows } from '../database/insert-rows.ts';
import type { Transaction } from '../database/open.ts';
import type { NewRow } from '../database/schema.ts';
import { type HourRow, sumByDimension, sumNames } from './usage-sums.ts';

/** Adds to the sums of hours, and to those by one dimension. Whoever adds to them, adds to both, in this order. */
export async function addToSums(transaction: Transaction, hours: readonly HourRow[]): Promise<void> {
  await insertRows(
    transaction,
    'usage_hours',
    hours,
    sql`on conflict (workspace_id, hour_at, provider, model, credential_id, virtual_key_id, member_id, tool)
      do update set ${adding('usage_hours', sumNames)}`,
  );
  await insertRows(
    transaction,
    'usage_sums',
    sumByDimension(hours),
    sql`on conflict (workspace_id, dimension, period, starts_at, value)
      do update set ${adding('usage_sums', sumNames)}`,
  );
}

export async function addToLatencies(
  transaction: Transaction,
  rows: readonly NewRow<'usage_latencies'>[],
): Promise<void> {
  await insertRows(
    transaction,
    'usage_latencies',
    rows,
    sql`on conflict (workspace_id, period, starts_at, provider, model, measure, bucket)
      do update set ${adding('usage_latencies', ['calls'])}`,
  );
}

const adding = (table: string, names: readonly string[]) =>
  sql.join(
    names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`),
  );
