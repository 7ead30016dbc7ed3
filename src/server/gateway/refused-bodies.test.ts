import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { testEngines } from '../../testing/test-database.ts';

const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('a body that the gateway does not pass on', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let secret: string;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    tenant = await newTenant(test);
    for (const provider of ['openai', 'xai']) await tenant.addKey(provider);
    ({ secret } = await tenant.issue());
  });
  beforeEach(() => test.fake.reset());
  afterAll(() => test.dispose());

  /** Refused before anything was written down or sent. */
  const expectRefused = async (place: string, body: string | object, code: string, by = secret) => {
    const { usage } = test.target.server.services;
    const opened = vi.spyOn(usage, 'open');
    const reply = await test.ask(place, { secret: by, body });
    const opens = opened.mock.calls.length;
    opened.mockRestore();
    expect(reply.json?.error?.code, `${place} ${JSON.stringify(body)}`).toBe(code);
    expect(opens).toBe(0);
    expect(test.fake.requests).toHaveLength(0);
    return reply;
  };

  describe('asks for an answer later', () => {
    const response = { model: 'gpt-4o', input: 'Hi' };
    const chat = { model: 'grok-4', messages: [{ role: 'user', content: 'Hi' }] };

    const limited = async () => (await tenant.issue({ budgets: [{ usd: 5, period: 'month' }] })).secret;

    it.each([
      '/v1/responses',
      '/responses',
      '/v1/v1/responses/',
      '/proxy/openai/v1/responses',
      '/proxy/openai/openai/v1/responses',
      '/proxy/openai/openai/v1/%72esponses',
    ])('as a background response, at %s, by a key whose spending is limited: its usage is not told', async (place) => {
      const by = await limited();
      for (const background of [true, 'true', 1]) {
        const reply = await expectRefused(place, { ...response, background }, 'endpoint_refused', by);
        expect(reply.status).toBe(403);
        expect(reply.json.error.message).toMatch(/spending is limited.*without 'background'/i);
      }
      await expectRefused(place, '{"model":"gpt-4o","input":"Hi","b\\u0061ckground":true}', 'gateway_body_invalid');
    });

    it('as a deferred completion, by a key that may only use what has a price', async () => {
      const by = (await tenant.issue({ blockUnpriced: true })).secret;
      for (const place of ['/v1/chat/completions', '/proxy/xai/xai/v1/chat/completions']) {
        const reply = await expectRefused(place, { ...chat, deferred: true }, 'endpoint_refused', by);
        expect(reply.json.error.message).toContain("without 'deferred'");
      }
    });

    it('is passed on for a key without limits, and its cost is unknown, not nothing', async () => {
      const reply = await test.ask('/v1/responses', { secret, body: { ...response, background: true } });
      expect(reply.status).toBe(200);
      const attempt = await tenant.attempt(reply);
      expect(attempt).toMatchObject({ usageState: 'missing', priceState: 'unpriced', costUsd: null });
    });

    it('is metered in a stream, by a key without limits alone: who leaves it can fetch the answer later', async () => {
      const body = { ...response, background: true, stream: true };
      await expectRefused('/v1/responses', body, 'endpoint_refused', await limited());
      const reply = await test.ask('/v1/responses', { secret, body });
      expect(reply.status).toBe(200);
      expect(await tenant.attempt(reply)).toMatchObject({ usageState: 'exact', priceState: 'priced' });
    });

    it.each([false, null])('is passed on when it says %s', async (value) => {
      expect((await test.ask('/v1/responses', { secret, body: { ...response, background: value } })).status).toBe(200);
      const reply = await test.ask('/v1/chat/completions', { secret, body: { ...chat, deferred: value } });
      expect(reply.status).toBe(200);
      expect(await tenant.attempt(reply)).toMatchObject({ usageState: 'exact' });
    });
  });

  describe('has a member that cannot be read', () => {
    const body = (member: string) => `{"model":"gpt-4o","messages":[],"stream":true,${member}}`;

    it.each([
      '"stream_options":"x"',
      '"stream_options":true',
      '"stream_options":7',
      '"stream_options":[]',
      '"stream_options":[1}',
      '"stream_options":{"include_usage"}',
      '"stream_options":{include_usage:true}',
      '"stream_options":nul',
      '"max_tokens":1.',
      '"background":tru',
    ])('%s', async (member) => {
      const reply = await expectRefused('/v1/chat/completions', body(member), 'gateway_body_invalid');
      expect(reply.status).toBe(400);
      expect(reply.json.error.message).toContain(member.split('"')[1]);
    });

    it('the name of the model, where one may be left out', async () => {
      const reply = await expectRefused('/v1/completions', '{"model":gpt-4o,"prompt":"Hi"}', 'gateway_body_invalid');
      expect(reply.json.error.message).toContain("'model'");
    });

    it('and is passed on where the provider alone reads it', async () => {
      for (const text of ['{"model":"gpt-4o","messages":[],"stream_options":"x"}', body('"stream_options":null')]) {
        expect((await test.ask('/v1/chat/completions', { secret, body: text })).status).toBe(200);
      }
    });
  });
});
