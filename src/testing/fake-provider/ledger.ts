import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FakeBehaviour, FakeSettings, FakeUsage } from './settings.ts';

/** One request as the fake saw it, and what it answered. */
export interface LedgerEntry {
  /** Counts from 1. */
  readonly number: number;
  /** What the answer says about itself in its `x-request-id`, `request-id` or `x-goog-request-id` header. */
  readonly requestId: string;
  /** What the client calls the request: its `x-test-id` header. */
  readonly testId: string | null;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodySha256: string;
  readonly bodyBytes: number;
  /** Empty when it is longer than the settings allow; the hash is always of the whole. */
  readonly body: Buffer;
  readonly secret: string | null;
  /** The provider that was played. */
  provider: string | null;
  behaviour: FakeBehaviour | null;
  model: string | null;
  isStream: boolean;
  httpStatus: number | null;
  /** What a provider would bill for the answer; null where nothing is billed. */
  usage: FakeUsage | null;
  /** True once the final usage has been written to the client. */
  usageSent: boolean;
  outcome: 'running' | 'complete' | 'cut' | 'client_gone';
}

export interface LedgerTotals extends FakeUsage {
  readonly requests: number;
  readonly billedRequests: number;
}

export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  open(
    request: Pick<LedgerEntry, 'method' | 'path' | 'headers' | 'secret' | 'body'>,
    limits: Pick<FakeSettings, 'entriesMax' | 'keptBodyBytesMax'>,
  ): LedgerEntry;
  /** Notes what a provider bills for this request, and adds it to the totals. */
  bill(entry: LedgerEntry, usage: FakeUsage): void;
  /** Of every request since the last clearing, also of those that are no longer listed. */
  totals(): LedgerTotals;
  clear(): void;
}

/** An entry in the few fields that a comparison row by row needs. */
export type CompactEntry = Pick<
  LedgerEntry,
  'number' | 'requestId' | 'testId' | 'provider' | 'model' | 'httpStatus' | 'usage' | 'usageSent' | 'outcome'
>;

/** Without headers and body, so that 100,000 of them are a reply of some 30 MB. */
export function compactEntry(entry: LedgerEntry): CompactEntry {
  const { number, requestId, testId, provider, model, httpStatus, usage, usageSent, outcome } = entry;
  return { number, requestId, testId, provider, model, httpStatus, usage, usageSent, outcome };
}

/** Keeps the last requests, as many as the settings say. */
export function createLedger(): Ledger {
  const entries: LedgerEntry[] = [];
  const none: LedgerTotals = {
    requests: 0,
    billedRequests: 0,
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  };
  let totals = none;
  let requestsEver = 0;
  return {
    entries,
    open: ({ method, path, headers, secret, body }, { entriesMax, keptBodyBytesMax }) => {
      requestsEver += 1;
      totals = { ...totals, requests: totals.requests + 1 };
      const testId = headers['x-test-id'];
      const entry: LedgerEntry = {
        number: requestsEver,
        requestId: `req_fake${requestsEver}`,
        testId: typeof testId === 'string' ? testId : null,
        method,
        path,
        headers,
        bodySha256: createHash('sha256').update(body).digest('hex'),
        bodyBytes: body.length,
        body: body.length > keptBodyBytesMax ? Buffer.alloc(0) : body,
        secret,
        provider: null,
        behaviour: null,
        model: null,
        isStream: false,
        httpStatus: null,
        usage: null,
        usageSent: false,
        outcome: 'running',
      };
      entries.push(entry);
      // Moving all entries up by one for each request would be slow.
      if (entries.length > entriesMax * 1.1 + 1) entries.splice(0, entries.length - entriesMax);
      return entry;
    },
    bill: (entry, usage) => {
      entry.usage = usage;
      totals = {
        requests: totals.requests,
        billedRequests: totals.billedRequests + 1,
        inputTokens: totals.inputTokens + usage.inputTokens,
        cacheReadTokens: totals.cacheReadTokens + usage.cacheReadTokens,
        cacheWriteTokens: totals.cacheWriteTokens + usage.cacheWriteTokens,
        outputTokens: totals.outputTokens + usage.outputTokens,
        reasoningTokens: totals.reasoningTokens + usage.reasoningTokens,
      };
    },
    totals: () => totals,
    clear: () => {
      entries.length = 0;
      totals = none;
    },
  };
}
