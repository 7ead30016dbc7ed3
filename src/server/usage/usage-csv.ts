import type { EventView } from './event-view.ts';

/** The columns of an export, named as the fields of the contract. */
const csvColumns = [
  'time',
  'id',
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
  'errorDetail',
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
] as const satisfies readonly (keyof EventView)[];

/** Lines end as RFC 4180 says. There is no byte order mark: a program that needs none would read it as a name. */
const LINE_END = '\r\n';

export const csvHeader = `${csvColumns.join(',')}${LINE_END}`;

export function toCsvRow(event: EventView): string {
  return `${csvColumns.map((column) => toCell(event[column])).join(',')}${LINE_END}`;
}

function toCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? quote(defuse(value)) : String(value);
}

/**
 * Spreadsheets run a cell that begins so as a formula, and model names and error texts come from outside. See OWASP, CSV
 * injection.
 */
function defuse(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
