import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'lorem ipsum '.repeat(1000) }] };
const soon = { interval: 5, timeout: 5000 };
const nothing = { usageState: 'exact', inputTokens: 0, costUsd: '0.000000000' };

describe.each(testEngines())('an attempt that is cut before the first byte of a reply, on $engine', (engine) => {
  let test: GatewayFixture;
  let tenant: Tenant;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    await test.fake.idle();
    test.fake.reset();
    tenant = await newTenant(test);
  });
  afterAll(() => test.dispose());

  /** Sends a call and leaves when `arrived` holds. */
  const leave = async (secret: string, arrived: () => void, target = path, body: object = chat) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const outgoing = request(test.target.url + target, { method: 'POST', headers });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify(body));
    await vi.waitFor(arrived, soon);
    outgoing.destroy();
  };
  const isAsked = () => expect(test.fake.requests).toHaveLength(1);
  /** What went in and nothing more, at $2.50 a million. */
  const expectInputEstimate = async (of: Parameters<Tenant['attempt']>[0], outcome: string) => {
    const event = await tenant.attempt(of);
    expect(event).toMatchObject({ outcome, usageState: 'estimated', priceState: 'priced', outputTokens: 0 });
    expect(event.inputTokens).toBeGreaterThan(1000);
    expect(Number(event.costUsd)).toBeCloseTo((event.inputTokens * 2.5) / 1e6, 9);
    return Number(event.costUsd);
  };
  const spentOf = async (id: string) =>
    Number((await tenant.person.api('GET /api/virtual-keys/{id}', { params: { id } })).budgets[0]?.spentUsd);

  it('because the client left is charged what went in, and its budget is, too', async () => {
    test.fake.configure({ latencyMs: 60_000 });
    await tenant.addKey('openai');
    const { secret, virtualKey } = await tenant.issue({ onDisconnect: 'abort', budgets: [{ usd: 5, period: 'day' }] });
    await leave(secret, isAsked);
    const cost = await expectInputEstimate({ virtualKeyId: virtualKey.id }, 'aborted_before_first_byte');
    expect(await spentOf(virtualKey.id)).toBe(cost);
  });

  it('because its key was revoked is charged what went in', async () => {
    test.fake.configure({ latencyMs: 60_000 });
    await tenant.addKey('openai');
    const { secret, virtualKey } = await tenant.issue();
    const reply = test.ask(path, { secret, body: chat });
    await vi.waitFor(isAsked, soon);
    await tenant.person.api('DELETE /api/virtual-keys/{id}', { params: { id: virtualKey.id } });
    expect((await reply).status).toBe(503);
    await expectInputEstimate(await reply, 'interrupted');
  });

  it('by the provider is charged what went in', async () => {
    const upstream = await startLoopbackServer((incoming) =>
      incoming.resume().on('end', () => incoming.socket.destroy()),
    );
    const { secret } = await tenant.issue({ keyIds: [await tenant.addKeyAt(upstream.port)] });
    const attempts = await tenant.attempts(await test.ask(path, { secret, body: chat }));
    expect(attempts).toHaveLength(2);
    for (const { outcome, usageState, inputTokens, outputTokens } of attempts) {
      expect({ outcome, usageState, outputTokens }).toEqual({
        outcome: 'unreachable',
        usageState: 'estimated',
        outputTokens: 0,
      });
      expect(inputTokens).toBeGreaterThan(1000);
    }
    await upstream.close();
  });

  it('by the provider before the whole request has left costs nothing, and the attempt behind it what it used', async () => {
    const large = { ...chat, messages: [{ role: 'user', content: 'lorem ipsum '.repeat(1_000_000) }] };
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
    let requests = 0;
    const upstream = await startLoopbackServer((incoming, response) => {
      requests += 1;
      if (requests === 1) {
        incoming.once('data', () => incoming.socket.destroy());
        return;
      }
      incoming.resume().on('end', () => response.end(JSON.stringify({ id: 'c', choices: [], usage })));
    });
    const { secret, virtualKey } = await tenant.issue({
      keyIds: [await tenant.addKeyAt(upstream.port)],
      budgets: [{ usd: 50, period: 'day' }],
    });
    const reply = await test.ask(path, { secret, body: large });
    expect(reply.status).toBe(200);
    const [broken, served] = await tenant.attempts(reply);
    expect(broken).toMatchObject({ outcome: 'unreachable', isFinal: false, ...nothing });
    expect(served).toMatchObject({ outcome: 'ok', usageState: 'exact', inputTokens: 7, isFinal: true });
    expect(await spentOf(virtualKey.id)).toBe(Number(served?.costUsd));
    await upstream.close();
  });

  it('before a connection stood costs nothing, for nothing has left', async () => {
    const sockets: { destroy: () => void }[] = [];
    // It takes connections and never answers a TLS handshake.
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const keyId = await tenant.addKeyAt(port, { baseUrl: `https://127.0.0.1:${port}/v1` });
    const { secret, virtualKey } = await tenant.issue({ keyIds: [keyId], onDisconnect: 'abort' });
    await leave(secret, () => expect(sockets).toHaveLength(1));
    const event = await tenant.attempt({ virtualKeyId: virtualKey.id });
    expect(event).toMatchObject({ outcome: 'aborted_before_first_byte', ...nothing });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('of an interface that costs nothing is charged nothing, and of one that tells no usage has none', async () => {
    test.fake.configure({ latencyMs: 60_000 });
    for (const provider of ['anthropic', 'openai']) await tenant.addKey(provider);
    const [free, speech] = [
      await tenant.issue({ onDisconnect: 'abort' }),
      await tenant.issue({ onDisconnect: 'abort' }),
    ];
    const counted = { model: 'claude-sonnet-4-5', messages: chat.messages };
    await leave(free.secret, isAsked, '/v1/messages/count_tokens', counted);
    expect(await tenant.attempt({ virtualKeyId: free.virtualKey.id })).toMatchObject(nothing);
    await test.fake.idle();
    const spoken = { model: 'gpt-4o-mini-tts', input: 'Hi', voice: 'alloy' };
    await leave(speech.secret, () => expect(test.fake.requests).toHaveLength(2), '/v1/audio/speech', spoken);
    const event = await tenant.attempt({ virtualKeyId: speech.virtualKey.id });
    expect(event).toMatchObject({ usageState: 'missing', inputTokens: 0, costUsd: null });
  });
});
