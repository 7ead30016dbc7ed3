import type { UserId, WorkspaceId } from '../contract/ids.ts';
import type { DatabaseHandle } from '../server/database/open.ts';
import type { NewRow } from '../server/database/schema.ts';
import { newId } from '../server/ids.ts';
import { applyEvents } from '../server/usage/apply-events.store.ts';
import type { EventRow } from '../server/usage/event-rows.ts';
import type { UsageScope } from '../server/usage/visible-usage.store.ts';

/** Sees everything in a workspace. */
export const overseer = (workspaceId: WorkspaceId): UsageScope => ({
  workspaceId,
  onlyMemberId: null,
  namedKeys: 'all',
});

/** Sees their own calls only. */
export const memberOnly = (workspaceId: WorkspaceId, userId: UserId): UsageScope => ({
  workspaceId,
  onlyMemberId: userId,
  namedKeys: [],
});

type EventFields = Pick<NewRow<'usage_events'>, 'workspace_id'> & Partial<NewRow<'usage_events'>>;

/** A call as the database keeps it, with what is not said filled in. */
export function makeEvent(fields: EventFields): EventRow {
  const id = newId('UsageEvent');
  return {
    id,
    request_id: `req_${id.slice(4)}`,
    attempt: 1,
    is_final: 1,
    time: Date.now(),
    dialect: 'openai-chat',
    endpoint: 'chat/completions',
    provider: 'openai',
    model: 'gpt-4o',
    upstream_model: fields.model === undefined ? 'gpt-4o' : fields.model,
    served_model: null,
    credential_id: newId('Credential'),
    virtual_key_id: newId('VirtualKey'),
    member_id: null,
    tool: null,
    is_stream: 0,
    http_status: 200,
    outcome: 'ok',
    error_code: null,
    error_detail: null,
    input_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
    cost_nano_usd: 0,
    usage_state: 'exact',
    latency_ms: 100,
    first_byte_ms: null,
    upstream_request_id: null,
    response_id: null,
    lines: '[]',
    ...fields,
  };
}

/** Records calls as the product does, with their sums. */
export async function recordEvents(database: DatabaseHandle, events: readonly EventRow[]): Promise<void> {
  await database.transaction().execute((transaction) => applyEvents(transaction, events));
}
