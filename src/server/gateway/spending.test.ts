import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import {
  askServer,
  type GatewayFixture,
  type GatewayReply,
  startGatewayFixture,
} from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { testEngines } from '../../testing/test-database.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { interruptedSettle } from '../usage/event-rows.ts';
import { JournalUnavailable } from '../usage/usage-recorder.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] };
const day = (usd: number) => ({ budgets: [{ usd, period: 'day' as const }] });
const statuses = (replies: readonly GatewayReply[]) =>
  Object.fromEntries(
    [...Map.groupBy(replies, ({ status }) => status)].map(([status, those]) => [status, those.length]),
  );

/** So many dollars for each request and nothing for its tokens: what a call is taken to cost is what it costs. */
async function priceRequests({ person }: Pick<Tenant, 'person'>, usdPerRequest: number): Promise<void> {
  const prices = { inputUsdPerMillion: 0, outputUsdPerMillion: 0, usdPerRequest };
  await person.api('PUT /api/prices', { body: { provider: 'openai', model: 'gpt-4o', ...prices } });
}

describe.each(testEngines())('money on $engine', (engine) => {
  let test: GatewayFixture;
  let tenant: Tenant;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    await test.fake.idle();
    test.fake.reset();
    tenant = await newTenant(test);
    await tenant.addKey('openai');
    await priceRequests(tenant, 1);
  });
  afterAll(() => test.dispose());

  const ask = (secret: string, body: object = chat) => test.ask(path, { secret, body });
  const askTimes = (count: number, secret: string) => Promise.all(Array.from({ length: count }, () => ask(secret)));
  const budgetOf = async (id: string) => {
    const { budgets } = await tenant.person.api('GET /api/virtual-keys/{id}', { params: { id } });
    return budgets[0];
  };

  it('holds under two hundred parallel calls: as many pass as it pays for, and nothing stays reserved', async () => {
    test.fake.configure({ latencyMs: 20 });
    const { secret, virtualKey } = await tenant.issue(day(10));
    const replies = await askTimes(200, secret);
    expect(statuses(replies)).toEqual({ 200: 10, 402: 190 });
    expect(test.fake.requests).toHaveLength(10);
    expect(await budgetOf(virtualKey.id)).toMatchObject({ spentUsd: '10.000000000', heldUsd: '0.000000000' });
    await tenant.person.api('POST /api/virtual-keys/{id}/top-up', {
      params: { id: virtualKey.id },
      body: { period: 'day', usd: 3 },
    });
    expect(statuses(await askTimes(3, secret)), 'nothing false afterwards').toEqual({ 200: 3 });
    expect((await ask(secret)).status).toBe(402);
  });

  it('is waited for while others only reserve it: no call fails that could be paid', async () => {
    // Two thousand tokens are reserved where a call names no limit, and eight are used.
    await tenant.person.api('DELETE /api/prices', { query: { provider: 'openai', model: 'gpt-4o' } });
    test.fake.configure({ latencyMs: 10 });
    const { secret, virtualKey } = await tenant.issue(day(0.05));
    const { max_tokens: _, ...unlimited } = chat;
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask(secret, unlimited)));
    expect(statuses(replies)).toEqual({ 200: 20 });
    const budget = await budgetOf(virtualKey.id);
    expect(budget?.heldUsd).toBe('0.000000000');
    expect(Number(budget?.spentUsd)).toBeLessThan(0.05);
  });

  it('is reserved for every call, also for one that names no limit', async () => {
    await tenant.person.api('DELETE /api/prices', { query: { provider: 'openai', model: 'gpt-4o' } });
    test.fake.configure({ latencyMs: 20 });
    const { secret } = await tenant.issue(day(0.001));
    const { max_tokens: _, ...unlimited } = chat;
    const replies = Promise.all(Array.from({ length: 4 }, () => ask(secret, unlimited)));
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, test.fake.requests.filter(({ outcome }) => outcome === 'running').length);
    }, 1);
    await replies;
    clearInterval(watch);
    expect(most).toBe(1);
  });

  it('is given back by calls that cost nothing: refusals, cuts and clients that left', async () => {
    const { secret, virtualKey } = await tenant.issue(day(1));
    test.fake.respondTo({ times: 1 }, { httpStatus: 400, body: { error: { message: 'No.' } } });
    expect((await ask(secret)).status).toBe(400);
    expect((await ask(secret, { ...chat, model: 'no-such-model' })).status).toBeGreaterThanOrEqual(400);
    expect(await budgetOf(virtualKey.id)).toMatchObject({ spentUsd: '0.000000000', heldUsd: '0.000000000' });
    expect((await ask(secret)).status).toBe(200);
  });

  it.each([
    [4.999, 3, 'one call passes the limit while anything is left'],
    [5, 2, 'and none when it is spent to the last nano-dollar'],
    [9.999999999, 2, 'however little that is'],
    [10, 1, 'at a hundred percent'],
    [0.000000001, 12, 'and never before'],
  ])('at $%d a call lets through the right number of calls (%i): %s', async (usd, expected) => {
    await priceRequests(tenant, usd);
    const { secret } = await tenant.issue(day(10));
    const replies: GatewayReply[] = [];
    for (let count = 0; count < Math.min(expected + 2, 12); count += 1) replies.push(await ask(secret));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(expected);
  });

  it('is told of at 50, 80 and 100 percent, once each', async () => {
    const { secret } = await tenant.issue({ ...day(10), name: 'Told of' });
    for (let count = 0; count < 10; count += 1) await ask(secret);
    await vi.waitFor(async () => {
      const { items } = await tenant.person.api('GET /api/alerts');
      expect(items.map(({ threshold }) => threshold).sort((one, other) => one - other)).toEqual([50, 80, 100]);
    });
  });

  it('of several budgets: the narrowest decides, and each period has its own', async () => {
    const budgets = [
      { usd: 2, period: 'hour' as const },
      { usd: 100, period: 'month' as const, timeZone: 'Asia/Shanghai' },
      { usd: 1000, period: 'total' as const },
    ];
    const { secret } = await tenant.issue({ budgets });
    expect(statuses(await askTimes(4, secret))).toEqual({ 200: 2, 402: 2 });
    const reply = await ask(secret);
    expect(reply.json.error.message).toMatch(
      /^The hourly budget .* is used up \(\$2\.00 of \$2\.00\)\. It starts again at 20/,
    );
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 3_600_000);
    expect((await ask(secret)).status, 'the next hour').toBe(200);
    vi.restoreAllMocks();
  });

  it('that is used up is refused in the shape of each dialect, with what to do', async () => {
    for (const provider of ['anthropic', 'google']) await tenant.addKey(provider);
    const { secret } = await tenant.issue(day(1));
    await ask(secret);
    const body = { model: 'claude-sonnet-4-5', max_tokens: 9, messages: chat.messages };
    const openai = await ask(secret);
    const anthropic = await test.ask('/v1/messages', { secret, body });
    const gemini = await test.ask('/v1beta/models/gemini-2.5-flash:generateContent', {
      secret,
      body: { contents: [] },
    });
    for (const reply of [openai, anthropic, gemini]) {
      expect(reply.status).toBe(402);
      expect(reply.headers['x-should-retry']).toBe('false');
      expect(reply.json.error.message).toContain('daily budget');
    }
    expect(openai.json.error).toMatchObject({ type: 'insufficient_quota', code: 'budget_exceeded' });
    expect(anthropic.json).toMatchObject({ type: 'error', error: { type: 'billing_error', code: 'budget_exceeded' } });
    expect(gemini.json.error).toMatchObject({
      code: 402,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ reason: 'BUDGET_EXCEEDED' }],
    });
  });

  it('of a provider key is one for all its virtual keys', async () => {
    const keyId = await tenant.addKey('openai', 'valid', { monthlyBudgetUsd: 2 });
    const [one, other] = [await tenant.issue({ keyIds: [keyId] }), await tenant.issue({ keyIds: [keyId] })];
    expect([(await ask(one.secret)).status, (await ask(other.secret)).status]).toEqual([200, 200]);
    const reply = await ask(one.secret);
    expect(reply).toMatchObject({ status: 402, json: { error: { code: 'budget_exceeded' } } });
    expect((await ask(other.secret)).status).toBe(402);
    expect((await ask((await tenant.issue()).secret)).status, 'another key serves').toBe(200);
  });

  it('is counted also where there is no budget, and one set later knows of it', async () => {
    const { secret, virtualKey } = await tenant.issue();
    const event = await tenant.attempt(await ask(secret));
    expect(event).toMatchObject({ costUsd: '1.000000000', usageState: 'exact', virtualKeyId: virtualKey.id });
    await ask(secret);
    await tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id: virtualKey.id }, body: day(3) });
    expect(await budgetOf(virtualKey.id)).toMatchObject({ spentUsd: '2.000000000' });
    expect(statuses(await askTimes(3, secret))).toEqual({ 200: 1, 402: 2 });
  });

  it('is not spent where the call cannot be written down: it is not made', async () => {
    const { usage } = test.target.server.services;
    const full = vi.spyOn(usage, 'open').mockImplementation(() => {
      throw new JournalUnavailable('the disk is full');
    });
    const { secret, virtualKey } = await tenant.issue(day(5));
    const reply = await ask(secret);
    expect(reply).toMatchObject({ status: 503, json: { error: { code: 'journal_unavailable' } } });
    expect(reply.headers['x-should-retry']).toBe('true');
    expect(test.fake.requests).toHaveLength(0);
    full.mockRestore();
    expect((await ask(secret)).status).toBe(200);
    expect(await budgetOf(virtualKey.id)).toMatchObject({ heldUsd: '0.000000000' });
  });

  it('is not charged for a free call of which a crash left the beginning alone', async () => {
    await tenant.addKey('anthropic');
    const { usage } = test.target.server.services;
    const opened = vi.spyOn(usage, 'open');
    const { secret } = await tenant.issue(day(5));
    const body = { model: 'claude-sonnet-4-5', messages: chat.messages };
    expect((await test.ask('/v1/messages/count_tokens', { secret, body })).status).toBe(200);
    await ask(secret);
    const [free, billed] = opened.mock.calls.map(([record]) => interruptedSettle(record));
    opened.mockRestore();
    expect(free).toMatchObject({ lines: [], costNanoUsd: 0, usageState: 'exact' });
    expect(billed).toMatchObject({ costNanoUsd: 1_000_000_000, usageState: 'estimated' });
  });

  it('without a price is unknown and never nothing; such models can be refused', async () => {
    const keyId = await tenant.addKey('openai');
    const body = { ...chat, model: 'gpt-of-tomorrow' };
    const { secret } = await tenant.issue({ keyIds: [keyId] });
    expect(await tenant.attempt(await ask(secret, body))).toMatchObject({
      costUsd: null,
      priceState: 'unpriced',
      outputTokens: 8,
    });
    const careful = await tenant.issue({ keyIds: [keyId], blockUnpriced: true });
    const before = test.fake.requests.length;
    expect(await ask(careful.secret, body)).toMatchObject({ status: 403, json: { error: { code: 'model_unpriced' } } });
    expect(test.fake.requests.length).toBe(before);
    const prices = { provider: 'openai', model: 'gpt-of-tomorrow', inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
    await tenant.person.api('PUT /api/prices', { body: prices });
    expect((await ask(careful.secret, body)).status).toBe(200);
  });
});

describe.each(testEngines())('money after a restart on $engine', (engine) => {
  it('is still spent', async () => {
    const place = await engine.open();
    await place.database.close();
    const environment = {
      DATA_DIR: place.dataDirectory,
      ...(place.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
    };
    const [sqlite] = testEngines();
    if (sqlite === undefined) throw new Error('there is always SQLite');
    const fake = await startFakeProvider();
    const first = await startTestServer(sqlite, environment);
    const tenant = await newTenant({ target: first, fake });
    await tenant.addKey('openai');
    await priceRequests(tenant, 1);
    const { secret } = await tenant.issue(day(3));
    const ask = async ({ url }: TestServer) => (await askServer(url, path, { secret, body: chat })).status;
    expect([await ask(first), await ask(first)]).toEqual([200, 200]);
    await first.dispose();
    const second = await startTestServer(sqlite, environment);
    expect([await ask(second), await ask(second)]).toEqual([200, 402]);
    await second.dispose();
    await fake.close();
    await place.dispose();
  });
});
