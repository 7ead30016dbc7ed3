import { type SqlBool, sql } from 'kysely';
import type { UsageEventId, WorkspaceId } from '../../contract/ids.ts';
import type { Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

export type UnpricedEvent = Pick<
  Row<'usage_events'>,
  | 'id'
  | 'workspace_id'
  | 'time'
  | 'provider'
  | 'model'
  | 'upstream_model'
  | 'credential_id'
  | 'virtual_key_id'
  | 'member_id'
  | 'tool'
  | 'error_code'
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
    .select(['id', 'workspace_id', 'time', 'provider', 'model', 'upstream_model', 'credential_id'])
    .select(['virtual_key_id', 'member_id', 'tool', 'error_code', 'is_final', 'lines'])
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
