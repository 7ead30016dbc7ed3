import { sql } from 'kysely';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

/** Puts the head of a new chain there; gives false where there is one. */
export async function insertChainHead(transaction: Transaction, row: Row<'audit_chains'>): Promise<boolean> {
  const result = await transaction
    .insertInto('audit_chains')
    .values(row)
    .onConflict((conflict) => conflict.column('chain').doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

/** The head of a chain, which nobody else moves until the transaction ends: a chain has one end. */
export async function lockChainHead(transaction: Transaction, chain: string): Promise<Row<'audit_chains'> | undefined> {
  return transaction
    .updateTable('audit_chains')
    .set({ last_number: sql`last_number` })
    .where('chain', '=', chain)
    .returningAll()
    .executeTakeFirst();
}

export async function moveChainHead(transaction: Transaction, head: Row<'audit_chains'>): Promise<void> {
  const { chain, ...change } = head;
  await transaction.updateTable('audit_chains').set(change).where('chain', '=', chain).execute();
}

/** Events of a chain without a number: of before the chain began, or of somebody else. */
export async function countUnchained(database: DatabaseHandle, chain: string): Promise<number> {
  const row = await eventsOf(database, chain)
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('chain_number', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The newest event of the instance that noted the head of a chain. */
export async function findNotedHead(
  database: DatabaseHandle,
  which: { action: string; chain: string },
): Promise<Row<'audit_events'> | undefined> {
  return database
    .selectFrom('audit_events')
    .selectAll()
    .where('workspace_id', 'is', null)
    .where('target_id', '=', which.chain)
    .where('action', '=', which.action)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function findChainHead(database: DatabaseHandle, chain: string): Promise<Row<'audit_chains'> | undefined> {
  return database.selectFrom('audit_chains').selectAll().where('chain', '=', chain).executeTakeFirst();
}

/** Every chain that there is or should be, the instance's (empty) first. */
export async function listChains(database: DatabaseHandle): Promise<string[]> {
  const rows = await sql<{ chain: string }>`
    select chain from audit_chains
    union select chain from audit_checkpoints
    union select id as chain from workspaces
    union select distinct coalesce(workspace_id, '') as chain from audit_events
    order by chain`.execute(database);
  return rows.rows.map(({ chain }) => chain);
}

/** Whether the chain is that of a team workspace. */
export async function isTeam(database: DatabaseHandle, chain: string): Promise<boolean> {
  const row = await database
    .selectFrom('workspaces')
    .select('kind')
    .where(sql<boolean>`id = ${chain}`)
    .executeTakeFirst();
  return row?.kind === 'team';
}

export async function findLastCheckpoint(
  database: DatabaseHandle,
  chain: string,
): Promise<Row<'audit_checkpoints'> | undefined> {
  return database
    .selectFrom('audit_checkpoints')
    .selectAll()
    .where('chain', '=', chain)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Events in the order of insertion, numbered or not, after `afterSeq`, or from the first. */
export async function listChainEvents(
  database: DatabaseHandle,
  query: { chain: string; afterSeq: number | undefined; limit: number },
): Promise<Row<'audit_events'>[]> {
  const { chain, afterSeq, limit } = query;
  return eventsOf(database, chain)
    .$if(afterSeq !== undefined, (select) => select.where('seq', '>', afterSeq ?? 0))
    .orderBy('seq')
    .limit(limit)
    .execute();
}

function eventsOf(database: DatabaseHandle, chain: string) {
  const select = database.selectFrom('audit_events').selectAll();
  return chain === '' ? select.where('workspace_id', 'is', null) : select.where(sql<boolean>`workspace_id = ${chain}`);
}
