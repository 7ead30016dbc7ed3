import { z } from 'zod';
import type { Handler, WorkspaceContext } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { nanoToUsd } from '../prices/nano-usd.ts';
import { toUsd } from './usage-figures.ts';
import { type AskedFilter, usageFilter } from './usage-filter.ts';
import type { LogFilter, LogPage, LogRow } from './usage-log.store.ts';

const FAR_FUTURE_MS = 253_402_300_799_000;

/** What is stored of a call's lines. */
const Lines = z.array(
  z.object({
    model: z.string().nullable(),
    tokens: z.record(z.string(), z.number()),
    unitPrices: z.record(z.string(), z.union([z.number(), z.string()]).nullable()).nullable(),
  }),
);

type AskedLog = AskedFilter & Pick<LogFilter, 'dialect' | 'outcome' | 'usageState' | 'priceState' | 'requestId'>;

/** The filter of the log, narrowed to what the caller may see; null where that is nothing. */
export function logFilter(context: WorkspaceContext, asked: AskedLog): LogFilter | null {
  // A request is found whenever it was.
  const span = asked.requestId !== undefined && asked.from === undefined ? { from: new Date(0).toISOString() } : {};
  const filter = usageFilter(context, { ...asked, ...span });
  const { dialect, outcome, usageState, priceState, requestId } = asked;
  return filter === null ? null : { ...filter, dialect, outcome, usageState, priceState, requestId };
}

/** A call as the contract tells it. */
export function toUsageEvent(row: LogRow) {
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
    keyName: row.key_name,
    virtualKeyId: row.virtual_key_id,
    virtualKeyName: row.virtual_key_name,
    memberId: row.member_id,
    memberLabel: row.member_label,
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
    costUsd: row.cost_nano_usd === null ? null : toUsd(BigInt(row.cost_nano_usd)),
    usageState: row.usage_state,
    priceState: row.cost_nano_usd === null ? ('unpriced' as const) : ('priced' as const),
    latencyMs: row.latency_ms,
    firstByteMs: row.first_byte_ms,
    upstreamRequestId: row.upstream_request_id,
    lines: Lines.parse(JSON.parse(row.lines)).map(({ model, tokens, unitPrices }) => ({
      model,
      tokens,
      usdPerMillion: unitPrices === null ? null : pricesOf(unitPrices),
    })),
  };
}

function pricesOf(unitPrices: Readonly<Record<string, number | string | null>>): Record<string, number | null> {
  const prices: Record<string, number | null> = {};
  for (const [bucket, price] of Object.entries(unitPrices)) {
    if (typeof price !== 'string' && bucket !== 'perRequest') prices[bucket] = price === null ? null : nanoToUsd(price);
  }
  return prices;
}

export const listUsageEvents: Handler<'GET /api/usage/events'> = async (context, { query }) => {
  const { limit, cursor } = query;
  const filter = logFilter(context, query);
  if (filter === null) return { items: [], nextCursor: null };
  const after = cursor === undefined ? null : readCursor(cursor);
  const rows = await context.services.usage.ask('log', { filter, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toUsageEvent),
    nextCursor: rows.length > limit && last !== undefined ? makeCursor(last) : null,
  };
};

export const readUsageEvent: Handler<'GET /api/usage/events/{id}'> = async (context, { params }) => {
  const from = new Date(0).toISOString();
  const filter = usageFilter(context, { from, to: new Date(FAR_FUTURE_MS).toISOString() });
  if (filter === null) throw new AppError('not_found');
  const page: LogPage = { filter: { ...filter, id: params.id }, after: null, limit: 1 };
  const [row] = await context.services.usage.ask('log', page);
  if (row === undefined) throw new AppError('not_found');
  return toUsageEvent(row);
};

const makeCursor = ({ time, id }: Pick<LogRow, 'time' | 'id'>): string =>
  Buffer.from(`${time} ${id}`).toString('base64url');

function readCursor(cursor: string): LogPage['after'] {
  const match = /^(\d{1,15}) (use_[0-9a-z]{26})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new AppError('invalid_input', { message: "'cursor' is not one that this list gave." });
  }
  return { time: Number(match[1]), id: brand<'UsageEvent'>(match[2]) };
}
