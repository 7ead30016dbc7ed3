import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';

const text = [{ role: 'user', content: 'Tell me something about virtual keys, please.' }];
const streams = [
  ['openai-chat', '/v1/chat/completions', { model: 'gpt-4o', stream: true, messages: text }],
  ['openai-responses', '/v1/responses', { model: 'gpt-4o', stream: true, input: 'Hi' }],
  ['anthropic-messages', '/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 99, stream: true, messages: text }],
  [
    'gemini',
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    { contents: [{ parts: [{ text: 'Hi' }] }] },
  ],
] as const;
const [, chatPath, chatStream] = streams[0];
const chat = { ...chatStream, stream: false };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');
const soon = { interval: 5, timeout: 5000 };

describe('a call that does not end as it should', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let secret: string;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    tenant = await newTenant(test);
    for (const provider of ['openai', 'anthropic', 'google']) await tenant.addKey(provider);
    ({ secret } = await tenant.issue());
  });
  afterEach(async () => {
    await test.fake.idle();
    test.fake.reset();
  });
  afterAll(() => test.dispose());

  /** What the provider bills for its last answer, in the words of the events. */
  const billed = () => {
    const usage = test.fake.requests.at(-1)?.usage;
    if (!usage) throw new Error('the provider bills nothing');
    const { inputTokens, outputTokens, cacheReadTokens } = usage;
    return { inputTokens, outputTokens, cacheReadTokens };
  };
  const slowly = {
    contentTokens: 20,
    frameDelayMs: 2,
    usage: { inputTokens: 321, cacheReadTokens: 20, reasoningTokens: 7 },
  };
  /** Sends a call and leaves once the provider has it, before it has answered. */
  const leaveBeforeTheReply = async (path: string, headers: Record<string, string>, body: object) => {
    const before = test.fake.requests.length;
    const outgoing = request(test.target.url + path, { method: 'POST', headers });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify(body));
    await vi.waitFor(() => expect(test.fake.requests.length).toBe(before + 1), soon);
    outgoing.destroy();
  };
  const bearer = (value: string) => ({ authorization: `Bearer ${value}`, 'content-type': 'application/json' });

  describe('the client leaves', () => {
    it.each(streams)(
      'a stream of %s at its beginning, its middle or its end: billed to the token',
      async (_, path, body) => {
        test.fake.configure(slowly);
        const whole = await test.ask(path, { secret, body });
        for (const share of [0.01, 0.5, 0.99]) {
          const isEarly = share < 0.9;
          const reply = await test.ask(path, { secret, body, leaveAfterBytes: Math.ceil(whole.body.length * share) });
          const event = await tenant.attempt(reply);
          await test.fake.idle();
          expect(test.fake.requests.at(-1)?.outcome).toBe('complete');
          expect(event).toMatchObject({ ...billed(), usageState: 'exact', priceState: 'priced' });
          expect(isEarly ? ['client_gone'] : ['client_gone', 'ok']).toContain(event.outcome);
        }
      },
    );

    it.each([
      ['a stream', chatStream],
      ['a JSON reply', chat],
    ])('%s before its first byte: billed to the token', async (_, body) => {
      test.fake.configure({ latencyMs: 60, usage: slowly.usage });
      const issued = await tenant.issue();
      await leaveBeforeTheReply(chatPath, bearer(issued.secret), body);
      const event = await tenant.attempt({ virtualKeyId: issued.virtualKey.id });
      expect(event).toMatchObject({ ...billed(), outcome: 'client_gone', usageState: 'exact' });
    });

    it('a large JSON reply in its middle: billed to the token', async () => {
      test.fake.configure({ hugeLineBytes: 24_000_000, usage: slowly.usage });
      const reply = await test.ask(chatPath, { secret, body: chat, leaveAfterBytes: 100_000 });
      expect(reply.isCut).toBe(true);
      expect(await tenant.attempt(reply)).toMatchObject({ ...billed(), outcome: 'client_gone', usageState: 'exact' });
    });

    it('while it still sends: nothing reaches the provider and nothing is recorded', async () => {
      const issued = await tenant.issue();
      const outgoing = request(test.target.url + chatPath, {
        method: 'POST',
        headers: { ...bearer(issued.secret), 'content-length': '1000' },
      });
      outgoing.on('error', () => undefined);
      const answered = test.ask(chatPath, { secret, body: chat });
      outgoing.write('{"model":"gpt-4o"');
      await answered;
      outgoing.destroy();
      expect((await test.ask(chatPath, { secret, body: chat })).status).toBe(200);
      expect(test.fake.requests).toHaveLength(2);
      const { items } = await tenant.person.api('GET /api/usage/events', {
        query: { virtualKeyId: issued.virtualKey.id },
      });
      expect(items).toEqual([]);
    });

    it('while it waits for money that others have reserved: nothing reaches the provider', async () => {
      test.fake.configure({ latencyMs: 600 });
      const issued = await tenant.issue({ budgets: [{ usd: 0.000001, period: 'day' }] });
      const first = test.ask(chatPath, { secret: issued.secret, body: chat });
      await vi.waitFor(() => expect(test.fake.requests).toHaveLength(1), soon);
      const outgoing = request(test.target.url + chatPath, { method: 'POST', headers: bearer(issued.secret) });
      outgoing.on('error', () => undefined);
      outgoing.end(JSON.stringify({ ...chat, max_tokens: 1 }));
      const id = issued.virtualKey.id;
      const { concurrency } = test.target.server.services.limits;
      await vi.waitFor(() => expect(concurrency.count(id)).toBe(2), soon);
      outgoing.destroy();
      await vi.waitFor(() => expect(concurrency.count(id)).toBe(1), { interval: 5, timeout: 500 });
      expect(test.fake.requests[0]?.outcome).toBe('running');
      // Money enough for both.
      await tenant.person.api('POST /api/virtual-keys/{id}/top-up', {
        params: { id },
        body: { period: 'day', usd: 1 },
      });
      expect((await first).status).toBe(200);
      await vi.waitFor(() => expect(concurrency.count(id)).toBe(0), soon);
      expect(test.fake.requests).toHaveLength(1);
    });

    it('and the virtual key says stop: the provider is cut off and what came is estimated', async () => {
      test.fake.configure({ contentTokens: 500, frameDelayMs: 5 });
      const issued = await tenant.issue({ onDisconnect: 'abort', budgets: [{ usd: 5, period: 'day' }] });
      for (const [, path, body] of streams) {
        const reply = await test.ask(path, { secret: issued.secret, body, leaveAfterBytes: 1500 });
        const event = await tenant.attempt(reply);
        await test.fake.idle();
        expect(test.fake.requests.at(-1)?.outcome).toBe('client_gone');
        expect(event).toMatchObject({ outcome: 'client_gone', usageState: 'estimated' });
        expect(event.inputTokens).toBeGreaterThan(0);
        expect(event.outputTokens).toBeGreaterThan(0);
        expect(event.outputTokens).toBeLessThan(500);
        expect(Number(event.costUsd)).toBeGreaterThan(0);
      }
      const { id } = issued.virtualKey;
      const { budgets } = await tenant.person.api('GET /api/virtual-keys/{id}', { params: { id } });
      expect(budgets[0]).toMatchObject({ heldUsd: '0.000000000' });
      expect(Number(budgets[0]?.spentUsd)).toBeGreaterThan(0);
    });

    it('before the first byte, and the virtual key says stop: told apart from a part of a reply', async () => {
      test.fake.configure({ latencyMs: 5000 });
      const issued = await tenant.issue({ onDisconnect: 'abort' });
      await leaveBeforeTheReply(chatPath, bearer(issued.secret), chatStream);
      const event = await tenant.attempt({ virtualKeyId: issued.virtualKey.id });
      expect(event).toMatchObject({ outcome: 'aborted_before_first_byte', usageState: 'estimated', firstByteMs: null });
      await test.fake.idle();
      expect(test.fake.requests[0]?.outcome).toBe('client_gone');
    });
  });

  describe('the client stays', () => {
    let laterMs = 0;
    beforeEach(() => {
      const now = performance.now.bind(performance);
      vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
    });
    afterEach(() => vi.restoreAllMocks());

    /** A call whose reply is left where it is once its head has come. */
    const stand = (issued: { secret: string }): Promise<IncomingMessage> =>
      new Promise((resolve) => {
        const headers = bearer(issued.secret);
        const outgoing = request(test.target.url + chatPath, { method: 'POST', agent: false, headers });
        outgoing.on('error', () => undefined);
        outgoing.once('response', (response) => {
          response.on('error', () => undefined).pause();
          resolve(response);
        });
        outgoing.end(JSON.stringify(chatStream));
      });

    it.each([
      ['drain', 'exact'],
      ['abort', 'estimated'],
    ] as const)('and reads no more: the call ends as if it had left, %s', async (onDisconnect, usageState) => {
      test.fake.configure({ hugeLineBytes: 32_000_000, usage: slowly.usage });
      const issued = await tenant.issue({ onDisconnect, budgets: [{ usd: 5, period: 'day' }] });
      const { id } = issued.virtualKey;
      const reply = await stand(issued);
      const { concurrency } = test.target.server.services.limits;
      expect(concurrency.count(id)).toBe(1);
      await vi.waitFor(
        () => {
          // Again, for it may not have stood still the first time.
          laterMs += 301_000;
          expect(concurrency.count(id)).toBe(0);
        },
        { interval: 1500, timeout: 10_000 },
      );
      expect(await tenant.attempt({ virtualKeyId: id })).toMatchObject({ usageState, outcome: 'client_gone' });
      const { budgets } = await tenant.person.api('GET /api/virtual-keys/{id}', { params: { id } });
      expect(budgets[0]).toMatchObject({ heldUsd: '0.000000000' });
      reply.destroy();
    });

    it('and reads on after a while: it is not taken for one that has left', async () => {
      // Long enough for the gateway to look at its calls more than once while the second part comes.
      test.fake.configure({ hugeLineBytes: 16_000_000, contentTokens: 500, frameDelayMs: 5 });
      const issued = await tenant.issue();
      const reply = await stand(issued);
      let bytes = 0;
      for await (const part of reply) {
        const before = bytes;
        bytes += part.length;
        if (before < 16_000_000 && bytes >= 16_000_000) laterMs += 301_000;
      }
      expect(bytes).toBeGreaterThan(16_000_000);
      expect(await tenant.attempt({ virtualKeyId: issued.virtualKey.id })).toMatchObject({ outcome: 'ok' });
    });

    it('and the reply has no end: no call outlasts an hour', async () => {
      test.fake.configure({ contentTokens: 5000, frameDelayMs: 5 });
      const issued = await tenant.issue();
      const reply = await stand(issued);
      laterMs += 3_601_000;
      await expect(reply.toArray()).rejects.toThrow('aborted');
      const event = await tenant.attempt({ virtualKeyId: issued.virtualKey.id });
      expect(event).toMatchObject({ outcome: 'interrupted', usageState: 'estimated' });
      await test.fake.idle();
      expect(test.fake.requests[0]?.outcome).toBe('client_gone');
    });
  });

  describe('the provider', () => {
    it.each(streams)('cuts a stream of %s: so does the gateway, and what came is estimated', async (_, path, body) => {
      test.fake.configure({ contentTokens: 40, cutAfterFrames: 30 });
      const reply = await test.ask(path, { secret, body });
      expect(reply).toMatchObject({ status: 200, isCut: true });
      const event = await tenant.attempt(reply);
      expect(event).toMatchObject({ outcome: 'upstream_gone', usageState: 'estimated', errorCode: 'network' });
      expect(event.inputTokens).toBeGreaterThan(0);
      expect(event.outputTokens).toBeGreaterThan(5);
    });

    it.each(streams)('tells an error within a stream of %s: told on, and no success', async (_, path, body) => {
      test.fake.configure({ errorAfterFrames: 5 });
      const reply = await test.ask(path, { secret, body });
      expect(reply).toMatchObject({ status: 200, isCut: false });
      expect(reply.text).toMatch(/error/);
      const event = await tenant.attempt(reply);
      expect(event).toMatchObject({ outcome: 'error', usageState: 'estimated', httpStatus: 200 });
      expect(event.errorCode).not.toBeNull();
      expect(event.errorDetail).not.toBeNull();
    });

    it.each(streams)('fails at the very beginning of a stream of %s: nothing is billed', async (_, path, body) => {
      test.fake.configure({ errorAfterFrames: 0 });
      const event = await tenant.attempt(await test.ask(path, { secret, body }));
      expect(event).toMatchObject({
        outcome: 'error',
        inputTokens: 0,
        outputTokens: 0,
        costUsd: '0.000000000',
      });
    });

    it.each(streams)('tells no usage of %s: estimated, and said so', async (_, path, body) => {
      test.fake.configure({ tellsUsage: false, contentTokens: 40 });
      const event = await tenant.attempt(await test.ask(path, { secret, body }));
      expect(event).toMatchObject({ outcome: 'ok', usageState: 'estimated', priceState: 'priced' });
      expect(event.inputTokens).toBeGreaterThan(0);
      expect(event.outputTokens).toBeGreaterThan(10);
    });

    it.each(streams)('tells zeros of %s: those are usage, and no estimate takes their place', async (_, path, body) => {
      test.fake.configure({ usage: { inputTokens: 0, outputTokens: 0 }, contentTokens: 40 });
      const event = await tenant.attempt(await test.ask(path, { secret, body }));
      expect(event).toMatchObject({ usageState: 'exact', inputTokens: 0, outputTokens: 0, costUsd: '0.000000000' });
    });

    it('refuses with a long text: no token of it is billed, and each attempt costs nothing', async () => {
      const body = { error: { message: 'This is no answer. '.repeat(500), type: 'invalid_request_error' } };
      test.fake.respondTo({}, { httpStatus: 400, body });
      const event = await tenant.attempt(await test.ask(chatPath, { secret, body: chat }));
      expect(event).toMatchObject({ outcome: 'error', inputTokens: 0, outputTokens: 0, costUsd: '0.000000000' });
    });

    it.each<[string, (response: ServerResponse) => void]>([
      [
        'breaks off a refusal',
        (response) => {
          response.writeHead(400, { 'content-type': 'application/json', 'content-length': '500' });
          response.write('{"error":', () => response.destroy());
        },
      ],
      ['refuses with megabytes', (response) => void response.writeHead(400).end('x'.repeat(3_000_000))],
    ])('%s: the client gets a whole refusal all the same', async (_, answer) => {
      const upstream = await startLoopbackServer((incoming, response) =>
        incoming.resume().on('end', () => answer(response)),
      );
      const keyId = await tenant.addKeyAt(upstream.port);
      const issued = await tenant.issue({ keyIds: [keyId] });
      const reply = await test.ask(chatPath, { secret: issued.secret, body: chat });
      expect(reply).toMatchObject({ status: 502, isCut: false, json: { error: { code: 'upstream_unreachable' } } });
      expect(await tenant.attempt(reply)).toMatchObject({ outcome: 'error', httpStatus: 400, costUsd: '0.000000000' });
      await tenant.person.api('DELETE /api/keys/{id}', { params: { id: keyId } });
      await upstream.close();
    });
  });
});
