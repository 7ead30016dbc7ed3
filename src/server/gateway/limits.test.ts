import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { startUpload } from '../../testing/slow-upload.ts';
import { testEngines } from '../../testing/test-database.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');
const soon = { interval: 5, timeout: 5000 };

describe('the limits of a virtual key', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let laterMs = 0;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    tenant = await newTenant(test);
    await tenant.addKey('openai');
  });
  beforeEach(() => {
    test.fake.reset();
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => test.dispose());

  const ask = (secret: string, body: object = chat) => test.ask(path, { secret, body });
  /** Moves the clock of the limits, which never goes back. */
  const later = (ms: number) => {
    laterMs += ms;
  };

  it('requests a minute: one more is refused with the time to wait, and another key is not concerned', async () => {
    const { secret } = await tenant.issue({ rpm: 3 });
    const other = await tenant.issue({ rpm: 3 });
    for (let count = 0; count < 3; count += 1) expect((await ask(secret)).status).toBe(200);
    const reply = await ask(secret);
    expect(reply).toMatchObject({ status: 429, json: { error: { code: 'requests_limit', type: 'rate_limit_error' } } });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(50);
    expect(reply.headers['x-should-retry']).toBe('true');
    expect((await ask(other.secret)).status).toBe(200);
    expect(test.fake.requests).toHaveLength(4);
    later(61_000);
    expect((await ask(secret)).status).toBe(200);
  });

  it('tokens a minute: what calls really used counts, and not what was expected of them', async () => {
    test.fake.configure({ usage: { inputTokens: 100, outputTokens: 300 } });
    const { secret } = await tenant.issue({ tpm: 1000 });
    for (let count = 0; count < 3; count += 1) expect((await ask(secret)).status).toBe(200);
    const reply = await ask(secret);
    expect(reply).toMatchObject({ status: 429, json: { error: { code: 'tokens_limit' } } });
    later(61_000);
    expect((await ask(secret)).status).toBe(200);
  });

  it('running calls: one more is refused, and there is room again however one has ended', async () => {
    const { secret, virtualKey } = await tenant.issue({ maxConcurrent: 2 });
    test.fake.configure({ latencyMs: 100 });
    const both = [ask(secret), ask(secret)];
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(2), soon);
    expect(await ask(secret)).toMatchObject({ status: 429, json: { error: { code: 'concurrency_limit' } } });
    expect(
      (await tenant.person.api('GET /api/virtual-keys/{id}', { params: { id: virtualKey.id } })).runningCalls,
    ).toBe(2);
    await Promise.all(both);
    test.fake.configure({ latencyMs: 0 });
    test.fake.respondTo({ times: 1 }, { httpStatus: 400, body: {} });
    const ends = [
      await ask(secret),
      await ask(secret, { ...chat, model: 7 }),
      await test.ask(path, { secret, body: '{' }),
      await ask(secret, { ...chat, stream: true }),
    ];
    expect(ends.map(({ status }) => status)).toEqual([400, 400, 400, 200]);
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(virtualKey.id)).toBe(0), soon);
  });

  it.each([1e300, 2 ** 53, 1.5, 0, -1, Number.MAX_VALUE])(
    'a call that asks for %d tokens breaks nothing',
    async (max_tokens) => {
      const { secret, virtualKey } = await tenant.issue({ tpm: 100_000, budgets: [{ usd: 1, period: 'day' }] });
      const reply = await ask(secret, { ...chat, max_tokens });
      expect([200, 429]).toContain(reply.status);
      expect(test.target.server.services.limits.concurrency.count(virtualKey.id)).toBe(0);
      expect((await ask((await tenant.issue()).secret)).status).toBe(200);
    },
  );

  it.each([
    ['gpt-4o', ['gpt-4o'], 200],
    ['gpt-4o', ['gpt-4o*'], 200],
    ['gpt-4o', ['openai/*'], 200],
    ['openai/gpt-4o', ['gpt-4o'], 200],
    ['gpt-4o', ['openai/gpt-4o'], 200],
    ['quick', ['quick'], 200],
    ['quick', ['gpt-4o-mini'], 200],
    ['gpt-4o-mini', ['quick'], 403],
    ['gpt-4o-mini', ['gpt-4o'], 403],
    ['gpt-4o', ['gpt-4o-*'], 403],
    ['GPT-4o', ['gpt-4o'], 403],
    ['gpt-4o', ['anthropic/*'], 403],
    ['openai/gpt-4o', ['anthropic/*', 'gpt-4'], 403],
  ])('models: %s with %j is %i', async (model, models, status) => {
    await tenant.person.api('PUT /api/model-aliases', { body: { items: [{ alias: 'quick', model: 'gpt-4o-mini' }] } });
    const { secret } = await tenant.issue({ models });
    expect((await ask(secret, { ...chat, model })).status).toBe(status);
    expect(test.fake.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  it('models: what names none cannot get round them', async () => {
    const { secret } = await tenant.issue({ models: ['gpt-4o'] });
    const form = '--b\r\nContent-Disposition: form-data; name=model\r\n\r\nwhisper-1\r\n--b--\r\n';
    for (const [place, options] of [
      ['/v1/images/generations', { body: { prompt: 'A cat' } }],
      ['/v1/completions', { body: { prompt: 'Hi' } }],
      ['/v1/audio/transcriptions', { body: form, headers: { 'content-type': 'multipart/form-data; boundary=b' } }],
      ['/proxy/openai/openai/v1/images/generations', { body: { prompt: 'A cat' } }],
    ] as const) {
      const reply = await test.ask(place, { secret, ...options });
      expect([400, 403]).toContain(reply.status);
    }
    expect(test.fake.requests).toHaveLength(0);
  });

  it('models: nothing that cannot be judged by them passes by the way of a provider', async () => {
    const { secret } = await tenant.issue({ models: ['gpt-4o', 'tts-1'] });
    const body = { model: 'o3-pro', prompt: 'Hi' };
    for (const place of ['/proxy/openai/openai/v1/other/completions', '/proxy/openai/openai/v1/chat/completionz']) {
      const reply = await test.ask(place, { secret, body });
      expect(reply).toMatchObject({ status: 403, json: { error: { code: 'endpoint_refused' } } });
      expect(reply.json.error.message).toContain('list of models');
    }
    expect((await test.ask('/proxy/openai/openai/v1/other', { secret })).status).toBe(403);
    const speech = (more: object) => test.ask('/v1/audio/speech', { secret, body: { input: 'Hi', ...more } });
    expect((await speech({})).json.error.code).toBe('model_missing');
    expect((await speech({ model: 'tts-1-hd' })).json.error.code).toBe('model_not_allowed');
    expect(test.fake.requests).toHaveLength(0);
    await speech({ model: 'tts-1' });
    expect(test.fake.requests).toHaveLength(1);
  });

  const upload = (secret: string) => startUpload(test.target.url, { path, secret, body: chat });

  it('are judged before the body is read, where they do not depend on it', async () => {
    const foreign = await tenant.issue({ ipAllowList: ['10.0.0.0/8'] });
    const frequent = await tenant.issue({ rpm: 1 });
    const busy = await tenant.issue({ maxConcurrent: 1 });
    await ask(frequent.secret);
    const held = upload(busy.secret);
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(busy.virtualKey.id)).toBe(1), soon);
    for (const [{ secret }, code] of [
      [foreign, 'ip_not_allowed'],
      [frequent, 'requests_limit'],
      [busy, 'concurrency_limit'],
    ] as const) {
      // The last byte is never sent.
      expect((await upload(secret).reply).json.error.code).toBe(code);
    }
    held.finish();
    expect((await held.reply).status).toBe(200);
    expect(test.fake.requests).toHaveLength(2);
  });

  it('an upload that stands still keeps no place: it is refused after a minute', async () => {
    const { secret, virtualKey } = await tenant.issue({ maxConcurrent: 1 });
    const held = upload(secret);
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(virtualKey.id)).toBe(1), soon);
    later(61_000);
    expect(await held.reply).toMatchObject({ status: 408, json: { error: { code: 'request_timeout' } } });
    await vi.waitFor(() => expect(concurrency.count(virtualKey.id)).toBe(0), soon);
    expect((await ask(secret)).status).toBe(200);
  });

  it('its end: refused from then on', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { secret } = await tenant.issue({ expiresAt });
    expect((await ask(secret)).status).toBe(200);
    const end = Date.parse(expiresAt);
    vi.spyOn(Date, 'now').mockReturnValue(end);
    expect(await ask(secret)).toMatchObject({ status: 401, json: { error: { code: 'virtual_key_expired' } } });
  });

  it('addresses: refused from others, whatever a header says', async () => {
    const { secret } = await tenant.issue({ ipAllowList: ['10.0.0.0/8', '2001:db8::/32'] });
    for (const headers of [
      {},
      { 'x-forwarded-for': '10.0.0.1' },
      { forwarded: 'for=10.0.0.1', 'x-real-ip': '10.0.0.1' },
    ]) {
      const reply = await test.ask(path, { secret, body: chat, headers });
      expect(reply).toMatchObject({ status: 403, json: { error: { code: 'ip_not_allowed' } } });
      expect(reply.json.error.message).toContain('127.0.0.1');
    }
    const near = await tenant.issue({ ipAllowList: ['127.0.0.0/8'] });
    expect((await ask(near.secret)).status).toBe(200);
    expect(test.fake.requests).toHaveLength(1);
  });

  it('are settings that are checked: an unknown one is refused and not ignored', async () => {
    const body = { name: 'Typo', keyIds: 'all', budget: 5 };
    const reply = await test.target.call('POST /api/virtual-keys', { token: tenant.person.token, body });
    expect(reply).toMatchObject({ status: 422, json: { error: { code: 'invalid_input' } } });
  });

  it.each([
    ['/v1/audio/speech', { usageState: 'missing', costUsd: null, priceState: 'unpriced' }],
    ['/v1/files', { outcome: 'error' }],
    ['/proxy/openai/openai/v1/vector_stores', { outcome: 'error' }],
  ])(
    'money: what tells no usage is refused to a key with a budget, and recorded for others: %s',
    async (place, event) => {
      const limited = await tenant.issue({ budgets: [{ usd: 5, period: 'month' }] });
      const body = { model: 'gpt-4o-mini-tts', input: 'Hi', voice: 'alloy' };
      const refused = await test.ask(place, { secret: limited.secret, body });
      expect(refused).toMatchObject({ status: 403, json: { error: { code: 'endpoint_refused' } } });
      expect(test.fake.requests).toHaveLength(0);
      const { secret } = await tenant.issue();
      expect(await tenant.attempt(await test.ask(place, { secret, body }))).toMatchObject(event);
      expect(test.fake.requests).toHaveLength(1);
    },
  );
});

