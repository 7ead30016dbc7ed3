import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
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
    test.fake.configure({ latencyMs: 100 });
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
    expect(reply).toMatchObject({ status: 503, json: { error: { code: 'no_key_available' } } });
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
