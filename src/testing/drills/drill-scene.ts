import { join } from 'node:path';
import { createClient } from '../../contract/client.ts';
import type { DatabaseLocation } from '../../server/database/open.ts';
import { openDatabaseBeside } from '../../server/database/open-beside.ts';
import { listSegments } from '../../server/usage/journal/segment-names.ts';
import { fakeSecret } from '../fake-provider/accounts.ts';
import type { CompactEntry } from '../fake-provider/ledger.ts';
import { makePassword } from '../test-server.ts';
import { type DrillCall, type DrillLoad, startLoad } from './drill-load.ts';
import { type Program, startProgram } from './program.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';

/** Replies of some hundred milliseconds, so that a kill meets many; every one with tokens of its own. */
const FAKE_SETTINGS = {
  latencyMs: 20,
  frameDelayMs: 10,
  usageSpread: 1_000_000,
  entriesMax: 5_000_000,
  keptBodyBytesMax: 0,
};

/** The server and the provider as processes of their own, somebody with a virtual key, and the books they keep. */
export interface DrillScene {
  readonly server: () => Program;
  /** Starts the server again on the same data, wherever it listens then. */
  readonly restart: () => Promise<void>;
  readonly startLoad: (ratePerSecond: number) => DrillLoad;
  readonly status: () => Promise<{ pendingRecords: number; lastError: string | null }>;
  /** Lays the books of all calls so far side by side, once the provider has ended what it was doing. */
  readonly compare: (calls: readonly DrillCall[]) => Promise<Reconciliation>;
  readonly segments: () => string[];
  readonly close: () => Promise<void>;
}

export async function openScene(location: DatabaseLocation): Promise<DrillScene> {
  const fake = await startProgram('testing/fake-provider/main.ts', {
    args: ['--port', '0', '--settings', JSON.stringify(FAKE_SETTINGS)],
  });
  const start = (): Promise<Program> =>
    startProgram('server/main.ts', {
      environment: {
        PORT: '0',
        DATA_DIR: location.dataDirectory,
        UPSTREAM_ALLOW_PRIVATE: '127.0.0.1',
        LOG_LEVEL: 'warn',
        ...(location.databaseUrl === undefined ? {} : { DATABASE_URL: location.databaseUrl }),
      },
    });
  let server = await start();
  const { secret, token } = await setUp(server.url, fake.url);
  return {
    server: () => server,
    async restart() {
      server = await start();
    },
    startLoad: (ratePerSecond) => startLoad({ url: server.url, secret, ratePerSecond }),
    status: () => apiOf(server.url, token)('GET /api/usage/status'),
    compare: async (calls) => reconcile(await readLedger(fake.url), await readEvents(location), calls),
    segments: () => listSegments(join(location.dataDirectory, 'journal')),
    async close() {
      await server.end('SIGKILL');
      await fake.end('SIGKILL');
    },
  };
}

const apiOf = (baseUrl: string, token: string) =>
  createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${token}` }) });

async function setUp(url: string, fakeUrl: string): Promise<{ secret: string; token: string }> {
  const account = { email: 'drill@example.com', password: makePassword() };
  const send = async (path: string) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(account) });
    const { access_token: token = '' }: { access_token?: string } = JSON.parse(await reply.text());
    return token;
  };
  await send('/api/register');
  const token = await send('/api/login');
  const api = apiOf(url, token);
  for (const [provider, base] of [
    ['openai', '/v1'],
    ['anthropic', ''],
  ] as const) {
    const baseUrl = `${fakeUrl}/${provider}${base}`;
    await api('POST /api/keys', { body: { provider, name: provider, secret: fakeSecret('valid', provider), baseUrl } });
  }
  const issued = await api('POST /api/virtual-keys', {
    body: { name: 'Drill', keyIds: 'all', budgets: [{ usd: 100_000, period: 'total' }] },
  });
  return { secret: issued.secret, token };
}

async function readLedger(fakeUrl: string): Promise<CompactEntry[]> {
  const entries: CompactEntry[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const reply = await fetch(`${fakeUrl}/__control/ledger?limit=50000&after=${after}`);
    const page: { items: CompactEntry[]; running: number; nextAfter: number | null } = JSON.parse(await reply.text());
    if (page.running > 0 && after === 0) continue;
    entries.push(...page.items);
    after = page.nextAfter;
  }
  return entries;
}

async function readEvents(location: DatabaseLocation) {
  const beside = await openDatabaseBeside(location);
  try {
    return await beside.reader
      .selectFrom('usage_events')
      .select(['request_id', 'attempt', 'is_final', 'upstream_model', 'upstream_request_id', 'usage_state'])
      .select(['outcome', 'input_tokens', 'output_tokens'])
      .execute();
  } finally {
    await beside.close();
  }
}
