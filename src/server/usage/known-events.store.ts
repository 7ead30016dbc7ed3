import type { UsageEventId } from '../../contract/ids.ts';
import type { Transaction } from '../database/open.ts';

/** Those of the ids that are in the database. */
export async function findKnownEvents(
  transaction: Transaction,
  ids: readonly UsageEventId[],
): Promise<ReadonlySet<string>> {
  const rows = await transaction.selectFrom('usage_events').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(({ id }) => id));
}