describe('large requests on a machine with little memory', () => {
  it('share an eighth of it: one too many is refused for the moment, and small ones always pass', async () => {
    vi.spyOn(process, 'constrainedMemory').mockReturnValue(64 * 1024 * 1024);
    const test = await startGatewayFixture(engine);
    vi.restoreAllMocks();
    await test.addKey('openai');
    const { secret, virtualKey } = await test.issue({ onDisconnect: 'abort' });
    const large = { ...chat, messages: [{ role: 'user', content: 'x'.repeat(5 * 1024 * 1024) }] };
    // A body is in memory for as long as its call, which here waits for the provider.
    test.fake.configure({ latencyMs: 60_000 });
    const held = startUpload(test.target.url, { path, secret, body: large });
    held.finish();
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(1), soon);
    test.fake.configure({ latencyMs: 0 });
    const refused = await test.ask('/v1/messages', { secret, body: large });
    expect(refused).toMatchObject({
      status: 503,
      json: { type: 'error', error: { type: 'overloaded_error', code: 'unavailable' } },
      headers: { 'retry-after': '1', 'x-should-retry': 'true' },
    });
    expect(refused.json.error.message).toContain('large requests');
    const unsized = startUpload(test.target.url, { path, secret, body: large, isChunked: true });
    expect(await unsized.reply).toMatchObject({ status: 503, json: { error: { code: 'unavailable' } } });
    const zipped = { secret, headers: { 'content-encoding': 'gzip' }, body: gzipSync(JSON.stringify(large)) };
    expect(zipped.body.length).toBeLessThan(100_000);
    expect((await test.ask(path, zipped)).status).toBe(503);
    expect(test.fake.requests).toHaveLength(1);
    expect((await test.ask(path, { secret, body: chat })).status).toBe(200);
    held.leave();
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(virtualKey.id)).toBe(0), soon);
    expect((await test.ask(path, { secret, body: large })).status).toBe(200);
    await test.ask(path, zipped);
    expect(test.fake.requests).toHaveLength(4);
    const largest = { ...chat, messages: [{ role: 'user', content: 'x'.repeat(9 * 1024 * 1024) }] };
    expect((await test.ask(path, { secret, body: largest })).json.error.code).toBe('body_too_large');
    await test.dispose();
  });
});

describe('addresses behind a trusted proxy', () => {
  let test: GatewayFixture;
  beforeAll(async () => {
    test = await startGatewayFixture(engine, { TRUSTED_PROXIES: '127.0.0.1,192.168.0.0/16' });
    await test.addKey('openai');
  });
  afterAll(() => test.dispose());

  it.each([
    ['10.1.2.3', 200],
    ['203.0.113.9, 10.1.2.3', 200],
    ['203.0.113.9, 10.1.2.3, 192.168.1.1', 200],
    ['10.1.2.3, 203.0.113.9', 403],
    ['10.1.2.3, 203.0.113.9, 192.168.1.1', 403],
    ['203.0.113.9', 403],
    ['10.1.2.3, rubbish', 403],
    ['', 403],
  ])('are those that the proxies saw and not what the client claims: %s is %i', async (forwarded, status) => {
    const { secret } = await test.issue({ ipAllowList: ['10.0.0.0/8'] });
    const reply = await test.ask(path, { secret, body: chat, headers: { 'x-forwarded-for': forwarded } });
    expect(reply.status).toBe(status);
  });
});
