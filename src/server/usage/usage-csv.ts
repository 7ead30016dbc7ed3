import { csvLine } from '../csv.ts';
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

export const csvHeader = csvLine(csvColumns);

export function toCsvRow(event: EventView): string {
  return csvLine(csvColumns.map((column) => event[column]));
}
