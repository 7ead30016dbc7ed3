import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { testEngines } from '../../testing/test-database.ts';

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi 你好 🎉' }] };
const messages = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
const contents = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };

describe.each(testEngines())('the gateway on $engine', (engine) => {
  let test: GatewayFixture;
  let secret: string;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    for (const provider of ['openai', 'anthropic', 'google']) await test.addKey(provider);
    ({ secret } = await test.issue());
  });
  afterAll(() => test.dispose());
  afterEach(() => test.fake.reset());

  const last = () => test.fake.requests.at(-1);

  describe('a call of the same dialect', () => {
    it.each([
      ['/v1/chat/completions', chat, '/openai/v1/chat/completions', 'openai-chat'],
      ['/v1/responses', { model: 'gpt-4o', input: 'Hi' }, '/openai/v1/responses', 'openai-responses'],
      ['/v1/messages', messages, '/anthropic/v1/messages', 'anthropic-messages'],
      [
        '/v1beta/models/gemini-2.5-flash:generateContent',
        contents,
        '/google/v1beta/models/gemini-2.5-flash:generateContent',
        'gemini',
      ],
    ])('%s reaches the provider unchanged and is recorded to the token', async (path, body, upstream, dialect) => {
      const text = JSON.stringify(body, null, 1);
      const reply = await test.ask(path, { secret, body: text });
      expect(reply.status).toBe(200);
      expect(last()).toMatchObject({ path: upstream, bodySha256: sha256(text), outcome: 'complete' });
      const [event] = await test.events();
      expect(event).toMatchObject({
        dialect,
        outcome: 'ok',
        usageState: 'exact',
        priceState: 'priced',
        httpStatus: 200,
        attempt: 1,
        isFinal: true,
        inputTokens: 12,
        outputTokens: 8,
        requestId: reply.headers['x-akm-request-id'],
      });
      expect(Number(event?.costUsd)).toBeGreaterThan(0);
    });

    it('carries the secret of the provider and never the virtual key', async () => {
      await test.ask('/v1/messages', {
        headers: { 'x-api-key': secret, authorization: `Bearer ${secret}`, 'anthropic-version': '2023-06-01' },
        body: messages,
      });
      const headers = last()?.headers ?? {};
      expect(JSON.stringify(headers)).not.toContain(secret);
      expect(headers['x-api-key']).toMatch(/^sk-fake-valid-/);
      expect(headers.authorization).toBeUndefined();
    });

    it('keeps the headers of the client and drops those that end here', async () => {
      await test.ask('/v1/chat/completions', {
        secret,
        body: chat,
        headers: {
          'User-Agent': 'OpenAI/JS 6.0',
          'X-Stainless-Lang': 'js',
          'openai-beta': 'x=1',
          Cookie: 'akm_session=abc',
          'X-Forwarded-For': '1.2.3.4',
          Connection: 'keep-alive, X-Hop',
          'X-Hop': 'here',
        },
      });
      const headers = last()?.headers ?? {};
      expect(headers).toMatchObject({ 'user-agent': 'OpenAI/JS 6.0', 'x-stainless-lang': 'js', 'openai-beta': 'x=1' });
      for (const name of ['cookie', 'x-forwarded-for', 'x-hop']) expect(headers[name]).toBeUndefined();
      expect((await test.events())[0]?.tool).toBe('openai-js');
    });

    it('keeps the query but for a key in it', async () => {
      await test.ask('/v1/messages?beta=true', { secret, body: messages });
      expect(last()?.path).toBe('/anthropic/v1/messages?beta=true');
      const path = `/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=${secret}`;
      expect((await test.ask(path, { body: contents })).status).toBe(200);
      expect(last()?.path).toBe('/google/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
    });

    it('passes a compressed body on as it came', async () => {
      const body = gzipSync(JSON.stringify({ ...messages, stream: true }));
      const reply = await test.ask('/v1/messages', { secret, body, headers: { 'content-encoding': 'gzip' } });
      expect(last()?.bodySha256).toBe(sha256(body));
      expect(last()?.headers['content-encoding']).toBe('gzip');
      expect(reply.status).toBeLessThan(500);
    });

    it('carries a body of twenty megabytes', async () => {
      const image = 'A'.repeat(20 * 1024 * 1024);
      const body = JSON.stringify({ ...chat, messages: [{ role: 'user', content: image }] });
      expect((await test.ask('/v1/chat/completions', { secret, body })).status).toBe(200);
      expect(last()).toMatchObject({ bodyBytes: body.length, bodySha256: sha256(body) });
    });
  });

  describe('a chat stream', () => {
    const stream = { ...chat, stream: true };

    it('asks for the usage and hides the chunk from a client that did not', async () => {
      const reply = await test.ask('/v1/chat/completions', { secret, body: stream });
      expect(JSON.parse(last()?.body.toString() ?? '')).toEqual({ ...stream, stream_options: { include_usage: true } });
      expect(reply.text).not.toContain('"choices":[]');
      expect(reply.text.endsWith('data: [DONE]\n\n')).toBe(true);
      expect((await test.events())[0]).toMatchObject({ stream: true, usageState: 'exact', outputTokens: 8 });
    });

    it('changes nothing for a client that asked itself', async () => {
      const body = JSON.stringify({ ...stream, stream_options: { include_usage: true } });
      const reply = await test.ask('/v1/chat/completions', { secret, body });
      expect(last()?.bodySha256).toBe(sha256(body));
      expect(reply.text).toContain('"choices":[]');
    });
  });

  describe('names of models', () => {
    it('may carry the provider, and an alias of the workspace', async () => {
      await test.ask('/v1/chat/completions', { secret, body: { ...chat, model: 'openai/gpt-4o' } });
      expect(last()?.model).toBe('gpt-4o');
      const items = [{ alias: 'fast', model: 'openai/gpt-4o-mini' }];
      await test.person.api('PUT /api/model-aliases', { body: { items } });
      const reply = await test.ask('/v1/chat/completions', { secret, body: { ...chat, model: 'fast' } });
      expect(reply.status).toBe(200);
      expect(last()?.model).toBe('gpt-4o-mini');
      expect((await test.events())[0]).toMatchObject({ model: 'fast', upstreamModel: 'gpt-4o-mini' });
      await test.person.api('PUT /api/model-aliases', { body: { items: [] } });
    });

    it('that nobody offers are refused in the shape of the dialect', async () => {
      const before = test.fake.requests.length;
      const reply = await test.ask('/v1/chat/completions', { secret, body: { ...chat, model: 'nobody/knows' } });
      expect(reply.status).toBeLessThan(500);
      const issued = await test.issue({ models: ['gpt-4o', 'claude-*'] });
      const refused = await test.ask('/v1/chat/completions', {
        secret: issued.secret,
        body: { ...chat, model: 'gpt-4o-mini' },
      });
      expect(refused).toMatchObject({ status: 403, json: { error: { code: 'model_not_allowed' } } });
      expect(refused.headers['x-should-retry']).toBe('false');
      expect(test.fake.requests.length - before).toBeLessThanOrEqual(1);
    });
  });
});
