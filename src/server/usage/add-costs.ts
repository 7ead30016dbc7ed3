import type { Transaction } from '../database/open.ts';
import { hourKeyOf, noSums, sumHours } from './usage-sums.ts';
import { addToSums } from './write-sums.store.ts';

export interface CostedEvent {
  readonly event: Parameters<typeof hourKeyOf>[0] & { readonly is_final: 0 | 1 };
  readonly costNanoUsd: number;
}

/** Tells the sums what events cost that they counted as ones without a price. */
export async function addCosts(transaction: Transaction, costed: readonly CostedEvent[]): Promise<void> {
  const hours = costed.map(({ event, costNanoUsd }) => ({
    ...hourKeyOf(event),
    ...noSums,
    cost_nano_usd: costNanoUsd,
    unpriced_requests: -event.is_final,
  }));
  await addToSums(transaction, sumHours(hours));
}
