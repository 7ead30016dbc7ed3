import type { OperationKey } from '../contract/operations.ts';
import { recordBudgetAlert } from '../server/alerts/record-budget-alert.ts';
import { brand, newId } from '../server/ids.ts';
import type { FakeProvider } from './fake-provider/fake-provider.ts';
import { makePassword, makeSecret, type Person, type TestServer } from './test-server.ts';

/** What a successful call of one operation looks like. */
interface Case {
  /** The path with its parameters filled in, and the body; made anew for every call. */
  make: (world: World) => Promise<{ path: string; body?: unknown }>;
}

/** Where the calls are made, and by whom. */
export interface World {
  target: TestServer;
  fake: FakeProvider;
  owner: Person;
  /** A new secret that the fake provider accepts. */
  secret: () => string;
}

const plain = (path: string, body?: unknown): Case => ({
  make: async () => (body === undefined ? { path } : { path, body }),
});

async function newKey({ owner, fake, secret }: World): Promise<string> {
  const body = { provider: 'openai', name: 'Mine', secret: secret(), baseUrl: `${fake.url}/v1` };
  return (await owner.api('POST /api/keys', { body })).id;
}

async function trashedKey(world: World): Promise<string> {
  const id = await newKey(world);
  await world.owner.api('DELETE /api/keys/{id}', { params: { id } });
  return id;
}

async function newCustomProvider({ owner, fake }: World): Promise<string> {
  const body = { name: 'Ours', baseUrl: fake.url, dialects: ['openai-chat' as const] };
  return (await owner.api('POST /api/custom-providers', { body })).id;
}

async function newVirtualKey({ owner }: World): Promise<string> {
  const body = { name: 'Mine', keyIds: 'all' as const, budgets: [{ usd: 5, period: 'month' as const }] };
  return (await owner.api('POST /api/virtual-keys', { body })).virtualKey.id;
}

async function newAlert({ owner, target }: World): Promise<string> {
  const { activeWorkspaceId } = await owner.api('GET /api/me');
  await recordBudgetAlert(target.server.services, {
    workspaceId: activeWorkspaceId,
    subject: { kind: 'virtualKey', id: newId('VirtualKey'), label: 'Mine' },
    period: 'month',
    windowStartMs: 0,
    threshold: 80,
    spentNanoUsd: 8,
    limitNanoUsd: 10,
  });
  return (await owner.api('GET /api/alerts')).items[0]?.id ?? '';
}

/** A real call of the gateway. */
async function newUsageEvent(world: World): Promise<string> {
  const keyIds = [brand<'Credential'>(await newKey(world))];
  const { secret } = await world.owner.api('POST /api/virtual-keys', { body: { name: 'Caller', keyIds } });
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
  const call = { headers: { authorization: `Bearer ${secret}` }, body };
  const reply = await world.target.call('POST /v1/chat/completions', call);
  const requestId = reply.headers.get('x-akm-request-id') ?? '';
  const { items } = await world.owner.api('GET /api/usage/events', { query: { requestId } });
  return items[0]?.id ?? '';
}

const on =
  (base: string, makeObject: (world: World) => Promise<string>) =>
  (suffix: string, body?: unknown, make = makeObject): Case => ({
    make: async (world) => {
      const path = `${base}/${await make(world)}${suffix}`;
      return body === undefined ? { path } : { path, body };
    },
  });
const onKey = on('/api/keys', newKey);
const onVirtualKey = on('/api/virtual-keys', newVirtualKey);

const onWebhook = (path: string): Case => ({
  make: async ({ owner, fake }) => {
    await owner.api('PUT /api/alerts/webhook', { body: { url: `${fake.url}/alerts` } });
    return { path };
  },
});

const ownPrice = { provider: 'openai', model: 'gpt-4o', inputUsdPerMillion: 2, outputUsdPerMillion: 8 };

