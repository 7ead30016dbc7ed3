import { z } from 'zod';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { nanoToUsd } from '../prices/nano-usd.ts';
import type { EventRow } from './usage-events.store.ts';
import { usdText } from './usage-figures.ts';
import { callerNames, keyNames, virtualKeyNames } from './usage-labels.store.ts';
import type { UsageScope } from './visible-usage.store.ts';

export type EventView = OperationResult<Operations['GET /api/usage/events/{id}']>;

const Lines = z.array(
  z.object({
    model: z.string().nullable(),
    tokens: z.record(z.string(), z.number()),
    // Beside the prices by bucket there are the price per request and where the prices come from.
    unitPrices: z.looseObject({ perRequest: z.unknown(), source: z.unknown() }).nullable(),
  }),
);

/** Events as the contract shows them, with the names that things have today. */
export async function viewEvents(
  database: DatabaseHandle,
  scope: UsageScope,
  rows: readonly EventRow[],
): Promise<EventView[]> {
  const keys = await keyNames(database, scope, unique(rows.map((row) => row.credential_id)));
  const virtualKeys = await virtualKeyNames(database, scope, unique(rows.map((row) => row.virtual_key_id)));
  const memberIds = rows.flatMap(({ member_id }) => (member_id === null ? [] : [member_id]));
  const members = await callerNames(database, unique(memberIds));
  return rows.map((row) => ({
    ...toEvent(row),
    keyName: keys.get(row.credential_id) ?? null,
    virtualKeyName: virtualKeys.get(row.virtual_key_id) ?? null,
    memberLabel: row.member_id === null ? null : (members.get(row.member_id) ?? null),
  }));
}

const unique = <Id extends string>(ids: readonly Id[]): Id[] => [...new Set(ids)];

function toEvent(row: EventRow): Omit<EventView, 'keyName' | 'virtualKeyName' | 'memberLabel'> {
  return {
    id: row.id,
    requestId: row.request_id,
    attempt: row.attempt,
    isFinal: row.is_final === 1,
    time: new Date(row.time).toISOString(),
    dialect: row.dialect,
    endpoint: row.endpoint,
    provider: row.provider,
    model: row.model,
    upstreamModel: row.upstream_model,
    servedModel: row.served_model,
    keyId: row.credential_id,
    virtualKeyId: row.virtual_key_id,
    memberId: row.member_id,
    tool: row.tool,
    stream: row.is_stream === 1,
    httpStatus: row.http_status,
    outcome: row.outcome,
    errorCode: row.error_code,
    errorDetail: row.error_detail,
    inputTokens: row.input_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    outputTokens: row.output_tokens,
    reasoningTokens: row.reasoning_tokens,
    costUsd: row.cost_nano_usd === null ? null : usdText(BigInt(row.cost_nano_usd)),
    usageState: row.usage_state,
    priceState: row.cost_nano_usd === null ? 'unpriced' : 'priced',
    latencyMs: row.latency_ms,
    firstByteMs: row.first_byte_ms,
    upstreamRequestId: row.upstream_request_id,
    lines: toLines(row.lines),
  };
}

function toLines(text: string): EventView['lines'] {
  return Lines.parse(JSON.parse(text)).map(({ model, tokens, unitPrices }) => ({
    model,
    tokens,
    usdPerMillion: unitPrices === null ? null : toUsdPerMillion(unitPrices),
  }));
}

function toUsdPerMillion({ perRequest: _perRequest, source: _source, ...prices }: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(prices).map(([bucket, price]) => [bucket, typeof price === 'number' ? nanoToUsd(price) : null]),
  );
}
