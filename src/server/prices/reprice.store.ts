import { type SqlBool, sql } from 'kysely';
import type { UsageEventId, WorkspaceId } from '../../contract/ids.ts';
import type { Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

const MS_PER_HOUR = 3_600_000;

export type UnpricedEvent = Pick<
  Row<'usage_events'>,
  | 'id'
  | 'time'
  | 'provider'
  | 'model'
  | 'upstream_model'
  | 'credential_id'
  | 'virtual_key_id'
  | 'member_id'
  | 'tool'
  | 'is_final'
  | 'lines'
>;

/** Events of the model that have no cost, oldest first, from after the given one. */
export async function selectUnpriced(
  transaction: Transaction,
  input: {
    workspaceId: WorkspaceId;
    provider: string;
    model: string;
    after: { readonly time: number; readonly id: UsageEventId } | null;
    limit: number;
  },
): Promise<UnpricedEvent[]> {
  const { after } = input;
  const unpriced = transaction
    .selectFrom('usage_events')
    .select(['id', 'time', 'provider', 'model', 'upstream_model', 'credential_id'])
    .select(['virtual_key_id', 'member_id', 'tool', 'is_final', 'lines'])
    .where('workspace_id', '=', input.workspaceId)
    .where('provider', '=', input.provider)
    .where('cost_nano_usd', 'is', null)
    .where((is) => is.or([is('upstream_model', '=', input.model), is('model', '=', input.model)]))
    .orderBy('time')
    .orderBy('id')
    .limit(input.limit);
  if (after === null) return unpriced.execute();
  return unpriced.where(sql<SqlBool>`(time, id) > (${after.time}, ${after.id})`).execute();
}

/** Gives whether the event was still unpriced. */
export async function writeCost(
  transaction: Transaction,
  event: { id: UsageEventId; costNanoUsd: number; lines: string },
): Promise<boolean> {
  const result = await transaction
    .updateTable('usage_events')
    .set({ cost_nano_usd: event.costNanoUsd, lines: event.lines })
    .where('id', '=', event.id)
    .where('cost_nano_usd', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Adds what an event costs to the sums of its hour, where it was counted as one without a price. */
export async function addToHour(
  transaction: Transaction,
  { workspaceId, event, costNanoUsd }: { workspaceId: WorkspaceId; event: UnpricedEvent; costNanoUsd: number },
): Promise<void> {
  await transaction
    .updateTable('usage_hours')
    .set(({ eb }) => ({
      cost_nano_usd: eb('cost_nano_usd', '+', costNanoUsd),
      unpriced_requests: eb('unpriced_requests', '-', event.is_final),
    }))
    .where('workspace_id', '=', workspaceId)
    .where('hour_at', '=', event.time - (event.time % MS_PER_HOUR))
    .where('provider', '=', event.provider)
    .where('model', '=', event.model ?? '')
    .where('credential_id', '=', event.credential_id)
    .where('virtual_key_id', '=', event.virtual_key_id)
    .where('member_id', '=', event.member_id ?? '')
    .where('tool', '=', event.tool ?? '')
    .execute();
}