/** A missing operation does not compile, so none can be added without a test. */
export const operationCases: Readonly<Record<OperationKey, Case>> = {
  'GET /api/health': plain('/api/health'),
  'GET /api/instance': plain('/api/instance'),
  'GET /api/overview': plain('/api/overview'),
  'POST /api/register': {
    make: async () => ({
      path: '/api/register',
      body: { email: `${makeSecret('new')}@example.com`, password: makePassword() },
    }),
  },
  'POST /api/login': {
    make: async ({ owner }) => ({ path: '/api/login', body: { email: owner.email, password: owner.password } }),
  },
  'POST /api/logout': plain('/api/logout'),
  'GET /api/me': plain('/api/me'),
  'PUT /api/me': plain('/api/me', { name: 'Ada', locale: 'zh-CN', theme: 'dark' }),
  'POST /api/me/password': {
    make: async ({ owner }) => ({
      path: '/api/me/password',
      body: { currentPassword: owner.password, newPassword: makePassword() },
    }),
  },
  'POST /api/me/confirm': {
    make: async ({ owner }) => ({ path: '/api/me/confirm', body: { password: owner.password } }),
  },
  'GET /api/sessions': plain('/api/sessions'),
  'DELETE /api/sessions': plain('/api/sessions'),
  'DELETE /api/sessions/{id}': {
    make: async ({ owner, target }) => {
      await target.call('POST /api/login', { body: { email: owner.email, password: owner.password } });
      const { items } = await owner.api('GET /api/sessions');
      return { path: `/api/sessions/${items.find((session) => !session.isCurrent)?.id}` };
    },
  },
  'GET /api/keys': plain('/api/keys?q=mine&limit=10'),
  'POST /api/keys': {
    make: async ({ secret }) => ({
      path: '/api/keys',
      body: { provider: 'openai', name: 'New', secret: secret(), tags: ['a'] },
    }),
  },
  'GET /api/keys/facets': plain('/api/keys/facets'),
  'POST /api/keys/test': {
    make: async ({ fake, secret }) => ({
      path: '/api/keys/test',
      body: { provider: 'openai', secret: secret(), baseUrl: `${fake.url}/v1` },
    }),
  },
  'GET /api/keys/{id}': onKey(''),
  'PUT /api/keys/{id}': onKey('', { name: 'Renamed' }),
  'DELETE /api/keys/{id}': onKey(''),
  'POST /api/keys/{id}/restore': onKey('/restore', undefined, trashedKey),
  'POST /api/keys/{id}/purge': onKey('/purge', undefined, trashedKey),
  'POST /api/keys/{id}/copy': onKey('/copy'),
  'GET /api/keys/{id}/versions': onKey('/versions'),
  'POST /api/keys/{id}/versions/{version}/restore': onKey('/versions/1/restore', undefined, async (world) => {
    const id = await newKey(world);
    await world.owner.api('PUT /api/keys/{id}', { params: { id }, body: { secret: world.secret() } });
    return id;
  }),
  'GET /api/keys/{id}/events': onKey('/events'),
  'POST /api/keys/{id}/models': onKey('/models'),
  'GET /api/keys/providers': plain('/api/keys/providers'),
  'GET /api/custom-providers': plain('/api/custom-providers'),
  'POST /api/custom-providers': plain('/api/custom-providers', {
    name: 'Ours',
    baseUrl: 'https://llm.example.com/v1',
    dialects: ['openai-chat'],
  }),
  'PUT /api/custom-providers/{id}': {
    make: async (world) => ({ path: `/api/custom-providers/${await newCustomProvider(world)}`, body: { name: 'B' } }),
  },
  'DELETE /api/custom-providers/{id}': {
    make: async (world) => ({ path: `/api/custom-providers/${await newCustomProvider(world)}` }),
  },
  'GET /api/models': plain('/api/models?q=claude&category=chat&limit=5'),

  'GET /api/virtual-keys': plain('/api/virtual-keys?q=mine&state=active&limit=10'),
  'POST /api/virtual-keys': {
    make: async (world) => ({
      path: '/api/virtual-keys',
      body: { name: 'New', keyIds: [await newKey(world)], models: ['gpt-4o'], rpm: 60, tags: ['a'] },
    }),
  },
  'GET /api/virtual-keys/{id}': onVirtualKey(''),
  'PUT /api/virtual-keys/{id}': onVirtualKey('', { name: 'Renamed' }),
  'DELETE /api/virtual-keys/{id}': onVirtualKey(''),
  'POST /api/virtual-keys/{id}/rotate': onVirtualKey('/rotate', { graceSeconds: 60 }),
  'POST /api/virtual-keys/{id}/top-up': onVirtualKey('/top-up', { period: 'month', usd: 1 }),
  'POST /api/playground/key': plain('/api/playground/key', { keyIds: 'all' }),
  'GET /api/alerts': plain('/api/alerts'),
  'POST /api/alerts/{id}/dismiss': {
    make: async (world) => ({ path: `/api/alerts/${await newAlert(world)}/dismiss` }),
  },
  'PUT /api/alerts/webhook': {
    make: async ({ fake }) => ({ path: '/api/alerts/webhook', body: { url: `${fake.url}/alerts` } }),
  },
  'GET /api/alerts/webhook': onWebhook('/api/alerts/webhook'),
  'DELETE /api/alerts/webhook': onWebhook('/api/alerts/webhook'),
  'POST /api/alerts/webhook/test': onWebhook('/api/alerts/webhook/test'),

  'GET /api/prices': plain('/api/prices'),
  'PUT /api/prices': plain('/api/prices', ownPrice),
  'DELETE /api/prices': {
    make: async ({ owner }) => {
      await owner.api('PUT /api/prices', { body: ownPrice });
      return { path: '/api/prices?provider=openai&model=gpt-4o' };
    },
  },
  'GET /api/model-aliases': plain('/api/model-aliases'),
  'PUT /api/model-aliases': plain('/api/model-aliases', { items: [{ alias: 'fast', model: 'gpt-4o-mini' }] }),

  'GET /api/usage/summary': plain('/api/usage/summary?groupBy=model'),
  'GET /api/usage/series': plain('/api/usage/series?interval=hour&groupBy=provider&timeZone=Asia/Shanghai'),
  'GET /api/usage/events': plain('/api/usage/events?outcome=failed&limit=10'),
  'GET /api/usage/events/{id}': on('/api/usage/events', newUsageEvent)(''),
  'GET /api/usage/export': plain('/api/usage/export'),
  'GET /api/usage/status': plain('/api/usage/status'),
};
