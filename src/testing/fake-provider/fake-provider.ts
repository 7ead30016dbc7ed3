import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../loopback-server.ts';
import { type FakeAccount, fakeSecret, secretOf } from './accounts.ts';
import { createAnswerCache } from './answer-cache.ts';
import { CONTROL_PATH, controlFake, resetFake } from './control.ts';
import { answerRequest, type FakeState } from './exchange.ts';
import { createLedger, type LedgerEntry, type LedgerTotals } from './ledger.ts';
import { createPreparedReplies, type PreparedReplySource, type ReplyMatcher } from './prepared-replies.ts';
import { flavourOf } from './route.ts';
import {
  changeSettings,
  defaultFakeSettings,
  type FakeBehaviour,
  type FakeSettings,
  type FakeSettingsChange,
} from './settings.ts';
import { createStoredObjects } from './stored-objects.ts';

const BODY_BYTES_MAX = 268_435_456;
// Made once: the stack of an error costs as much as a small reply.
const CLIENT_GONE = new Error('The client has gone, or has all of its reply.');

export interface FakeProvider {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** The base URL to save with a key of this provider (an id of the catalogue). Throws for one that is not played. */
  urlOf(providerId: string): string;
  /** A key that behaves so. Labels tell keys of one behaviour apart; without one each key is new. */
  secret(behaviour: FakeBehaviour, label?: string): string;
  /** What the fake knows about single keys. What is set here goes before the marker in the key. */
  readonly accounts: Map<string, FakeAccount>;
  readonly settings: FakeSettings;
  configure(change: FakeSettingsChange): void;
  /** Prepares a reply for matching requests, before any other rule. Returns a function that takes it back. */
  respondTo(matcher: ReplyMatcher, reply: PreparedReplySource): () => void;
  /** The last requests, oldest first, at least `entriesMax` of them; the control surface's own left out. */
  readonly requests: readonly LedgerEntry[];
  totals(): LedgerTotals;
  /** Resolves when no request is being answered, so that the ledger tells the outcome of each. */
  idle(): Promise<void>;
  /** Forgets accounts, prepared replies, stored objects and the ledger; settings go back to those of the start. */
  reset(): void;
  /** Cuts what is running and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a provider that speaks all dialects on one port of 127.0.0.1. Which provider it plays follows from the path:
 * each one's true paths, alone where they are unmistakable or after the provider's id (`/deepseek/v1/...`).
 */
export async function startFakeProvider(
  options: { port?: number; settings?: FakeSettingsChange } = {},
): Promise<FakeProvider> {
  const initialSettings = changeSettings(defaultFakeSettings, options.settings ?? {});
  const state: FakeState = {
    settings: initialSettings,
    initialSettings,
    accounts: new Map(),
    replies: createPreparedReplies(),
    ledger: createLedger(),
    responses: createStoredObjects(),
    files: createStoredObjects(),
    answers: createAnswerCache(),
  };
  const running = new Set<Promise<void>>();
  let secrets = 0;

  const server = createServer((request, response) => {
    const exchange = serve(state, request, response).finally(() => running.delete(exchange));
    running.add(exchange);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${portOf(server)}`;

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };
  return {
    url,
    urlOf: (providerId) => `${url}/${providerId}${flavourOf(providerId).mainBase}`,
    secret: (behaviour, label) => {
      secrets += 1;
      return fakeSecret(behaviour, label ?? String(secrets).padStart(6, '0'));
    },
    accounts: state.accounts,
    get settings() {
      return state.settings;
    },
    configure: (change) => {
      state.settings = changeSettings(state.settings, change);
    },
    respondTo: (matcher, reply) => state.replies.add(matcher, reply),
    requests: state.ledger.entries,
    totals: () => state.ledger.totals(),
    idle,
    reset: () => resetFake(state),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await idle();
    },
  };
}

/** Never rejects: whatever goes wrong ends in the connection being cut, as a broken provider would do. */
async function serve(state: FakeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(CLIENT_GONE));
  const url = new URL(request.url ?? '/', 'http://fake.invalid');
  const body = await readBody(request).catch(() => null);
  if (!body) {
    response.destroy();
    return;
  }
  if (url.pathname.startsWith(`${CONTROL_PATH}/`)) {
    const action = `${request.method} ${url.pathname.slice(CONTROL_PATH.length)}`;
    sendJson(response, controlFake(state, action, { query: url.searchParams, body }));
    return;
  }
  if (url.pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('Fake provider\n');
    return;
  }
  const secret = secretOf(request.headers, url);
  const path = url.pathname + url.search;
  const asked = { method: request.method ?? '', path, headers: request.headers, secret, body };
  const entry = state.ledger.open(asked, state.settings);
  try {
    await answerRequest(state, entry, { request, received: body, response, url, signal: gone.signal });
    await finished(response);
  } catch {
    response.destroy();
  }
  if (entry.outcome === 'running' || (entry.outcome === 'complete' && !response.writableFinished)) {
    entry.outcome = 'client_gone';
  }
}

/** Resolves when the last byte has left or the client has. */
function finished(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => response.once('close', resolve));
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > BODY_BYTES_MAX) request.destroy(new RangeError('The request body is too large.'));
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client left before the end of its request.')));
  });
}

function sendJson(response: ServerResponse, { httpStatus, body }: { httpStatus: number; body: unknown }): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
