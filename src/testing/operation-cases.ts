import type { OperationKey } from '../contract/operations.ts';
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

const onKey = (suffix: string, body?: unknown, makeKey = newKey): Case => ({
  make: async (world) => {
    const path = `/api/keys/${await makeKey(world)}${suffix}`;
    return body === undefined ? { path } : { path, body };
  },
});

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
};
