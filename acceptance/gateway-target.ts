import { startFakeProvider } from '../src/testing/fake-provider/fake-provider.ts';
import { testEngines } from '../src/testing/test-database.ts';
import { startTestServer, type TestServer } from '../src/testing/test-server.ts';
import type { Target, UsageRow } from './target.ts';

const PAGES_MAX = 100;

/** The product in this process with a key of each provider and one virtual key for all of them. */
export async function startGatewayTarget(): Promise<Target> {
  const [sqlite] = testEngines();
  if (!sqlite) throw new Error('There is no database engine to test on.');
  const fake = await startFakeProvider();
  const server = await startTestServer(sqlite);
  const person = await server.newPerson();
  const providerSecrets: string[] = [];
  for (const provider of ['openai', 'anthropic', 'google']) {
    const secret = fake.secret('valid', provider);
    providerSecrets.push(secret);
    const body = { provider, name: `Key of ${provider}`, secret, baseUrl: fake.urlOf(provider) };
    const stored = await server.call('POST /api/keys', { token: person.token, body });
    if (stored.status !== 201) throw new Error(`The key of ${provider} was not stored: ${stored.text}`);
  }
  const body = { name: 'Acceptance', keyIds: 'all' };
  const issued = await server.call('POST /api/virtual-keys', { token: person.token, body });
  if (issued.status !== 201) throw new Error(`The virtual key was not issued: ${issued.text}`);
  return {
    kind: 'gateway',
    root: server.url,
    secret: issued.json.secret,
    fake,
    providerSecrets,
    readUsage: () => readUsageLog(server, person.token),
    close: async () => {
      await server.dispose();
      await fake.close();
    },
  };
}

async function readUsageLog(server: TestServer, token: string): Promise<UsageRow[]> {
  const rows: UsageRow[] = [];
  let cursor = '';
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { status, text, json } = await server.call(`GET /api/usage/events?limit=100${cursor}`, { token });
    if (status !== 200) throw new Error(`The usage cannot be read: ${text}`);
    rows.push(...json.items);
    if (json.nextCursor === null) return rows;
    cursor = `&cursor=${encodeURIComponent(json.nextCursor)}`;
  }
  throw new Error(`The usage log has more than ${PAGES_MAX} pages.`);
}
