import type { JournalRecord } from '../usage-event.ts';

/**
 * Whether a value has what a usage event is made of. The checksum says that a line is what some version of this program
 * wrote; this says that it can be made an event of without a fault, so that no line stops those that follow it.
 */
export function isJournalRecord(value: unknown): value is JournalRecord {
  if (!isObject(value) || typeof value.id !== 'string') return false;
  if (value.type === 'open') return isOpen(value);
  return value.type === 'settle' && isSettle(value);
}

type Fields = Readonly<Record<string, unknown>>;

function isOpen(value: Fields): boolean {
  const { workspaceId, requestId, provider, endpoint, credentialId, virtualKeyId } = value;
  return (
    typeof workspaceId === 'string' &&
    typeof requestId === 'string' &&
    typeof provider === 'string' &&
    typeof endpoint === 'string' &&
    typeof credentialId === 'string' &&
    typeof virtualKeyId === 'string' &&
    Number.isSafeInteger(value.timeMs) &&
    Number.isSafeInteger(value.estimatedInputTokens) &&
    isText(value.model) &&
    isText(value.upstreamModel) &&
    isText(value.tool) &&
    (value.unitPrices === null || isObject(value.unitPrices)) &&
    (value.ended === undefined || (isObject(value.ended) && isSettle(value.ended)))
  );
}

function isSettle(value: Fields): boolean {
  return (
    typeof value.outcome === 'string' &&
    typeof value.usageState === 'string' &&
    isText(value.servedModel) &&
    isText(value.errorDetail) &&
    isText(value.upstreamRequestId) &&
    isText(value.responseId) &&
    Array.isArray(value.unitPrices) &&
    Array.isArray(value.lines) &&
    value.lines.every((line) => isObject(line) && isObject(line.tokens))
  );
}

const isText = (value: unknown): boolean => value === null || typeof value === 'string';

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
