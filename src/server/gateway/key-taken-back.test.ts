import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret } from '../../testing/test-server.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const answer = JSON.stringify({ id: 'c', choices: [], usage: { prompt_tokens: 1000, completion_tokens: 1000 } });
const soon = { interval: 5, timeout: 5000 };

/** A provider that is asked and answers when the test says so. */
interface Upstream {
  readonly port: number;
  /** The authorisation of each request. */
  readonly asked: (string | undefined)[];
  readonly answer: () => void;
}

describe.each(testEngines())('a provider key that is taken back while a call is under way, on $engine', (engine) => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    tenant = await newTenant(test);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const close of closing) await close();
    closing = [];
  });
  afterAll(() => test.dispose());

  const start = async (status = 200): Promise<Upstream> => {
    const gate = Promise.withResolvers<void>();
    const asked: (string | undefined)[] = [];
    const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      asked.push(request.headers.authorization);
      request.resume();
      await gate.promise;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 200 ? answer : '{"error":{"message":"Not now."}}');
    };
    const server = await startLoopbackServer(listener);
    closing.push(() => server.close());
    return { port: server.port, asked, answer: gate.resolve };
  };
  const pool = (ids: readonly string[]) => ({
    keyIds: [...ids],
    pool: ids.map((keyId, index) => ({ keyId, priority: index + 1, weight: 1 })),
  });
  const ask = (secret: string) => test.ask(path, { secret, body: chat });
  const trash = (id: string) => tenant.person.api('DELETE /api/keys/{id}', { params: { id } });
  const change = (id: string, body: object) => tenant.person.api('PUT /api/keys/{id}', { params: { id }, body });
  const reach = (id: string, ids: readonly string[]) =>
    tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id }, body: pool(ids) });
  const set = (id: string, body: object) => tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id }, body });

  describe('and the key before it fails', () => {
    /** A call at its first key, which will fail, with others behind that answer at once. */
    const begin = async () => {
      const [failing, second, third] = [await start(500), await start(), await start()];
      second.answer();
      third.answer();
      const ids = [await tenant.addKeyAt(failing.port), await tenant.addKeyAt(second.port)] as const;
      const spare = await tenant.addKeyAt(third.port);
      return { failing, second, third, ids, spare };
    };

    it.each<[string, (ids: { first: string; second: string; virtualKeyId: string }) => Promise<unknown>]>([
      ['is in the trash', ({ second }) => trash(second)],
      ['is out of the pool', ({ first, virtualKeyId }) => reach(virtualKeyId, [first])],
      ['has expired', ({ second }) => change(second, { expiresAt: new Date(Date.now() - 1000).toISOString() })],
    ])('is not asked when it %s: the client hears of the first', async (_, takeBack) => {
      const { failing, second, ids } = await begin();
      const { secret, virtualKey } = await tenant.issue(pool(ids));
      const reply = ask(secret);
      await vi.waitFor(() => expect(failing.asked).toHaveLength(1), soon);
      await takeBack({ first: ids[0], second: ids[1], virtualKeyId: virtualKey.id });
      failing.answer();
      expect(await reply).toMatchObject({ status: 500, json: { error: { message: 'Not now.' } } });
      expect(second.asked).toEqual([]);
      expect(await tenant.attempt(await reply)).toMatchObject({ keyId: ids[0], isFinal: true });
    });

    it('gives its turn to the next one', async () => {
      const { failing, second, third, ids, spare } = await begin();
      const { secret } = await tenant.issue(pool([...ids, spare]));
      const reply = ask(secret);
      await vi.waitFor(() => expect(failing.asked).toHaveLength(1), soon);
      await trash(ids[1]);
      failing.answer();
      expect((await reply).status).toBe(200);
      expect([second.asked.length, third.asked.length]).toEqual([0, 1]);
      expect(await tenant.attempts(await reply)).toMatchObject([
        { attempt: 1, keyId: ids[0], isFinal: false },
        { attempt: 2, keyId: spare, isFinal: true },
      ]);
    });

    it.each([
      ['the model is no more in the list', { models: ['gpt-4o-mini'] }],
      ['the model may be used at another provider alone', { models: ['xai/*', 'anthropic/gpt-4o'] }],
      ['calls may come from elsewhere alone', { ipAllowList: ['203.0.113.0/24'] }],
    ])('is not asked when %s: the client hears of the first', async (_, settings) => {
      const { failing, second, ids } = await begin();
      const { secret, virtualKey } = await tenant.issue(pool(ids));
      const reply = ask(secret);
      await vi.waitFor(() => expect(failing.asked).toHaveLength(1), soon);
      await set(virtualKey.id, settings);
      failing.answer();
      expect(await reply).toMatchObject({ status: 500, json: { error: { message: 'Not now.' } } });
      expect(second.asked).toEqual([]);
    });

    it('is asked when the list of models was changed and still has the model', async () => {
      const { failing, second, ids } = await begin();
      const { secret, virtualKey } = await tenant.issue({ ...pool(ids), models: ['gpt-4o'] });
      const reply = ask(secret);
      await vi.waitFor(() => expect(failing.asked).toHaveLength(1), soon);
      await set(virtualKey.id, { models: ['openai/gpt-4*'] });
      failing.answer();
      expect((await reply).status).toBe(200);
      expect(second.asked).toHaveLength(1);
    });

    it('is not asked for what has no price when that is refused now', async () => {
      const { failing, second, ids } = await begin();
      const { secret, virtualKey } = await tenant.issue(pool(ids));
      const reply = test.ask(path, { secret, body: { ...chat, model: 'nobody-knows-this' } });
      await vi.waitFor(() => expect(failing.asked).toHaveLength(1), soon);
      await set(virtualKey.id, { blockUnpriced: true });
      failing.answer();
      expect((await reply).status).toBe(500);
      expect(second.asked).toEqual([]);
    });

    it('is asked with its new secret alone when it was rotated', async () => {
      const { failing, second, ids } = await begin();
      const { secret } = await tenant.issue(pool(ids));
      const reply = ask(secret);
      await vi.waitFor(() => expect(failing.asked).toHaveLength(1), soon);
      const renewed = makeSecret('renewed');
      await change(ids[1], { secret: renewed });
      failing.answer();
      expect((await reply).status).toBe(200);
      expect(second.asked).toEqual([`Bearer ${renewed}`]);
    });

    it('is asked where it lives now', async () => {
      const { failing, second, third, ids } = await begin();
      const { secret } = await tenant.issue(pool(ids));
      const reply = ask(secret);
      await vi.waitFor(() => expect(failing.asked).toHaveLength(1), soon);
      const moved = makeSecret('moved');
      await change(ids[1], { secret: moved, baseUrl: `http://127.0.0.1:${third.port}/v1` });
      failing.answer();
      expect((await reply).status).toBe(200);
      expect([second.asked, third.asked]).toEqual([[], [`Bearer ${moved}`]]);
    });
  });

  describe('and the call waits for money', () => {
    /** A call that waits for what another one at the same key has reserved. */
    const begin = async () => {
      const [upstream, spare] = [await start(), await start()];
      spare.answer();
      const ids = [await tenant.addKeyAt(upstream.port), await tenant.addKeyAt(spare.port)] as const;
      const other = await tenant.addKeyAt(upstream.port);
      const settings = { ...pool([...ids, other]), budgets: [{ usd: 0.02, period: 'day' as const }] };
      const { secret, virtualKey } = await tenant.issue(settings);
      const waiting = vi.spyOn(test.target.server.services.limits.budgets, 'hold');
      const running = ask(secret);
      await vi.waitFor(() => expect(upstream.asked).toHaveLength(1), soon);
      const reply = ask(secret);
      await vi.waitFor(() => expect(waiting).toHaveBeenCalledTimes(1), soon);
      return { upstream, spare, ids, other, running, reply, virtualKeyId: virtualKey.id };
    };

    it('serves it no more, and the next one does', async () => {
      const { upstream, spare, ids, running, reply } = await begin();
      await trash(ids[0]);
      expect((await running).status, 'the one that it served').toBe(503);
      expect((await reply).status).toBe(200);
      expect([upstream.asked.length, spare.asked.length]).toEqual([1, 1]);
      expect(await tenant.attempt(await reply)).toMatchObject({ keyId: ids[1] });
    });

    it('and the model is taken out of the list: the call is told so', async () => {
      const { upstream, spare, running, reply, virtualKeyId } = await begin();
      await set(virtualKeyId, { models: ['gpt-4o-mini'] });
      upstream.answer();
      await running;
      expect(await reply).toMatchObject({ status: 403, json: { error: { code: 'model_not_allowed' } } });
      expect([upstream.asked.length, spare.asked.length]).toEqual([1, 0]);
    });

    it('and there is no other: the call is told so, and nothing stays reserved', async () => {
      const { upstream, spare, running, reply, virtualKeyId } = await begin();
      await reach(virtualKeyId, [await tenant.addKeyAt(spare.port)]);
      await running;
      expect(await reply).toMatchObject({ status: 503, json: { error: { code: 'no_key_available' } } });
      expect([upstream.asked.length, spare.asked.length]).toEqual([1, 0]);
      const { budgets } = await tenant.person.api('GET /api/virtual-keys/{id}', { params: { id: virtualKeyId } });
      expect(budgets[0]).toMatchObject({ heldUsd: '0.000000000' });
    });

    it('is asked with its new secret alone when it was rotated', async () => {
      const { upstream, ids, running, reply } = await begin();
      const renewed = makeSecret('renewed');
      await change(ids[0], { secret: renewed });
      upstream.answer();
      expect([(await running).status, (await reply).status]).toEqual([200, 200]);
      expect(upstream.asked).toHaveLength(2);
      expect(upstream.asked[0]).not.toBe(upstream.asked[1]);
      expect(upstream.asked[1]).toBe(`Bearer ${renewed}`);
    });
  });
});
