import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BudgetPeriod } from '../../contract/vocabulary.ts';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { AppError } from '../http-errors.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] };
const unpriced = { ...chat, model: 'gpt-of-tomorrow' };
const soon = { interval: 5, timeout: 5000 };

describe.each(testEngines())('budgets that are changed on $engine', (engine) => {
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
    await setPrice('gpt-4o', 1);
  });
  afterEach(() => void vi.restoreAllMocks());
  afterAll(() => test.dispose());

  /** So many dollars for each request and nothing for its tokens. */
  const setPrice = (model: string, usdPerRequest: number, applyToPast = false) =>
    tenant.person.api('PUT /api/prices', {
      body: { provider: 'openai', model, inputUsdPerMillion: 0, outputUsdPerMillion: 0, usdPerRequest, applyToPast },
    });
  const ask = (secret: string, body: object = chat) => test.ask(path, { secret, body });
  const put = (id: string, body: object) => tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id }, body });
  const budgets = (usd: number, period: BudgetPeriod = 'day', timeZone = 'UTC') => ({
    budgets: [{ usd, period, timeZone }],
  });
  const spentOf = async (id: string) => {
    const reply = await tenant.person.api('GET /api/virtual-keys/{id}', { params: { id } });
    return reply.budgets.map(({ spentUsd }) => Number(spentUsd));
  };

  it('know what was spent while there was none', async () => {
    const { secret, virtualKey } = await tenant.issue(budgets(10));
    await ask(secret);
    await put(virtualKey.id, { budgets: [] });
    await ask(secret);
    await ask(secret);
    await put(virtualKey.id, budgets(3));
    expect(await spentOf(virtualKey.id)).toEqual([3]);
    expect((await ask(secret)).json.error.code).toBe('budget_exceeded');
  });

  it('know what was spent while they had another calendar', async () => {
    const { secret, virtualKey } = await tenant.issue(budgets(10));
    await ask(secret);
    // The day of which began in the same hour as the one of UTC only in one of them.
    for (const timeZone of ['Asia/Shanghai', 'America/New_York', 'UTC']) {
      await put(virtualKey.id, budgets(10, 'day', timeZone));
      await ask(secret);
    }
    expect(await spentOf(virtualKey.id)).toEqual([4]);
    await put(virtualKey.id, budgets(10, 'total'));
    await ask(secret);
    await put(virtualKey.id, budgets(5));
    expect(await spentOf(virtualKey.id)).toEqual([5]);
    expect((await ask(secret)).status).toBe(402);
  });

  it('are charged for calls that run while they are set, whether or not another one held them', async () => {
    test.fake.configure({ latencyMs: 200 });
    const [none, other] = [await tenant.issue(), await tenant.issue(budgets(10))];
    const calls = [ask(none.secret), ask(other.secret)];
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(2), soon);
    await put(none.virtualKey.id, budgets(10));
    await put(other.virtualKey.id, { budgets: [] });
    await put(other.virtualKey.id, budgets(10));
    await Promise.all(calls);
    await vi.waitFor(async () => expect(await spentOf(none.virtualKey.id)).toEqual([1]), soon);
    await vi.waitFor(async () => expect(await spentOf(other.virtualKey.id)).toEqual([1]), soon);
  });

  it('are in force for the next attempt of a call that began before them', async () => {
    const gate = Promise.withResolvers<void>();
    const failing = await startLoopbackServer(async (_incoming, response) => {
      await gate.promise;
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"Not now."}}');
    });
    const ids = [await tenant.addKeyAt(failing.port), await tenant.addKey('openai')];
    const pool = ids.map((keyId, index) => ({ keyId, priority: index + 1, weight: 1 }));
    const { secret, virtualKey } = await tenant.issue({ keyIds: ids, pool });
    const reply = ask(secret);
    await vi.waitFor(() => expect(failing.connections).toBe(1), soon);
    await put(virtualKey.id, budgets(1, 'total'));
    gate.resolve();
    expect((await reply).status).toBe(200);
    expect(await spentOf(virtualKey.id)).toEqual([1]);
    expect((await ask(secret)).json.error.code).toBe('budget_exceeded');
    await failing.close();
  });

  it('are charged once for each call, also while the clock stands before the moment in which they were set', async () => {
    const { secret, virtualKey } = await tenant.issue(budgets(10, 'total'));
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() - 60_000);
    for (let count = 0; count < 2; count += 1) expect((await ask(secret)).status).toBe(200);
    vi.restoreAllMocks();
    expect(await spentOf(virtualKey.id)).toEqual([2]);
  });

  it('that are not known yet are waited for, and keep nothing else from coming into force', async () => {
    const { usage } = test.target.server.services;
    const [limited, other] = [await tenant.issue(), await tenant.issue()];
    const answer = Promise.withResolvers<void>();
    const truly = usage.askWithPosition;
    vi.spyOn(usage, 'askWithPosition').mockImplementation(async (name, input) => {
      await answer.promise;
      return truly(name, input);
    });
    await ask(limited.secret);
    const { length } = test.fake.requests;
    const setting = put(limited.virtualKey.id, budgets(2));
    const isLimited = () =>
      test.target.server.services.limits.budgets.tryHold({
        rules: [{ id: `${limited.virtualKey.id}:day`, period: 'day', timeZone: 'UTC', limitNanoUsd: 9e9, topUps: [] }],
        estimateNanoUsd: 0,
        nowMs: Date.now(),
      });
    await vi.waitFor(() => expect(isLimited()).toMatchObject({ ok: false, reason: 'unknown' }), soon);
    const waiting = [ask(limited.secret), ask(limited.secret)];
    await put(other.virtualKey.id, { models: ['gpt-5'] });
    expect((await ask(other.secret)).json.error.code).toBe('model_not_allowed');
    expect(test.fake.requests, 'nobody passes unchecked').toHaveLength(length);
    answer.resolve();
    await setting;
    expect((await Promise.all(waiting)).map(({ status }) => status).toSorted((one, two) => one - two)).toEqual([
      200, 402,
    ]);
    expect(await spentOf(limited.virtualKey.id)).toEqual([2]);
  });

  it('that could not be read are asked for again, and calls wait meanwhile', async () => {
    const { usage } = test.target.server.services;
    const { secret, virtualKey } = await tenant.issue();
    await ask(secret);
    vi.spyOn(usage, 'askWithPosition').mockRejectedValueOnce(new AppError('unavailable'));
    await put(virtualKey.id, budgets(1));
    const reply = await ask(secret);
    expect(reply.json.error.code).toBe('budget_exceeded');
    expect(await spentOf(virtualKey.id)).toEqual([1]);
  });

  it('know of calls whose price was entered later', async () => {
    const { secret, virtualKey } = await tenant.issue(budgets(3));
    for (let count = 0; count < 2; count += 1) await tenant.attempt(await ask(secret, unpriced));
    expect(await spentOf(virtualKey.id)).toEqual([0]);
    const reply = await setPrice('gpt-of-tomorrow', 2, true);
    expect(reply.repricedEvents).toBe(2);
    expect(await spentOf(virtualKey.id)).toEqual([4]);
    expect((await ask(secret)).json.error.code).toBe('budget_exceeded');
  });

  it('and prices that were committed are in force, also where pricing the past failed then', async () => {
    const { usage } = test.target.server.services;
    const { secret, virtualKey } = await tenant.issue(budgets(9));
    await tenant.attempt(await ask(secret, unpriced));
    const truly = usage.command;
    vi.spyOn(usage, 'command').mockImplementationOnce(async (name, input) => {
      await truly(name, input);
      throw new AppError('unavailable');
    });
    await expect(setPrice('gpt-of-tomorrow', 2, true)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await spentOf(virtualKey.id), 'the step that was made').toEqual([2]);
    const event = await tenant.attempt(await ask(secret, unpriced));
    expect(event).toMatchObject({ costUsd: '2.000000000', priceState: 'priced' });
  });

  it('raise their alerts once the database is back, once each, with the time at which they were due', async () => {
    const { database } = test.target.server.services;
    const { secret } = await tenant.issue({ ...budgets(2), name: 'Told of' });
    const away = vi
      .spyOn(database, 'transaction')
      .mockRejectedValue(Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' }));
    await ask(secret);
    await ask(secret);
    await vi.waitFor(() => expect(away).toHaveBeenCalled(), soon);
    const passedMs = Date.now();
    away.mockRestore();
    await vi.waitFor(async () => {
      const { items } = await tenant.person.api('GET /api/alerts');
      expect(items.map(({ threshold }) => threshold).toSorted((one, two) => one - two)).toEqual([50, 80, 100]);
      for (const { time } of items) expect(Date.parse(time)).toBeLessThanOrEqual(passedMs);
    }, soon);
  });
});
