import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FakeBehaviour, FakeUsage } from './settings.ts';

const ENTRIES_MAX = 10_000;
const KEPT_BODY_BYTES_MAX = 1_048_576;

/** One request as the fake saw it, and what it answered. */
export interface LedgerEntry {
  /** Counts from 1. */
  readonly number: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodySha256: string;
  readonly bodyBytes: number;
  /** Empty when it is longer than 1 MiB; the hash is always of the whole. */
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
  open(request: Pick<LedgerEntry, 'method' | 'path' | 'headers' | 'secret' | 'body'>): LedgerEntry;
  /** Notes what a provider bills for this request, and adds it to the totals. */
  bill(entry: LedgerEntry, usage: FakeUsage): void;
  /** Of every request since the last clearing, also of those that are no longer listed. */
  totals(): LedgerTotals;
  clear(): void;
}

/** Keeps the last 10,000 requests. */
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
    open: ({ method, path, headers, secret, body }) => {
      requestsEver += 1;
      totals = { ...totals, requests: totals.requests + 1 };
      const entry: LedgerEntry = {
        number: requestsEver,
        method,
        path,
        headers,
        bodySha256: createHash('sha256').update(body).digest('hex'),
        bodyBytes: body.length,
        body: body.length > KEPT_BODY_BYTES_MAX ? Buffer.alloc(0) : body,
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
      if (entries.length > ENTRIES_MAX) entries.shift();
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
