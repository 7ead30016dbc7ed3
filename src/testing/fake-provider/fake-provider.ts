import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../loopback-server.ts';
import { type FakeAccount, fakeSecret, secretOf } from './accounts.ts';
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

const BODY_BYTES_MAX = 268_435_456;

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
  /** The last 10,000 requests, oldest first, the control surface's own left out. */
  readonly requests: readonly LedgerEntry[];
  totals(): LedgerTotals;
  /** Resolves when no request is being answered, so that the ledger tells the outcome of each. */
  idle(): Promise<void>;
  /** Forgets settings, accounts, prepared replies and the ledger. */
  reset(): void;
  /** Cuts what is running and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a provider that speaks all dialects on one port of 127.0.0.1. Which provider it plays follows from the path:
 * each one's true paths, alone where they are unmistakable or after the provider's id (`/deepseek/v1/...`).
 */
export async function startFakeProvider(options: { port?: number } = {}): Promise<FakeProvider> {
  const state: FakeState = {
    settings: defaultFakeSettings,
    accounts: new Map(),
    replies: createPreparedReplies(),
    ledger: createLedger(),
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
  response.on('close', () => gone.abort());
  const url = new URL(request.url ?? '/', 'http://fake.invalid');
  const body = await readBody(request).catch(() => null);
  if (!body) {
    response.destroy();
    return;
  }
  if (url.pathname.startsWith(`${CONTROL_PATH}/`)) {
    const action = `${request.method} ${url.pathname.slice(CONTROL_PATH.length)}`;
    sendJson(response, controlFake(state, action, body));
    return;
  }
  if (url.pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('Fake provider\n');
    return;
  }
  const secret = secretOf(request.headers, url);
  const path = url.pathname + url.search;
  const entry = state.ledger.open({ method: request.method ?? '', path, headers: request.headers, secret, body });
  try {
    await answerRequest(state, entry, { request, response, url, signal: gone.signal });
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

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('The request was read as text.');
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new RangeError('The request body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function sendJson(response: ServerResponse, { httpStatus, body }: { httpStatus: number; body: unknown }): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
