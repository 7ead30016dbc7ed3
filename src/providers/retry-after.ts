import { readHeader } from './failure-signal.ts';
import { isRecord } from './json-reply.ts';

const WAIT_MS_MAX = 7 * 24 * 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const WAIT_IN_TEXT =
  /(?:try again|retry)\s+(?:in|after)\s+((?:\d+(?:\.\d+)?(?:ms|s|m|h|d)(?![a-z]))+|\d+(?:\.\d+)?\s*(?:milliseconds?|seconds?|secs?|minutes?|mins?|hours?|ms|s|m|h)\b)/i;

export interface WaitInput {
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
  readonly message: string;
  /** For headers that name a moment; without it they count from the reply's own `date` header. */
  readonly nowMs?: number | undefined;
}

/** How long a provider asks to wait, in milliseconds (at most seven days), or null. The first source that parses wins. */
export function readRetryAfterMs(input: WaitInput): number | null {
  const sources = [fromRetryAfterMs, fromRetryAfter, fromRetryInfo, fromResetHeaders, fromAnthropicHeaders, fromText];
  for (const source of sources) {
    const wait = source(input);
    if (wait !== null && Number.isFinite(wait) && wait >= 0) return Math.min(Math.ceil(wait), WAIT_MS_MAX);
  }
  return null;
}

function fromRetryAfterMs({ headers }: WaitInput): number | null {
  const text = readHeader(headers, 'retry-after-ms');
  return text !== undefined && /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

function fromRetryAfter(input: WaitInput): number | null {
  const text = readHeader(input.headers, 'retry-after')?.trim();
  if (text === undefined) return null;
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : untilMoment(text, input);
}

/** https://cloud.google.com/apis/design/errors: google.rpc.RetryInfo. */
function fromRetryInfo({ json }: WaitInput): number | null {
  const root: unknown = Array.isArray(json) ? json[0] : json;
  const error = isRecord(root) ? root.error : undefined;
  const details = isRecord(error) && Array.isArray(error.details) ? error.details : [];
  for (const detail of details) {
    const delay: unknown = isRecord(detail) ? detail.retryDelay : undefined;
    if (typeof delay === 'string') return parseDuration(delay);
  }
  return null;
}

/** The limit that is used up decides; if none says so, the longest reset. */
function fromResetHeaders({ headers }: WaitInput): number | null {
  const resets = Object.entries(headers).flatMap(([name, value]) => {
    const subject = /^x-ratelimit-reset-(.+)$/.exec(name.toLowerCase())?.[1];
    const wait = subject === undefined ? null : parseDuration(value);
    return wait === null ? [] : [{ wait, isUsedUp: readHeader(headers, `x-ratelimit-remaining-${subject}`) === '0' }];
  });
  const usedUp = resets.filter((reset) => reset.isUsedUp);
  return longest((usedUp.length > 0 ? usedUp : resets).map((reset) => reset.wait));
}

function fromAnthropicHeaders(input: WaitInput): number | null {
  const resets = Object.entries(input.headers).flatMap(([name, value]) => {
    const subject = /^anthropic-ratelimit-(.+)-reset$/.exec(name.toLowerCase())?.[1];
    const wait = subject === undefined ? null : untilMoment(value, input);
    if (wait === null) return [];
    return [{ wait, isUsedUp: readHeader(input.headers, `anthropic-ratelimit-${subject}-remaining`) === '0' }];
  });
  const usedUp = resets.filter((reset) => reset.isUsedUp);
  return longest((usedUp.length > 0 ? usedUp : resets).map((reset) => reset.wait));
}

function fromText({ message }: WaitInput): number | null {
  const found = WAIT_IN_TEXT.exec(message)?.[1];
  if (found === undefined) return null;
  return parseDuration(
    found
      .toLowerCase()
      .replace(/\s+/g, '')
      .replace(/millisecond(?:s)?/, 'ms')
      .replace(/sec(?:ond)?s?/, 's')
      .replace(/min(?:ute)?s?/, 'm')
      .replace(/hours?/, 'h'),
  );
}

/** "6m7.2s", "120ms", "34.4s", or plain seconds. */
function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (trimmed.length > 40 || !DURATION.test(trimmed)) return null;
  let total = 0;
  for (const [, amount = '0', unit = 's'] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNIT_MS[unit] ?? 1000);
  }
  return total;
}

/** HTTP date or RFC 3339. */
function untilMoment(text: string, { headers, nowMs }: WaitInput): number | null {
  const now = nowMs ?? Date.parse(readHeader(headers, 'date') ?? '');
  const wait = Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

function longest(waits: readonly number[]): number | null {
  return waits.length === 0 ? null : Math.max(...waits);
}
