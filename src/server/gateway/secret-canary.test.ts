import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { type Listener, type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { sendRaw } from '../../testing/raw-http.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret } from '../../testing/test-server.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('the secret of a provider', () => {
  const canary = makeSecret('canary');
  let test: GatewayFixture;
  let tenant: Tenant;
  let secret: string;
  let answer: Listener;
  let upstream: LoopbackServer;
  beforeAll(async () => {
    test = await startGatewayFixture(engine, { LOG_LEVEL: 'trace' });
    upstream = await startLoopbackServer((incoming, response) => {
      incoming.resume().on('end', () => answer(incoming, response));
    });
    tenant = await newTenant(test);
  });
  beforeEach(async () => {
    // A fresh one each time: after a refusal a key rests.
    const keyId = await tenant.addKeyAt(upstream.port, { secret: canary });
    ({ secret } = await tenant.issue({ keyIds: [keyId] }));
  });
  afterAll(async () => {
    await test.dispose();
    await upstream.close();
  });

  const parts = [canary, canary.slice(0, 24), canary.slice(-12)];
  const expectNoCanary = (text: string, where: string) => {
    // Said without the text itself, so that a failure tells where and not what.
    expect({ where, isTold: parts.some((part) => text.includes(part)) }).toEqual({ where, isTold: false });
  };
  const told = (value: string) =>
    JSON.stringify({ error: { message: `Your key ${value} is not welcome`, param: value } });

  it.each<[string, Listener]>([
    [
      'in headers and cookies',
      (incoming, response) => {
        const authorization = incoming.headers.authorization ?? '';
        const headers = {
          'x-goog-api-key': canary,
          authorization,
          'set-cookie': `k=${canary}`,
          'x-request-id': `r-${canary}`,
          'openai-organization': canary,
        };
        response
          .writeHead(200, { 'content-type': 'application/json', ...headers })
          .end('{"usage":{"prompt_tokens":1,"completion_tokens":1}}');
      },
    ],
    [
      'in a refusal of the key',
      (_, response) => response.writeHead(401, { 'content-type': 'application/json' }).end(told(canary)),
    ],
    [
      'in a refusal of the request',
      (_, response) => response.writeHead(400, { 'content-type': 'application/json' }).end(told(canary)),
    ],
    ['in half', (_, response) => response.writeHead(422).end(told(`${canary.slice(0, 24)}...${canary.slice(-12)}`))],
    [
      'in a compressed refusal',
      (_, response) => response.writeHead(400, { 'content-encoding': 'gzip' }).end(gzipSync(told(canary))),
    ],
    [
      'in a compressed fault',
      (_, response) => response.writeHead(500, { 'content-encoding': 'br' }).end(brotliCompressSync(told(canary))),
    ],
    [
      'in trailers',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream', trailer: 'x-debug' });
        response.write('data: [DONE]\n\n');
        response.addTrailers({ 'x-debug': canary, 'set-cookie': `k=${canary}` });
        response.end();
      },
    ],
    [
      'in an error within a stream',
      (_, response) => {
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(`data: {"error":{"message":"bad key ${canary}","code":"x"}}\n\n`);
      },
    ],
    [
      'in a redirect',
      (_, response) => response.writeHead(307, { location: `https://example.com/?key=${canary}` }).end(canary),
    ],
    [
      'in the model and the id of a reply',
      (_, response) => {
        const usage = { prompt_tokens: 1, completion_tokens: 1 };
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ id: canary, model: canary, usage }));
      },
    ],
  ])('is told to nobody where the provider repeats it %s', async (what, how) => {
    answer = how;
    test.target.logs.length = 0;
    const reply = await test.ask(path, { secret, body: chat });
    expectNoCanary(JSON.stringify([reply.rawHeaders, reply.trailers]), 'headers');
    // What a success says is the provider's own affair: those bytes are never changed.
    if (reply.status !== 200) expectNoCanary(reply.text, 'body');
    const event = await tenant.attempts(reply);
    expectNoCanary(JSON.stringify(event), `the record, ${what}`);
    expectNoCanary(test.target.logs.join(''), 'logs');
    expect(reply.headers['set-cookie']).toBeUndefined();
    expect(reply.headers['x-akm-request-id']).toBeDefined();
  });

  it('is in no log and in no answer of the dashboard, and neither is the virtual key', async () => {
    answer = (_, response) => response.writeHead(500).end(told(canary));
    const wrong = `sk-akm-${'a'.repeat(49)}`;
    await test.ask(`/v1beta/models?key=${secret}`, {});
    await test.ask(`/v1beta/models?key=${wrong}`, {});
    await test.ask(`/v1/nothing?key=${wrong}`, { secret });
    await test.ask(`/proxy/openai/v1/x?api_key=${secret}`, { secret });
    await sendRaw(
      test.target.url,
      `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${wrong}\r\nBad Header\r\n\r\n`,
    );
    const logs = test.target.logs.join('');
    expectNoCanary(logs, 'logs');
    expect(logs).not.toContain(secret);
    expect(logs).not.toContain(wrong);
    for (const place of ['/api/keys', '/api/virtual-keys', '/api/usage/events', '/api/audit-events']) {
      const { text } = await test.target.call(`GET ${place}`, { token: tenant.person.token });
      expectNoCanary(text, place);
      expect(text).not.toContain(secret);
    }
  });
});
