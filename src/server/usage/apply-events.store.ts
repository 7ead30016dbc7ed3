import { sql } from 'kysely';
import type { CredentialId, UsageEventId, VirtualKeyId } from '../../contract/ids.ts';
import { insertRows } from '../database/insert-rows.ts';
import type { Transaction } from '../database/open.ts';
import type { EventRow } from './event-rows.ts';
import { sumByHour, sumLatencies } from './usage-sums.ts';
import { addToLatencies, addToSums } from './write-sums.store.ts';

/**
 * Writes events that are not there yet, and what they add to the sums, all in one transaction: however often the same
 * events come, they count once. Gives how many were new.
 */
export async function applyEvents(transaction: Transaction, events: readonly EventRow[]): Promise<number> {
  // The first of several with one id is the one that is kept.
  const once = new Map(events.toReversed().map((event) => [event.id, event]));
  if (once.size === 0) return 0;
  const inserted = await insertRows(
    transaction,
    'usage_events',
    [...once.values()],
    sql`on conflict do nothing returning id`,
  );
  const ids = new Set(inserted.map(({ id }) => id as UsageEventId));
  const fresh = [...once.values()].filter(({ id }) => ids.has(id));
  if (fresh.length === 0) return 0;
  await addToSums(transaction, sumByHour(fresh));
  await addToLatencies(transaction, sumLatencies(fresh));
  await noteLastUse(transaction, fresh);
  return fresh.length;
}

async function noteLastUse(transaction: Transaction, events: readonly EventRow[]): Promise<void> {
  const virtualKeys = new Map<VirtualKeyId, number>();
  const credentials = new Map<CredentialId, number>();
  for (const { virtual_key_id, credential_id, time } of events) {
    virtualKeys.set(virtual_key_id, Math.max(time, virtualKeys.get(virtual_key_id) ?? 0));
    credentials.set(credential_id, Math.max(time, credentials.get(credential_id) ?? 0));
  }
  for (const [id, time] of inOrder(virtualKeys)) {
    await transaction
      .updateTable('virtual_keys')
      .set({ last_used_at: time })
      .where('id', '=', id)
      .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', time)]))
      .execute();
  }
  for (const [id, time] of inOrder(credentials)) {
    await transaction
      .updateTable('credentials')
      .set({ last_used_at: time })
      .where('id', '=', id)
      .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', time)]))
      .execute();
  }
}

/** Writers that take rows in one order cannot lock each other out. */
const inOrder = <Id extends string>(times: ReadonlyMap<Id, number>): [Id, number][] =>
  [...times].toSorted(([a], [b]) => (a < b ? -1 : 1));
