import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { Schema } from './schema.ts';

export type Transaction = KyselyTransaction<Schema>;

const current = new AsyncLocalStorage<{ isOpen: boolean }>();

/**
 * Runs `work` in one transaction: all of it is kept, or, when it throws, none. Inside it every query goes through the
 * given handle; a query on the outer handle throws (see assertOutsideTransaction).
 */
export async function runTransaction<Result>(
  kysely: Kysely<Schema>,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  assertOutsideTransaction();
  return kysely.transaction().execute(async (transaction) => {
    const state = { isOpen: true };
    try {
      return await current.run(state, () => work(transaction));
    } finally {
      state.isOpen = false;
    }
  });
}

/**
 * Throws inside an open transaction. Called for every query on the outer handle: on SQLite it would wait for the
 * transaction that waits for it, on PostgreSQL it would silently see and do something else.
 */
export function assertOutsideTransaction(): void {
  if (current.getStore()?.isOpen) {
    throw new Error('A query inside a transaction must use the transaction handle, not the database handle.');
  }
}

/** Runs `work` as if no transaction were open around it, for background work that outlives the caller. */
export function outsideTransaction<Result>(work: () => Result): Result {
  return current.exit(work);
}
