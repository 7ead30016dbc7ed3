import type { BillingLine, TokenBuckets } from '../../providers/usage/usage-reading.ts';
import { noTokens } from '../../providers/usage/usage-reading.ts';
import type { NewRow } from '../database/schema.ts';
import { costOf } from '../prices/cost.ts';
import type { OpenRecord, SettleRecord } from './usage-event.ts';

export type EventRow = NewRow<'usage_events'>;

/** A call as the database keeps it. Its texts come from clients and providers: one that PostgreSQL refuses loses no call. */
export function toEventRow(open: OpenRecord, settle: SettleRecord): EventRow {
  const tokens = settle.lines.reduce((sum, line) => addTokens(sum, line.tokens), noTokens);
  const lines = settle.lines.map((line, index) => ({ ...line, unitPrices: settle.unitPrices[index] ?? null }));
  return {
    id: open.id,
    workspace_id: open.workspaceId,
    request_id: open.requestId,
    attempt: open.attempt,
    is_final: settle.isFinal ? 1 : 0,
    time: open.timeMs,
    dialect: open.dialect,
    endpoint: open.endpoint,
    provider: open.provider,
    model: storable(open.model),
    upstream_model: storable(open.upstreamModel),
    served_model: storable(settle.servedModel),
    credential_id: open.credentialId,
    virtual_key_id: open.virtualKeyId,
    member_id: open.memberId,
    tool: storable(open.tool),
    is_stream: open.isStream ? 1 : 0,
    http_status: settle.httpStatus,
    outcome: settle.outcome,
    error_code: settle.errorCode,
    error_detail: storable(settle.errorDetail),
    input_tokens:
      tokens.inputUncached +
      tokens.cacheRead +
      tokens.cacheWrite5m +
      tokens.cacheWrite1h +
      tokens.audioInput +
      tokens.audioCacheRead +
      tokens.imageInput,
    cache_read_tokens: tokens.cacheRead + tokens.audioCacheRead,
    cache_write_tokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
    output_tokens: tokens.output + tokens.reasoning + tokens.audioOutput + tokens.imageOutput,
    reasoning_tokens: tokens.reasoning,
    cost_nano_usd: settle.costNanoUsd,
    usage_state: settle.usageState,
    latency_ms: settle.latencyMs,
    first_byte_ms: settle.firstByteMs,
    upstream_request_id: storable(settle.upstreamRequestId),
    response_id: storable(settle.responseId),
    lines: JSON.stringify(lines),
  };
}

/** PostgreSQL's text holds neither half of a surrogate pair nor NUL. */
function storable(text: string | null): string | null {
  return text === null ? null : text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function addTokens(sum: TokenBuckets, tokens: TokenBuckets): TokenBuckets {
  return {
    inputUncached: sum.inputUncached + tokens.inputUncached,
    cacheRead: sum.cacheRead + tokens.cacheRead,
    cacheWrite5m: sum.cacheWrite5m + tokens.cacheWrite5m,
    cacheWrite1h: sum.cacheWrite1h + tokens.cacheWrite1h,
    audioInput: sum.audioInput + tokens.audioInput,
    audioCacheRead: sum.audioCacheRead + tokens.audioCacheRead,
    imageInput: sum.imageInput + tokens.imageInput,
    output: sum.output + tokens.output,
    reasoning: sum.reasoning + tokens.reasoning,
    audioOutput: sum.audioOutput + tokens.audioOutput,
    imageOutput: sum.imageOutput + tokens.imageOutput,
  };
}

/** The end of a call whose process died under it: what was known then, else what was estimated when it began. */
export function interruptedSettle(open: OpenRecord): SettleRecord {
  if (open.ended !== undefined) return open.ended;
  return {
    type: 'settle',
    id: open.id,
    outcome: 'interrupted',
    isFinal: true,
    httpStatus: null,
    errorCode: 'interrupted',
    errorDetail: null,
    servedModel: null,
    ...estimateOf(open),
    latencyMs: 0,
    firstByteMs: null,
    upstreamRequestId: null,
    responseId: null,
  };
}

function estimateOf({
  metering = 'usage',
  upstreamModel,
  estimatedInputTokens,
  unitPrices,
}: OpenRecord): Pick<SettleRecord, 'lines' | 'usageState' | 'costNanoUsd' | 'unitPrices'> {
  if (metering === 'free') return { lines: [], usageState: 'exact', costNanoUsd: 0, unitPrices: [] };
  if (metering !== 'usage') return { lines: [], usageState: 'missing', costNanoUsd: null, unitPrices: [] };
  const tokens = { ...noTokens, inputUncached: estimatedInputTokens };
  const line: BillingLine = { model: upstreamModel, tokens };
  const costNanoUsd = costOf([{ tokens, unitPrices }]);
  return { lines: [line], usageState: 'estimated', costNanoUsd, unitPrices: [unitPrices] };
}
