import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { sendRaw } from '../../testing/raw-http.ts';
import { testEngines } from '../../testing/test-database.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('the door of the gateway', () => {
  let test: GatewayFixture;
  let secret: string;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    for (const provider of ['openai', 'anthropic', 'google']) await test.addKey(provider);
    ({ secret } = await test.issue());
  });
  beforeEach(() => test.fake.reset());
  afterAll(() => test.dispose());

  const bearer = () => `Authorization: Bearer ${secret}\r\n`;
  const body = JSON.stringify(chat);

  it.each([
    '/v1/../api/keys',
    '/v1/%2e%2e/api/keys',
    '/v1/.%2E/api/keys',
    '/v1/./models',
    '/v1\\..\\api\\keys',
    '/v1/chat/completions/..%2f..%2fmodels',
    '/v1/chat%2fcompletions',
    '/v1/chat/completions#x',
    '/v1/chat/completions;x=1',
    '/v1/models/..%2f..%2f..%2fapi%2fkeys',
    '/v1beta/models/..%2f..%2fsecret:generateContent',
    '/v1beta/models/x%2f..%2f..%2f..%2fsecret:generateContent',
    '/v1beta/models/x%5c..%5c..%5csecret:generateContent',
    '/proxy/openai/../anthropic/v1/messages',
    '/proxy/openai/%2e%2e/x',
    '/proxy/openai/v1/x\\..\\..\\..\\admin',
    '/proxy/openai/v1/x%5c..%5cadmin',
    '/proxy/openai/v1/batches#/harmless',
    '/proxy//v1/models',
    '/proxy/nobody/v1/models',
    '/proxy/openai',
  ])('does not open to tricks with the path: %s', async (place) => {
    const reply = await sendRaw(
      test.target.url,
      `POST ${place} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${bearer()}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(reply).not.toContain('"items"');
    expect(test.fake.requests).toHaveLength(0);
  });

  it.each([
    ['/proxy/openai/openai/v1/batches', 'endpoint_refused'],
    ['/proxy/openai/openai/v1/%62atches', 'endpoint_refused'],
    ['/proxy/openai/openai//v1//batches', 'endpoint_refused'],
    ['/proxy/openai//openai/v1/batches/', 'endpoint_refused'],
    ['/proxy/openai/v1/batches', 'endpoint_refused'],
    ['/proxy/anthropic/anthropic/v1/messages/batches', 'endpoint_refused'],
    ['/proxy/google/google/v1beta/models/gemini-2.5-flash:batchGenerateContent', 'endpoint_refused'],
    ['/v1/batches', 'endpoint_refused'],
    ['/v1/realtime/sessions', 'endpoint_refused'],
    ['/v1/fine_tuning/jobs', 'endpoint_refused'],
    ['/v1/videos', 'endpoint_refused'],
    ['/v1/messages/batches', 'endpoint_refused'],
    ['/v1/unknown', 'endpoint_unknown'],
  ])('refuses what cannot be counted, however it is spelt: %s', async (place, code) => {
    const reply = await test.ask(place, { secret, body: chat });
    expect([403, 404]).toContain(reply.status);
    expect([reply.json.error.code, reply.json.error.details?.[0]?.reason.toLowerCase()]).toContain(code);
    expect(reply.headers['x-should-retry']).toBe('false');
    expect(test.fake.requests).toHaveLength(0);
  });

  it.each([
    '/proxy/openai/openai/v1/chat/completions',
    '/proxy/openai/openai/v1/%63hat/completions',
    '/proxy/openai/openai//v1/chat/completions',
  ])('meters a known call by the way of its provider, however it is spelt: %s', async (place) => {
    const reply = await test.ask(place, { secret, body: chat });
    expect(reply.status).toBeLessThan(500);
    const [event] = await test.events({ requestId: String(reply.headers['x-akm-request-id']) });
    expect(event).toMatchObject({ endpoint: 'chat/completions', dialect: 'openai-chat' });
  });

  it('passes other paths of a provider on with its own way of signing in', async () => {
    await test.ask('/proxy/anthropic/anthropic/v1/organizations', { secret });
    expect(test.fake.requests.at(-1)?.path).toBe('/anthropic/v1/organizations');
    expect(test.fake.requests.at(-1)?.headers['x-api-key']).toMatch(/^sk-fake/);
    expect(JSON.stringify(test.fake.requests.at(-1)?.headers)).not.toContain(secret);
  });

  it('opens to one key only, and not to two that differ', async () => {
    const other = (await test.issue()).secret;
    for (const headers of [
      { authorization: `Bearer ${secret}`, 'x-api-key': other },
      { authorization: `Bearer ${secret}`, 'x-goog-api-key': 'other' },
      { 'x-api-key': `${secret}, ${other}` },
    ]) {
      const reply = await test.ask(path, { headers, body: chat });
      expect(reply).toMatchObject({ status: 401, json: { error: { code: 'virtual_key_malformed' } } });
      expect(reply.headers['www-authenticate']).toContain('Bearer');
    }
    expect(test.fake.requests).toHaveLength(0);
  });

  it('opens to no key of another kind: a session, an access token, a password, nothing', async () => {
    const { token, cookie } = test.person;
    for (const headers of [
      {},
      { cookie },
      { authorization: `Bearer ${token}` },
      { authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}` },
      { authorization: `Bearer ${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}` },
      { authorization: `Bearer ${secret}x` },
    ]) {
      expect((await test.ask(path, { headers, body: chat })).status).toBe(401);
    }
    expect((await test.ask(`/v1/chat/completions?key=${secret}`, { body: chat })).status, 'Gemini alone').toBe(401);
    expect(test.fake.requests).toHaveLength(0);
  });

  it.each([
    ['a length and chunks', 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX'],
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 44\r\n\r\nGET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a folded header', 'Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n'],
    ['a coding nobody knows', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a NUL in a header', 'X-Note: a\u0000b\r\nContent-Length: 0\r\n\r\n'],
  ])('refuses what two servers could read in two ways: %s', async (_, rest) => {
    const answered = await sendRaw(test.target.url, `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${bearer()}${rest}`);
    expect(answered.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400']);
    expect(test.fake.requests).toHaveLength(0);
  });

  it.each(['gpt-4o\r\nX-Evil: 1', 'gpt-4o\u0000', 'gpt\u001b[31m', 'a'.repeat(301), '', 7, null, ['gpt-4o'], { a: 1 }])(
    'lets no name of a model out of its place: %j',
    async (model) => {
      const reply = await test.ask(path, { secret, body: { ...chat, model } });
      expect(reply.status).toBe(400);
      expect(test.fake.requests).toHaveLength(0);
      const gemini = `/v1beta/models/${encodeURIComponent(JSON.stringify(model))}:generateContent`;
      const other = await test.ask(gemini, { secret, body: { contents: [] } });
      expect(other.status).toBeLessThan(500);
      for (const request of test.fake.requests) {
        expect(request.headers['x-evil']).toBeUndefined();
        expect(request.path.startsWith('/google/v1beta/models/')).toBe(true);
      }
    },
  );

  it('offers no WebSocket', async () => {
    const head = `GET /v1/responses HTTP/1.1\r\nHost: localhost\r\n${bearer()}Connection: Upgrade, close\r\nUpgrade: websocket\r\n`;
    const answered = await sendRaw(
      test.target.url,
      `${head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    expect(answered).toMatch(/^HTTP\/1\.1 426 /);
    expect(answered).toContain('upgrade_refused');
  });

  it('is not open to other sites: no CORS for anybody', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const method of ['OPTIONS', 'POST']) {
      const reply = await test.ask(path, { method, headers, ...(method === 'POST' ? { secret, body: chat } : {}) });
      expect(reply.rawHeaders.join(' ')).not.toMatch(/access-control/i);
    }
    const preflight = await test.ask(path, { method: 'OPTIONS', headers });
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    expect((await test.ask(path, { headers, body: chat })).status, 'a page without the key').toBe(401);
  });

  it('tells a stranger nothing by any Host or by an absolute address', async () => {
    for (const line of [
      `GET /v1/models HTTP/1.1\r\nHost: evil.example`,
      'GET http://evil.example/v1/models HTTP/1.1\r\nHost: evil.example',
    ]) {
      const answered = await sendRaw(test.target.url, `${line}\r\nConnection: close\r\n\r\n`);
      expect(answered).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answered).not.toContain('gpt-4o');
    }
  });

  it('leaves the pages of the dashboard to people', async () => {
    const page = await test.ask('/models', { headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' } });
    expect(page.json?.error?.code ?? '').not.toMatch(/^virtual_key/);
    expect((await test.ask('/models', { secret })).json.object).toBe('list');
  });
});
