import { createHash } from 'node:crypto';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const stream = { ...chat, stream: true, stream_options: { include_usage: true } };
const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const used = { usageState: 'exact', inputTokens: 9, outputTokens: 4, outcome: 'ok' };
const chunk = (content: string) => `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}`;
const last = `data: ${JSON.stringify({ id: 'c', choices: [], usage })}`;
const events = [chunk('Ünï'), chunk('你好，世界'), chunk('🎉👩‍👩‍👧'), last, 'data: [DONE]'];
const json = JSON.stringify({ id: 'c', choices: [{ message: { content: '你好 🎉' } }], usage }, null, 2);
const sse = { 'content-type': 'text/event-stream' };
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('the bytes of a reply', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let upstream: LoopbackServer;
  let secret: string;
  let answer: (response: ServerResponse) => unknown;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    upstream = await startLoopbackServer((incoming, response) => {
      incoming.resume().on('end', () => answer(response));
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
  const answerWith = (
    body: Buffer | string,
    headers: Record<string, string> = sse,
    pieceBytes = Number.POSITIVE_INFINITY,
  ) => {
    answer = async (response) => {
      response.writeHead(200, headers);
      const bytes = Buffer.from(body);
      for (let start = 0; start < bytes.length; start += pieceBytes) {
        await new Promise((sent) => response.write(bytes.subarray(start, start + pieceBytes), sent));
      }
      response.end();
    };
  };

  describe('of a reply arrive as they were sent and are metered', () => {
    it.each([
      ['line feeds', `${events.join('\n\n')}\n\n`],
      ['carriage returns and line feeds', `${events.join('\r\n\r\n')}\r\n\r\n`],
      [
        'comments, pings and other fields',
        `: hello\n\nretry: 3000\n\n${events.join('\n\n: ping\n\nevent: ping\ndata: {}\n\n')}\n\n`,
      ],
      ['no blank line at the end', events.join('\n\n')],
      ['a byte order mark', `\u{feff}${events.join('\n\n')}\n\n`],
      ['several lines of data in an event', `data: {"id":"c",\ndata: "choices":[]}\n\n${events.join('\n\n')}\n\n`],
    ])('with %s, cut at every byte', async (_, body) => {
      for (const pieceBytes of [1, 3]) {
        answerWith(body, sse, pieceBytes);
        const reply = await ask();
        expect(reply.text).toBe(body);
        expect(await tenant.attempt(reply)).toMatchObject(used);
      }
    });

    it('with the chunk hidden that only the gateway asked for, cut at every byte', async () => {
      const body = `${events.join('\n\n')}\n\n`;
      for (const pieceBytes of [1, 2, 50]) {
        answerWith(body, sse, pieceBytes);
        const reply = await ask({ ...chat, stream: true });
        expect(reply.text).toBe(body.replace(`${last}\n\n`, ''));
        expect(await tenant.attempt(reply)).toMatchObject(used);
      }
    });

    it.each([
      ['of one piece', ''],
      ['of many', ': '.padEnd(80_000, 'x')],
    ])('with that chunk hidden where the reply told its length, and the length is right: %s', async (_, comment) => {
      const rest = `${comment}\n\n${events.join('\n\n')}\n\n`;
      answerWith(rest, { ...sse, 'content-length': String(Buffer.byteLength(rest)) });
      const reply = await ask({ ...chat, stream: true });
      const shown = rest.replace(`${last}\n\n`, '');
      expect(reply.text).toBe(shown);
      expect(reply.text).not.toContain('usage');
      expect([undefined, String(Buffer.byteLength(shown))]).toContain(reply.headers['content-length']);
      expect(reply.isCut).toBe(false);
      expect(await tenant.attempt(reply)).toMatchObject(used);
    });

    it('with one line of a megabyte', async () => {
      const body = `${chunk('漢字🎉 '.repeat(100_000))}\n\n${events.join('\n\n')}\n\n`;
      expect(Buffer.byteLength(body)).toBeGreaterThan(1_000_000);
      answerWith(body, sse, 8191);
      for (const asked of [stream, { ...chat, stream: true }]) {
        const reply = await ask(asked);
        expect(sha256(reply.body)).toBe(sha256(asked === stream ? body : body.replace(`${last}\n\n`, '')));
        expect(await tenant.attempt(reply)).toMatchObject(used);
      }
    });

    it.each([
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
      ['deflate', deflateSync],
      ['zstd', zstdCompressSync],
    ])('encoded with %s', async (encoding, encode) => {
      for (const [body, headers] of [
        [`${events.join('\n\n')}\n\n`, sse],
        [json, { 'content-type': 'application/json' }],
      ] as const) {
        const bytes = encode(body);
        answerWith(bytes, { ...headers, 'content-encoding': encoding }, 5);
        const reply = await ask(stream, { 'accept-encoding': 'gzip, br, deflate, zstd' });
        expect(reply.headers['content-encoding']).toBe(encoding);
        expect(reply.body.equals(bytes)).toBe(true);
        expect(await tenant.attempt(reply)).toMatchObject(used);
      }
    });

    it.each([
      [30, 'length'],
      [5, 'chunks'],
      [5, 'the end of the connection'],
    ])('of %i megabytes, framed by %s', async (megabytes, framing) => {
      const body = Buffer.from(JSON.stringify({ data: 'AbCd'.repeat(megabytes * 250_000), usage }));
      answer = (response) => {
        if (framing === 'the end of the connection') response.removeHeader('transfer-encoding');
        const length = framing === 'length' ? { 'content-length': String(body.length) } : {};
        const close = framing === 'the end of the connection' ? { connection: 'close' } : {};
        response.writeHead(200, { 'content-type': 'application/json', ...length, ...close });
        response.end(body);
      };
      const reply = await ask(chat);
      expect(sha256(reply.body)).toBe(sha256(body));
      expect(reply.headers['content-length']).toBe(framing === 'length' ? String(body.length) : undefined);
      expect(await tenant.attempt(reply)).toMatchObject(used);
    });

    it('that nobody can read: passed on all the same, and estimated', async () => {
      const garbage = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x22, 0x3a, 0x7d, 0x7d, 0x0a, 0xc3, 0x28]);
      for (const headers of [{ 'content-type': 'application/json' }, { ...sse, 'content-encoding': 'gzip' }]) {
        answerWith(garbage, headers);
        const reply = await ask();
        expect(reply.body.equals(garbage)).toBe(true);
        expect(await tenant.attempt(reply)).toMatchObject({ usageState: 'estimated', outcome: 'ok' });
      }
    });

    it('with trailers, and after hints that are not the reply yet', async () => {
      answer = (response) => {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.writeHead(200, { ...sse, trailer: 'x-checksum' });
        response.write(`${events.join('\n\n')}\n\n`);
        response.addTrailers({ 'x-checksum': 'abc' });
        response.end();
      };
      const reply = await ask();
      expect(reply.trailers).toEqual({ 'x-checksum': 'abc' });
      expect(reply.headers['link']).toBeUndefined();
    });
  });

  it('wait at the provider while the client is slow, and all arrive in the end', async () => {
    const total = 48 * 1024 * 1024;
    const piece = Buffer.alloc(65_536, 'x');
    let sent = 0;
    answer = async (response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      for (; sent < total; sent += piece.length) {
        if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end();
    };
    const reply = await new Promise<IncomingMessage>((resolve) => {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const outgoing = request(test.target.url + path, { method: 'POST', headers, agent: false }, resolve);
      outgoing.end(JSON.stringify(chat));
    });
    let before = -1;
    await vi.waitFor(
      () => {
        const now = sent;
        const isStill = now === before;
        before = now;
        expect(isStill).toBe(true);
      },
      { interval: 60 },
    );
    // What the sockets of the system hold, and no more.
    expect(sent).toBeLessThan(total / 2);
    let bytes = 0;
    for await (const part of reply) bytes += part.length;
    expect(bytes).toBe(total);
  });
});
