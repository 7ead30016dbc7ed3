import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { startUpload } from '../../testing/slow-upload.ts';
import { testEngines } from '../../testing/test-database.ts';
import { brand } from '../ids.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const stream = { ...chat, stream: true };
const soon = { interval: 5, timeout: 5000 };

describe.each(testEngines())('what is taken back is out of force at once, on $engine', (engine) => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let keyId: string;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    await test.fake.idle();
    test.fake.reset();
    tenant = await newTenant(test);
    keyId = await tenant.addKey('openai');
  });
  afterAll(() => test.dispose());

  const ask = (secret: string, body: object = chat) => test.ask(path, { secret, body });
  const codeOf = async (secret: string) => (await ask(secret)).json?.error?.code ?? null;
  const revoke = (id: string) => tenant.person.api('DELETE /api/virtual-keys/{id}', { params: { id } });
  const change = (id: string, body: object) => tenant.person.api('PUT /api/keys/{id}', { params: { id }, body });
  const askedSecret = () => test.fake.requests.at(-1)?.secret;

  it('a revoked key is refused while its streams are open, and those are cut within a second', async () => {
    test.fake.configure({ contentTokens: 400, frameDelayMs: 3 });
    const { secret, virtualKey } = await tenant.issue();
    const other = await tenant.issue();
    const streams = [ask(secret, stream), ask(secret, stream)];
    const untouched = ask(other.secret, stream);
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(3), soon);
    const startedMs = performance.now();
    await revoke(virtualKey.id);
    expect(await codeOf(secret)).toBe('virtual_key_unknown');
    const cut = await Promise.all(streams);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    for (const reply of cut) {
      expect(reply.isCut).toBe(true);
      expect(await tenant.attempt(reply)).toMatchObject({ outcome: 'interrupted', usageState: 'estimated' });
    }
    expect((await untouched).text, 'another key goes on').toContain('[DONE]');
  });

  it('a call that waits for money when its key is revoked goes no further', async () => {
    // No reply comes before the end of the test: the others can only wait.
    test.fake.configure({ latencyMs: 60_000 });
    const { secret, virtualKey } = await tenant.issue({ budgets: [{ usd: 0.000001, period: 'day' }] });
    const calls = [ask(secret), ask(secret), ask(secret)];
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(virtualKey.id)).toBe(3), soon);
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(1), soon);
    await revoke(virtualKey.id);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(test.fake.requests).toHaveLength(1);
    expect(concurrency.count(virtualKey.id)).toBe(0);
  });

  /** A call that has come to its body and goes no further before the test says so. */
  const upload = async (secret: string, id: string, body: object = chat) => {
    const call = startUpload(test.target.url, { path, secret, body });
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(id)).toBe(1), soon);
    return call;
  };

  it('a key revoked while its request is still uploaded is refused within a second, and nothing is asked', async () => {
    const { secret, virtualKey } = await tenant.issue();
    const call = await upload(secret, virtualKey.id);
    const startedMs = performance.now();
    await revoke(virtualKey.id);
    expect(await call.reply).toMatchObject({ status: 401, json: { error: { code: 'virtual_key_unknown' } } });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(virtualKey.id)).toBe(0), soon);
    expect(test.fake.requests).toHaveLength(0);
  });

  it.each([
    ['model_not_allowed', { models: ['gpt-5'] }],
    ['ip_not_allowed', { ipAllowList: ['10.0.0.1'] }],
    ['virtual_key_expired', { expiresAt: new Date(Date.now() + 3_600_000).toISOString() }],
    ['concurrency_limit', { maxConcurrent: 1 }],
    ['requests_limit', { rpm: 1 }],
  ])('what a key may is judged when its request is there, and not when it began to come: %s', async (code, body) => {
    const { secret, virtualKey } = await tenant.issue();
    const call = await upload(secret, virtualKey.id);
    const params = { id: virtualKey.id };
    const other = code === 'concurrency_limit' ? startUpload(test.target.url, { path, secret, body: chat }) : null;
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(concurrency.count(virtualKey.id)).toBe(other === null ? 1 : 2), soon);
    await tenant.person.api('PUT /api/virtual-keys/{id}', { params, body });
    if (code === 'requests_limit') await ask(secret);
    const { length } = test.fake.requests;
    const now = Date.now();
    if (code === 'virtual_key_expired') vi.spyOn(Date, 'now').mockReturnValue(now + 3_700_000);
    call.finish();
    const { json } = await call.reply;
    vi.restoreAllMocks();
    other?.leave();
    expect(json.error.code).toBe(code);
    expect(test.fake.requests).toHaveLength(length);
  });

  it('a key in the trash serves no request that was still uploaded then', async () => {
    const { secret, virtualKey } = await tenant.issue();
    const call = await upload(secret, virtualKey.id);
    await tenant.person.api('DELETE /api/keys/{id}', { params: { id: keyId } });
    call.finish();
    expect(await call.reply).toMatchObject({ status: 503, json: { error: { code: 'no_key_available' } } });
    expect(test.fake.requests).toHaveLength(0);
  });

  it.each<[string, (ids: { virtualKeyId: string; keyId: string }) => Promise<unknown>]>([
    [
      'the secret is rotated without grace',
      ({ virtualKeyId }) =>
        tenant.person.api('POST /api/virtual-keys/{id}/rotate', {
          params: { id: virtualKeyId },
          body: { graceSeconds: 0 },
        }),
    ],
    [
      'the provider key goes into the trash',
      ({ keyId: id }) => tenant.person.api('DELETE /api/keys/{id}', { params: { id } }),
    ],
    [
      'the provider key leaves the pool',
      async ({ virtualKeyId }) => {
        const body = { keyIds: [await tenant.addKey('openai')] };
        return tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id: virtualKeyId }, body });
      },
    ],
    [
      'its owner leaves',
      async () => {
        const { database, changes } = test.target.server.services;
        const workspaceId = brand<'Workspace'>((await tenant.person.api('GET /api/me')).activeWorkspaceId);
        const userId = brand<'User'>(tenant.person.userId);
        const role = await database.kysely.selectFrom('members').selectAll().where('user_id', '=', userId).execute();
        await database.kysely.deleteFrom('members').where('user_id', '=', userId).execute();
        await changes.announce(workspaceId);
        // Back again, to look at what was recorded.
        await database.kysely.insertInto('members').values(role).execute();
      },
    ],
  ])('a stream is cut within a second when %s', async (_, takeBack) => {
    test.fake.configure({ contentTokens: 2000, frameDelayMs: 5 });
    const { secret, virtualKey } = await tenant.issue({ keyIds: [keyId] });
    const running = ask(secret, stream);
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(1), soon);
    const startedMs = performance.now();
    await takeBack({ virtualKeyId: virtualKey.id, keyId });
    const reply = await running;
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(reply.isCut).toBe(true);
    expect(await tenant.attempt(reply)).toMatchObject({ outcome: 'interrupted', usageState: 'estimated' });
  });

  it('a stream goes on through changes that do not take its key back', async () => {
    test.fake.configure({ contentTokens: 100, frameDelayMs: 3 });
    const idle = await tenant.addKey('openai');
    const { secret, virtualKey } = await tenant.issue({ keyIds: [keyId] });
    const params = { id: virtualKey.id };
    const put = (body: object) => tenant.person.api('PUT /api/virtual-keys/{id}', { params, body });
    const running = ask(secret, stream);
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(1), soon);
    await put({ keyIds: [keyId, idle] });
    await tenant.person.api('DELETE /api/keys/{id}', { params: { id: idle } });
    await tenant.person.api('POST /api/virtual-keys/{id}/rotate', { params, body: { graceSeconds: 60 } });
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 60_001);
    await put({ models: ['gpt-5'] });
    vi.restoreAllMocks();
    expect(test.fake.requests[0]?.outcome, 'the changes came while it ran').toBe('running');
    expect((await running).text).toContain('[DONE]');
  });

  it('a rotated secret ends at once, or with its time of grace', async () => {
    const { secret, virtualKey } = await tenant.issue();
    const rotate = (graceSeconds: number) =>
      tenant.person.api('POST /api/virtual-keys/{id}/rotate', {
        params: { id: virtualKey.id },
        body: { graceSeconds },
      });
    const second = (await rotate(60)).secret;
    expect([await codeOf(secret), await codeOf(second)]).toEqual([null, null]);
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 60_001);
    expect([await codeOf(secret), await codeOf(second)]).toEqual(['virtual_key_unknown', null]);
    vi.restoreAllMocks();
    const third = (await rotate(0)).secret;
    expect([await codeOf(secret), await codeOf(second), await codeOf(third)]).toEqual([
      'virtual_key_unknown',
      'virtual_key_unknown',
      null,
    ]);
  });

  it('reloads that run at the same time never bring a revoked key back', async () => {
    const issued = await Promise.all(Array.from({ length: 8 }, () => tenant.issue()));
    const changes = issued.map(({ virtualKey: { id } }, index) =>
      index % 2 === 0
        ? revoke(id)
        : tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id }, body: { note: 'x' } }),
    );
    const { changes: announcer } = test.target.server.services;
    const workspaceId = brand<'Workspace'>((await tenant.person.api('GET /api/me')).activeWorkspaceId);
    await Promise.all([...changes, ...Array.from({ length: 20 }, () => announcer.announce(workspaceId))]);
    const codes = await Promise.all(issued.map(({ secret }) => codeOf(secret)));
    expect(codes).toEqual(issued.map((_, index) => (index % 2 === 0 ? 'virtual_key_unknown' : null)));
  });

  it('a revoked key stays out of force while budgets cannot be read', async () => {
    const { secret, virtualKey } = await tenant.issue();
    const other = await tenant.issue();
    const { usage } = test.target.server.services;
    const asking = vi.spyOn(usage, 'askWithPosition').mockRejectedValue(new Error('no answer'));
    const body = { budgets: [{ usd: 5, period: 'day' as const }] };
    await tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id: other.virtualKey.id }, body });
    await revoke(virtualKey.id);
    expect(await codeOf(secret)).toBe('virtual_key_unknown');
    asking.mockRestore();
  });

  it('a member who has left has no key that works', async () => {
    const { secret } = await tenant.issue();
    const { database, changes } = test.target.server.services;
    const userId = brand<'User'>(tenant.person.userId);
    const workspaceId = brand<'Workspace'>((await tenant.person.api('GET /api/me')).activeWorkspaceId);
    await database.kysely.deleteFrom('members').where('user_id', '=', userId).execute();
    await changes.announce(workspaceId);
    const reply = await ask(secret);
    expect(reply).toMatchObject({ status: 401, json: { error: { code: 'virtual_key_unknown' } } });
    expect(test.fake.requests).toHaveLength(0);
  });

  it('a key in the trash serves nobody, and does again when it is restored', async () => {
    const { secret } = await tenant.issue();
    await tenant.person.api('DELETE /api/keys/{id}', { params: { id: keyId } });
    expect(await codeOf(secret)).toBe('no_key_available');
    expect(test.fake.requests).toHaveLength(0);
    await tenant.person.api('POST /api/keys/{id}/restore', { params: { id: keyId } });
    expect(await codeOf(secret)).toBeNull();
  });

  it('a changed secret goes out with the very next call, and the old one never again', async () => {
    const { secret } = await tenant.issue();
    await ask(secret);
    const [before, after] = [askedSecret(), test.fake.secret('valid')];
    await change(keyId, { secret: after });
    await ask(secret);
    expect(askedSecret()).toBe(after);
    expect(test.fake.requests.at(-1)?.secret).not.toBe(before);
  });

  it('a changed address is used at once, with the secret that was given for it', async () => {
    const { secret } = await tenant.issue();
    const upstream = test.fake.secret('valid');
    await change(keyId, { secret: upstream, baseUrl: test.fake.urlOf('groq') });
    await ask(secret);
    expect(test.fake.requests.at(-1)).toMatchObject({ path: '/groq/openai/v1/chat/completions', secret: upstream });
  });

  it('an expired key, a narrower pool, fewer models: all from the next call on', async () => {
    const second = await tenant.addKey('openai');
    const { secret, virtualKey } = await tenant.issue({ keyIds: [second] });
    const put = (body: object) =>
      tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id: virtualKey.id }, body });
    await ask(secret);
    const one = askedSecret();
    await put({ keyIds: [keyId] });
    await ask(secret);
    expect(askedSecret()).not.toBe(one);
    await put({ models: ['gpt-5'] });
    expect(await codeOf(secret)).toBe('model_not_allowed');
    await put({ models: null, ipAllowList: ['10.0.0.1'] });
    expect(await codeOf(secret)).toBe('ip_not_allowed');
    await put({ ipAllowList: null });
    expect(await codeOf(secret)).toBeNull();
    await change(keyId, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 60_001);
    expect(await codeOf(secret)).not.toBeNull();
    vi.restoreAllMocks();
  });
});

describe.each(testEngines())('a database that is gone, on $engine', (engine) => {
  it('stops no call: what is known stays in force, and nobody is told that their key is wrong', async () => {
    const test = await startGatewayFixture(engine);
    await test.addKey('openai');
    const { secret } = await test.issue({ budgets: [{ usd: 5, period: 'day' }] });
    await test.target.server.services.database.close();
    for (let count = 0; count < 3; count += 1) {
      expect((await test.ask(path, { secret, body: chat })).status).toBe(200);
    }
    expect(test.fake.totals().billedRequests).toBe(3);
    await test.dispose();
  });
});
