import { sql } from 'kysely';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { NewRow, Row, RowChange } from '../database/schema.ts';

export type AuditSettingsRow = Row<'audit_settings'>;

export async function findAuditSettings(
  database: DatabaseHandle,
  chain: string,
): Promise<AuditSettingsRow | undefined> {
  return database.selectFrom('audit_settings').selectAll().where('chain', '=', chain).executeTakeFirst();
}

export async function insertAuditSettings(transaction: Transaction, row: NewRow<'audit_settings'>): Promise<void> {
  await transaction
    .insertInto('audit_settings')
    .values(row)
    .onConflict((conflict) => conflict.column('chain').doNothing())
    .execute();
}

/** Gives false, and writes nothing, when the stream was changed since it was at that version. */
export async function updateAuditSettings(
  database: DatabaseHandle,
  which: { chain: string; streamVersion: number },
  change: RowChange<'audit_settings'>,
): Promise<boolean> {
  const result = await database
    .updateTable('audit_settings')
    .set(change)
    .where('chain', '=', which.chain)
    .where('stream_version', '=', which.streamVersion)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Streams with events that have not arrived and whose time to try has come. */
export async function listDueStreams(
  database: DatabaseHandle,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<AuditSettingsRow[]> {
  return database
    .selectFrom('audit_settings')
    .innerJoin('audit_chains', 'audit_chains.chain', 'audit_settings.chain')
    .selectAll('audit_settings')
    .where('stream_envelope', 'is not', null)
    .whereRef('audit_chains.last_number', '>', 'audit_settings.stream_sent_number')
    .where((where) => where.or([where('stream_due_at', 'is', null), where('stream_due_at', '<=', nowMs)]))
    .orderBy('audit_settings.chain')
    .limit(limit)
    .execute();
}

/** Takes a stream for one try; gives false when another process has it. */
export async function claimStream(
  database: DatabaseHandle,
  row: Pick<AuditSettingsRow, 'chain' | 'stream_due_at' | 'stream_sent_number'>,
  untilMs: number,
): Promise<boolean> {
  const result = await database
    .updateTable('audit_settings')
    .set({ stream_due_at: untilMs, stream_attempts: sql`stream_attempts + 1` })
    .where('chain', '=', row.chain)
    .where('stream_sent_number', '=', row.stream_sent_number)
    .where('stream_due_at', row.stream_due_at === null ? 'is' : '=', row.stream_due_at)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** The events of a chain after a number, in its order. */
export async function listNumberedEvents(
  database: DatabaseHandle,
  query: { chain: string; afterNumber: number; limit: number },
): Promise<Row<'audit_events'>[]> {
  return ofChain(database, query.chain)
    .where('chain_number', '>', query.afterNumber)
    .orderBy('chain_number')
    .limit(query.limit)
    .execute();
}

/** Chains whose events do not stay for ever. */
export async function listKeptFor(database: DatabaseHandle): Promise<AuditSettingsRow[]> {
  return database.selectFrom('audit_settings').selectAll().where('keep_days', 'is not', null).execute();
}

/** The newest event of a chain with one of these actions whose details name `detail`. */
export async function findNewestWith(
  database: DatabaseHandle,
  query: { chain: string; actions: readonly string[]; detail: string },
): Promise<Row<'audit_events'> | undefined> {
  return ofChain(database, query.chain)
    .where('action', 'in', query.actions)
    .where('details', 'like', `%"${query.detail}":%`)
    .where('chain_number', 'is not', null)
    .orderBy('chain_number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The newest event of a chain from before a time, or undefined. */
export async function findNewestBefore(
  database: DatabaseHandle,
  query: { chain: string; beforeMs: number; numberMax: number },
): Promise<Row<'audit_events'> | undefined> {
  return ofChain(database, query.chain)
    .where('created_at', '<', query.beforeMs)
    .where('chain_number', '<=', query.numberMax)
    .orderBy('chain_number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function insertCheckpoint(transaction: Transaction, row: NewRow<'audit_checkpoints'>): Promise<void> {
  await transaction.insertInto('audit_checkpoints').values(row).execute();
}

/** Deletes what a checkpoint covers; the database refuses anything else. Gives how many went. */
export async function deleteCovered(transaction: Transaction, chain: string, number: number): Promise<number> {
  let remove = transaction
    .deleteFrom('audit_events')
    .where((where) => where.or([where('chain_number', '<=', number), where('chain_number', 'is', null)]));
  remove =
    chain === '' ? remove.where('workspace_id', 'is', null) : remove.where(sql<boolean>`workspace_id = ${chain}`);
  const result = await remove.executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function countCovered(transaction: Transaction, chain: string, number: number): Promise<number> {
  const row = await ofChain(transaction, chain)
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where((where) => where.or([where('chain_number', '<=', number), where('chain_number', 'is', null)]))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function ofChain(database: DatabaseHandle, chain: string) {
  const select = database.selectFrom('audit_events').selectAll();
  return chain === '' ? select.where('workspace_id', 'is', null) : select.where(sql<boolean>`workspace_id = ${chain}`);
}
