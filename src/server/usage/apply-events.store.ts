import { sql } from 'kysely';
import type { CredentialId, UsageEventId, VirtualKeyId } from '../../contract/ids.ts';
import { insertRows } from '../database/insert-rows.ts';
import type { Transaction } from '../database/open.ts';
import type { EventRow } from './event-rows.ts';
import { sumByHour, sumLatencies } from './usage-sums.ts';

const hourKey = [
  'workspace_id',
  'hour_at',
  'provider',
  'model',
  'credential_id',
  'virtual_key_id',
  'member_id',
  'tool',
] as const;
const hourSums = [
  'requests',
  'attempts',
  'errors',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_nano_usd',
  'unpriced_requests',
  'estimated_requests',
  'missing_requests',
  'latency_ms_sum',
  'latency_count',
  'first_byte_ms_sum',
  'first_byte_count',
] as const;

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
  const add = (table: string, names: readonly string[]) =>
    sql.join(
      names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`),
    );
  const key = sql.join(hourKey.map((name) => sql.ref(name)));
  await insertRows(
    transaction,
    'usage_hours',
    sumByHour(fresh),
    sql`on conflict (${key}) do update set ${add('usage_hours', hourSums)}`,
  );
  await insertRows(
    transaction,
    'usage_latencies',
    sumLatencies(fresh),
    sql`on conflict (workspace_id, hour_at, provider, model, measure, bucket)
      do update set ${add('usage_latencies', ['calls'])}`,
  );
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
  for (const [id, time] of virtualKeys) {
    await transaction
      .updateTable('virtual_keys')
      .set({ last_used_at: time })
      .where('id', '=', id)
      .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', time)]))
      .execute();
  }
  for (const [id, time] of credentials) {
    await transaction
      .updateTable('credentials')
      .set({ last_used_at: time })
      .where('id', '=', id)
      .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', time)]))
      .execute();
  }
}
