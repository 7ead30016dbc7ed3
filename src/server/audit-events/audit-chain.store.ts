import { sql } from 'kysely';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { CHAIN_START } from './audit-chain.ts';

/**
 * Takes the next number of a chain and gives the hash to stand on. Nobody else takes one until the transaction ends: a
 * chain has one end.
 */
export async function takeChainNumber(
  transaction: Transaction,
  chain: string,
): Promise<{ number: number; previousHash: string }> {
  await transaction
    .insertInto('audit_chains')
    .values({ chain, last_number: 0, last_hash: CHAIN_START })
    .onConflict((conflict) => conflict.column('chain').doNothing())
    .execute();
  const row = await transaction
    .updateTable('audit_chains')
    .set({ last_number: sql`last_number + 1` })
    .where('chain', '=', chain)
    .returning(['last_number', 'last_hash'])
    .executeTakeFirstOrThrow();
  return { number: row.last_number, previousHash: row.last_hash };
}

export async function setChainHead(transaction: Transaction, chain: string, hash: string): Promise<void> {
  await transaction.updateTable('audit_chains').set({ last_hash: hash }).where('chain', '=', chain).execute();
}

export async function findChainHead(database: DatabaseHandle, chain: string): Promise<Row<'audit_chains'> | undefined> {
  return database.selectFrom('audit_chains').selectAll().where('chain', '=', chain).executeTakeFirst();
}

/** The chains that have any event, in the order of their names; the instance's (empty) comes first. */
export async function listChains(database: DatabaseHandle): Promise<string[]> {
  const rows = await database.selectFrom('audit_chains').select('chain').orderBy('chain').execute();
  return rows.map(({ chain }) => chain);
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

/** Events in the order of insertion, numbered or not, after `afterSeq`. */
export async function listChainEvents(
  database: DatabaseHandle,
  query: { chain: string; afterSeq: number; limit: number },
): Promise<Row<'audit_events'>[]> {
  let select = database.selectFrom('audit_events').selectAll().where('seq', '>', query.afterSeq);
  select =
    query.chain === ''
      ? select.where('workspace_id', 'is', null)
      : select.where(sql<boolean>`workspace_id = ${query.chain}`);
  return select.orderBy('seq').limit(query.limit).execute();
}
