import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('the connection test on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;
  let person: Person;
  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });
  beforeEach(async () => target.server.services.throttles.reset('connectionTest', person.userId));
  afterEach(() => fake.reset());

  const test = (body: unknown) => target.call('POST /api/keys/test', { token: person.token, body });
  const create = async (provider: string, secret: string, baseUrl = fake.urlOf(provider)) =>
    (await person.api('POST /api/keys', { body: { provider, name: 'Key', secret, baseUrl } })).id;
  const read = (id: string) => person.api('GET /api/keys/{id}', { params: { id } });

  it.each([
    ['valid', 'valid', 'valid', 'works'],
    ['invalid', 'invalid', 'invalid_key', 'does not accept this key'],
    ['no_quota', 'no_quota', 'no_quota', 'credit'],
    ['rate_limited', 'rate_limited', 'rate_limited', 'Wait a moment'],
    ['forbidden', 'unknown', 'region_not_supported', 'says nothing about the key'],
    ['overloaded', 'unknown', 'overloaded', 'test again later'],
    ['html', 'unreachable', 'not_an_api', 'Check the base URL'],
    ['garbage', 'unreachable', 'not_an_api', 'Check the base URL'],
    ['redirect', 'unreachable', 'redirected', 'enter the final address'],
    ['huge', 'unknown', 'too_large', 'too large'],
    ['disconnect', 'unreachable', 'network', 'connection broke'],
  ] as const)(
    'tells a key that is %s, before it is saved and after, and remembers it',
    async (behaviour, status, reason, words) => {
      const secret = fake.secret(behaviour);
      const unsaved = await test({ provider: 'openai', secret, baseUrl: fake.urlOf('openai') });
      expect(unsaved.json).toMatchObject({ status, reason, message: expect.stringContaining(words) });
      const id = await create('openai', secret);
      const saved = await test({ id });
      const { latencyMs, ...told } = saved.json;
      expect(latencyMs).toBeGreaterThanOrEqual(0);
      expect(unsaved.json).toMatchObject(told);
      expect(await read(id)).toMatchObject({ status, statusReason: reason, lastTestedAt: expect.any(String) });
      const [event] = (await person.api('GET /api/keys/{id}/events', { params: { id } })).items;
      expect(event).toMatchObject({ action: 'key.tested', reason });
      // Nothing was sent on to where a redirect points.
      expect(fake.requests.every(({ secret: sent }) => sent === null || sent === secret)).toBe(true);
    },
  );

  it.each([
    ['anthropic', { models: 3 }, 'valid_no_credit', null],
    ['google', { models: 3 }, 'valid_no_credit', null],
    ['zhipu', { models: 2 }, 'valid_no_credit', null],
    ['alibaba', { models: 3 }, 'valid_no_credit', null],
    ['deepseek', { balance: { amount: '42.50', currency: 'CNY' } }, 'valid_no_credit', '0.00'],
    ['moonshot', { balance: { amount: '42.5', currency: 'CNY' } }, 'valid_no_credit', '0'],
    ['openrouter', { balance: { amount: '42.5', currency: 'USD' } }, 'valid_no_credit', '0'],
    ['custom', { models: 1, balance: { amount: '42.5', currency: 'USD' } }, 'no_quota', null],
  ])(
    'knows a good, a bad and an empty key of %s, and its balance where that is told',
    async (provider, told, reason, rest) => {
      const good = await create(provider, fake.secret('valid'));
      expect((await test({ id: good })).json).toMatchObject({ status: 'valid', httpStatus: 200, ...told });
      const key = await read(good);
      expect(key.balance).toEqual('balance' in told ? { ...told.balance, checkedAt: key.lastTestedAt } : null);
      expect(key.models).toBe('models' in told ? told.models : null);
      const bad = await create(provider, fake.secret('invalid'));
      expect((await test({ id: bad })).json).toMatchObject({ status: 'invalid', reason: 'invalid_key' });
      const empty = await create(provider, fake.secret('no_quota'));
      expect((await test({ id: empty })).json).toMatchObject({ status: 'no_quota', reason });
      expect((await read(empty)).balance?.amount ?? null).toBe(rest);
    },
  );

  it('keeps secrets out of replies, logs, audit events and stored details, whatever the provider answers', async () => {
    const secret = `${fake.secret('invalid')}-${makeSecret('marker')}`;
    fake.respondTo({ secret }, ({ headers }) => ({
      httpStatus: 401,
      body: { error: { message: JSON.stringify(headers) } },
    }));
    const id = await create('openai', secret);
    const closed = await startLoopbackServer(() => {});
    await closed.close();
    const replies = [
      await test({ id }),
      await test({ provider: 'openai', secret, baseUrl: fake.urlOf('openai') }),
      await test({ provider: 'openai', secret, baseUrl: 'http://10.0.0.1/v1' }),
      await test({ provider: 'openai', secret, baseUrl: `http://127.0.0.1:${closed.port}/v1` }),
      await test({ provider: 'nobody', secret }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 422, 200, 422]);
    const { kysely } = target.server.services.database;
    const stored = [
      await kysely.selectFrom('audit_events').selectAll().execute(),
      await kysely.selectFrom('credentials').selectAll().execute(),
    ];
    expect(fake.requests.some((request) => request.secret === secret)).toBe(true);
    for (const sink of [...replies.map(({ text }) => text), target.logs.join(''), JSON.stringify(stored)]) {
      expect(sink).not.toContain(secret);
      expect(sink).not.toContain(secret.slice(12, -12));
    }
  });

  it('names the key that already holds a secret before it is saved', async () => {
    const secret = fake.secret('valid');
    const id = await create('openai', secret);
    const reply = await test({ provider: 'openai', secret, baseUrl: fake.urlOf('openai') });
    expect(reply.json.duplicateOf).toEqual({ id, name: 'Key' });
  });

  it('names the address that answers when `/v1` was left out', async () => {
    const { json } = await test({ provider: 'custom', secret: fake.secret('valid'), baseUrl: `${fake.url}/openai` });
    expect(json).toMatchObject({ status: 'valid', suggestedBaseUrl: `${fake.url}/openai/v1` });
  });

  it('sends the key as its provider wants it', async () => {
    for (const [provider, header] of [
      ['openai', 'authorization'],
      ['anthropic', 'x-api-key'],
      ['google', 'x-goog-api-key'],
    ] as const) {
      const secret = fake.secret('valid');
      await test({ provider, secret, baseUrl: fake.urlOf(provider) });
      const sent = fake.requests.find((request) => request.secret === secret);
      expect(sent?.headers[header]).toContain(secret);
      expect(sent?.path).not.toContain(secret);
    }
  });

  it('of a secret that is replaced meanwhile says nothing about the new one', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const provider = await startLoopbackServer(async (_request, response) => {
      arrived.resolve();
      await release.promise;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'm', object: 'model' }] }));
    });
    try {
      const id = await create('openai', makeSecret(), `http://127.0.0.1:${provider.port}/v1`);
      const running = test({ id });
      await arrived.promise;
      await person.api('PUT /api/keys/{id}', { params: { id }, body: { secret: makeSecret() } });
      release.resolve();
      expect((await running).json.status).toBe('valid');
      expect(await read(id)).toMatchObject({ version: 2, status: 'untested', lastTestedAt: null, models: null });
    } finally {
      release.resolve();
      await provider.close();
    }
  });

  it('of a key that is deleted for good meanwhile still answers', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const provider = await startLoopbackServer(async (_request, response) => {
      arrived.resolve();
      await release.promise;
      response.writeHead(401).end();
    });
    try {
      const id = await create('openai', makeSecret(), `http://127.0.0.1:${provider.port}/v1`);
      const running = test({ id });
      await arrived.promise;
      await person.api('DELETE /api/keys/{id}', { params: { id } });
      await person.api('POST /api/keys/{id}/purge', { params: { id } });
      release.resolve();
      expect((await running).status).toBe(200);
    } finally {
      release.resolve();
      await provider.close();
    }
  });

  it('is forgotten when the secret or the address changes', async () => {
    const id = await create('deepseek', fake.secret('valid'));
    await test({ id });
    expect(await read(id)).toMatchObject({ status: 'valid', balance: expect.anything() });
    await person.api('PUT /api/keys/{id}', { params: { id }, body: { name: 'Renamed' } });
    expect(await read(id)).toMatchObject({ status: 'valid', balance: expect.anything() });
    await person.api('PUT /api/keys/{id}', { params: { id }, body: { secret: fake.secret('valid') } });
    expect(await read(id)).toMatchObject({ status: 'untested', statusReason: null, lastTestedAt: null, balance: null });
  });

  it('is allowed 120 times a minute to one person', async () => {
    const { throttles } = target.server.services;
    for (let count = 0; count < 120; count += 1) await throttles.take('connectionTest', person.userId);
    const refused = await test({ provider: 'openai', secret: fake.secret('valid'), baseUrl: fake.urlOf('openai') });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
