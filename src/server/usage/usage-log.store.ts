import type { UsageEventId } from '../../contract/ids.ts';
import type { Outcome } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { UsageFilter } from './usage-filter.ts';

export interface LogFilter extends UsageFilter {
  readonly dialect?: string | undefined;
  readonly outcome?: Outcome | 'failed' | undefined;
  readonly usageState?: 'exact' | 'estimated' | 'missing' | undefined;
  readonly priceState?: 'priced' | 'unpriced' | undefined;
  readonly requestId?: string | undefined;
  readonly id?: UsageEventId | undefined;
}

export interface LogPage {
  readonly filter: LogFilter;
  readonly after: { readonly time: number; readonly id: UsageEventId } | null;
  readonly limit: number;
}

/** Newest first, starting after the given row. */
export async function readLog(database: DatabaseHandle, { filter, after, limit }: LogPage) {
  let select = database
    .selectFrom('usage_events')
    .leftJoin('credentials', 'credentials.id', 'usage_events.credential_id')
    .leftJoin('virtual_keys', 'virtual_keys.id', 'usage_events.virtual_key_id')
    .leftJoin('users', 'users.id', 'usage_events.member_id')
    .selectAll('usage_events')
    .select(['credentials.name as key_name', 'virtual_keys.name as virtual_key_name'])
    .select('users.email_display as member_label')
    .where('usage_events.workspace_id', '=', filter.workspaceId)
    .where('usage_events.time', '>=', filter.fromMs)
    .where('usage_events.time', '<', filter.toMs);
  if (filter.id !== undefined) select = select.where('usage_events.id', '=', filter.id);
  if (filter.provider !== undefined) select = select.where('usage_events.provider', '=', filter.provider);
  if (filter.model !== undefined) select = select.where('usage_events.model', '=', filter.model);
  if (filter.keyId !== undefined) select = select.where('usage_events.credential_id', '=', filter.keyId);
  if (filter.virtualKeyId !== undefined) select = select.where('usage_events.virtual_key_id', '=', filter.virtualKeyId);
  if (filter.memberId !== undefined) select = select.where('usage_events.member_id', '=', filter.memberId);
  if (filter.tool !== undefined) select = select.where('usage_events.tool', '=', filter.tool);
  if (filter.dialect !== undefined) select = select.where('usage_events.dialect', '=', filter.dialect);
  if (filter.requestId !== undefined) select = select.where('usage_events.request_id', '=', filter.requestId);
  if (filter.usageState !== undefined) select = select.where('usage_events.usage_state', '=', filter.usageState);
  if (filter.priceState !== undefined) {
    select = select.where('usage_events.cost_nano_usd', filter.priceState === 'priced' ? 'is not' : 'is', null);
  }
  const { outcome } = filter;
  if (outcome === 'failed') select = select.where('usage_events.outcome', '!=', 'ok');
  else if (outcome !== undefined) select = select.where('usage_events.outcome', '=', outcome);
  if (after !== null) {
    select = select.where((where) =>
      where.or([
        where('usage_events.time', '<', after.time),
        where.and([where('usage_events.time', '=', after.time), where('usage_events.id', '<', after.id)]),
      ]),
    );
  }
  return select.orderBy('usage_events.time', 'desc').orderBy('usage_events.id', 'desc').limit(limit).execute();
}

export type LogRow = Awaited<ReturnType<typeof readLog>>[number];
