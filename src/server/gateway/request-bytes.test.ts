import { Agent, request, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { sendRaw } from '../../testing/raw-http.ts';
import { testEngines } from '../../testing/test-database.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const stream = { ...chat, stream: true, stream_options: { include_usage: true } };
const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const chunk = (content: string) => `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}`;
const last = `data: ${JSON.stringify({ id: 'c', choices: [], usage })}`;
const events = [chunk('Ünï'), chunk('你好，世界'), chunk('🎉👩‍👩‍👧'), last, 'data: [DONE]'];
const json = JSON.stringify({ id: 'c', choices: [{ message: { content: '你好 🎉' } }], usage }, null, 2);
const sse = { 'content-type': 'text/event-stream' };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('the bytes of a request', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let upstream: LoopbackServer;
  let secret: string;
  let answer: (response: ServerResponse) => unknown;
  let received: Buffer = Buffer.alloc(0);
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    upstream = await startLoopbackServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => chunks.push(piece));
      incoming.on('end', () => {
        received = Buffer.concat(chunks);
        answer(response);
      });
    });
    tenant = await newTenant(test);
    await tenant.addKeyAt(upstream.port);
    ({ secret } = await tenant.issue());
  });
  afterAll(async () => {
    await test.dispose();
    await upstream.close();
  });

  const ask = (body: object | string | Buffer = stream, headers: Record<string, string> = {}) =>
    test.ask(path, { secret, body, headers });
  beforeEach(() => {
    answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(json);
  });

  it('arrive as they were sent, also in chunks of which nobody knows the length', async () => {
    const body =
      ' {\n "model" : "gpt-4o","n":1.0E+2, "x\\u0041":"\\ud83c\\udf89 你好", "x":1,"x":2 ,"messages":[] }\r\n';
    await ask(body);
    expect(received.toString()).toBe(body);
    const half = Math.floor(body.length / 2);
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${secret}\r\n`;
    const parts = [body.slice(0, half), body.slice(half)].map((part) => Buffer.from(part));
    const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part.toString('latin1')}\r\n`).join('');
    const answered = await sendRaw(test.target.url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
    expect(answered).toMatch(/^HTTP\/1\.1 200 /);
    expect(received.toString()).toBe(body);
  });

  it('change by the name of the model alone where it is written as provider/model', async () => {
    const body = '{"messages":[ {"role":"user","content":"openai/gpt-4o 🎉"} ] , "model" : "openai/gpt-4o","seed":1e3}';
    expect((await ask(body)).status).toBe(200);
    expect(received.toString()).toBe(body.replace('"model" : "openai/gpt-4o"', '"model" : "gpt-4o"'));
  });

  it('without a body are answered without one', async () => {
    const reply = await test.ask('/v1/models', { secret, method: 'HEAD' });
    expect(reply).toMatchObject({ status: 405, isCut: false });
    expect(reply.body).toHaveLength(0);
  });

  it('may wait for the word to go on', async () => {
    const body = JSON.stringify(chat);
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${secret}\r\n`;
    const answered = await sendRaw(
      test.target.url,
      `${head}Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n${body}`,
    );
    expect(answered).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  it('may stand two calls behind each other: each gets its own reply, in order', async () => {
    answer = (response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ echo: received.length, usage }));
    };
    const calls = [3, 30].map((length, index) => {
      const body = JSON.stringify({ ...chat, user: 'u'.repeat(length) });
      const close = index === 1 ? 'Connection: close\r\n' : '';
      return `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${close}Authorization: Bearer ${secret}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    });
    const answered = await sendRaw(test.target.url, calls.join(''));
    const echoes = [...answered.matchAll(/"echo":(\d+)/g)].map(([, length]) => Number(length));
    expect(echoes).toEqual([
      JSON.stringify({ ...chat, user: 'uuu' }).length,
      JSON.stringify({ ...chat, user: 'uuu' }).length + 27,
    ]);
  });

  it.each([
    ['/v1/chat/completions', 'error.code'],
    ['/v1/messages', 'error.type'],
    ['/v1beta/models/gemini-2.5-flash:generateContent', 'error.status'],
  ])('that are too many are refused in the shape of %s, before they are read', async (place, member) => {
    const length = 101 * 1024 * 1024;
    const head = `POST ${place} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${secret}\r\n`;
    const answered = await sendRaw(test.target.url, `${head}Content-Length: ${length}\r\n\r\n{"model":`);
    expect(answered).toMatch(/^HTTP\/1\.1 413 /);
    const body = JSON.parse(answered.split('\r\n\r\n')[1] ?? '');
    const told = {
      'error.code': 'body_too_large',
      'error.type': 'request_too_large',
      'error.status': 'INVALID_ARGUMENT',
    }[member];
    expect(member.split('.').reduce((value, name) => value[name], body)).toBe(told);
  });

  it('leave the connection in order, however a call ends', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (input: { body: string; key?: string; place?: string }) =>
      new Promise<{ status: number; text: string; port: number }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${input.key ?? secret}`, 'content-type': 'application/json' };
        const outgoing = request(
          test.target.url + (input.place ?? path),
          { method: 'POST', agent, headers },
          (reply) => {
            const port = reply.socket.localPort ?? 0;
            reply.setEncoding('utf8');
            let text = '';
            reply.on('data', (part: string) => {
              text += part;
            });
            reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text, port }));
          },
        );
        outgoing.on('error', reject);
        outgoing.end(input.body);
      });
    const ports = new Set<number>();
    const body = JSON.stringify(chat);
    const ends: [number, Parameters<typeof send>[0], typeof answer][] = [
      [200, { body }, (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(json)],
      [
        200,
        { body: JSON.stringify(stream) },
        (response) => response.writeHead(200, sse).end(`${events.join('\n\n')}\n\n`),
      ],
      [401, { body: 'x'.repeat(200_000), key: 'sk-akm-wrong' }, () => undefined],
      [404, { body, place: '/v1/nothing' }, () => undefined],
      [400, { body: '{"model":' }, () => undefined],
      [
        422,
        { body },
        (response) => response.writeHead(422, { 'content-type': 'application/json' }).end('{"error":{}}'),
      ],
      [204, { body }, (response) => response.writeHead(204).end()],
      [502, { body }, (response) => response.destroy()],
      [200, { body }, (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(json)],
    ];
    for (const [status, input, how] of ends) {
      answer = how;
      const reply = await send(input);
      expect(reply.status, `${input.place ?? ''} ${input.body.slice(0, 20)}`).toBe(status);
      ports.add(reply.port);
    }
    expect(ports.size, 'one connection served them all').toBe(1);
    agent.destroy();
  });
});
