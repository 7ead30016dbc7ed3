import type { Handler } from '../context.ts';
import type { Services } from '../services.ts';
import type { LogFilter, LogPage, LogRow } from './usage-log.store.ts';
import { logFilter, toUsageEvent } from './usage-log.ts';

const PAGE_ROWS = 1000;
const ROWS_MAX = 1_000_000;

const columns = [
  'time',
  'requestId',
  'attempt',
  'isFinal',
  'dialect',
  'endpoint',
  'provider',
  'model',
  'upstreamModel',
  'servedModel',
  'keyId',
  'keyName',
  'virtualKeyId',
  'virtualKeyName',
  'memberId',
  'memberLabel',
  'tool',
  'stream',
  'httpStatus',
  'outcome',
  'errorCode',
  'inputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'costUsd',
  'usageState',
  'priceState',
  'latencyMs',
  'firstByteMs',
  'upstreamRequestId',
] as const satisfies (keyof ReturnType<typeof toUsageEvent>)[];

export const exportUsage: Handler<'GET /api/usage/export'> = async (context, { query }) => {
  const filter = logFilter(context, query);
  return csvOf(context.services, filter);
};

/** RFC 4180, UTF-8 without a mark, page by page. */
async function* csvOf(services: Services, filter: LogFilter | null): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  let after: LogPage['after'] = null;
  for (let sent = 0; filter !== null && sent < ROWS_MAX; sent += PAGE_ROWS) {
    const rows: LogRow[] = await services.usage.ask('log', { filter, after, limit: PAGE_ROWS });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows
      .map(toUsageEvent)
      .map((event) => `${columns.map((column) => cell(event[column])).join(',')}\r\n`)
      .join('');
    if (rows.length < PAGE_ROWS) return;
    after = { time: last.time, id: last.id };
  }
}

/** A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection). */
function cell(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
