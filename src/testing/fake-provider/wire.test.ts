import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';

let fake: FakeProvider;
beforeAll(async () => {
  fake = await startFakeProvider();
});
beforeEach(() => fake.reset());
afterAll(() => fake.close());

interface Received {
  readonly reply: IncomingMessage;
  /** As they came over the wire, one for each chunk. */
  readonly chunks: readonly Buffer[];
  readonly body: Buffer;
}

function chat(more: object = {}, headers: Record<string, string> = {}): Promise<Received> {
  const authorization = `Bearer ${fake.secret('valid')}`;
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const call = request(`${fake.url}/v1/chat/completions`, { method: 'POST', headers: { authorization, ...headers } });
  call.once('error', reject).once('response', (reply) => {
    const chunks: Buffer[] = [];
    reply.on('data', (chunk: Buffer) => chunks.push(chunk));
    reply.once('error', reject).once('end', () => resolve({ reply, chunks, body: Buffer.concat(chunks) }));
  });
  call.end(JSON.stringify({ model: 'gpt-4o', messages: [], ...more }));
  return promise;
}

const decoders = {
  gzip: (body: Buffer) => zlib.gunzipSync(body),
  br: (body: Buffer) => zlib.brotliDecompressSync(body),
  deflate: (body: Buffer) => zlib.inflateSync(body),
};

describe.each(['gzip', 'br', 'deflate'] as const)('%s', (encoding) => {
  const accepts = { 'accept-encoding': `identity;q=0.5, ${encoding}` };

  it.each([0, 1, 37])('is decoded to the same reply and stream, in pieces of %i bytes', async (wireChunkBytes) => {
    fake.configure({ encoding, wireChunkBytes });
    for (const more of [{}, { stream: true }]) {
      const encoded = await chat(more, accepts);
      expect(encoded.reply.headers['content-encoding']).toBe(encoding);
      const plain = await chat(more);
      expect(plain.reply.headers['content-encoding']).toBeUndefined();
      const decoded = decoders[encoding](encoded.body).toString();
      expect(decoded.replaceAll(/fake\d+/g, 'id')).toBe(plain.body.toString().replaceAll(/fake\d+/g, 'id'));
    }
  });

  it('is not used for a client that does not accept it', async () => {
    fake.configure({ encoding });
    const { reply, body } = await chat({}, { 'accept-encoding': `${encoding};q=0` });
    expect(reply.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(body.toString())).toHaveProperty('choices');
  });

  it('lets every frame of a stream be read when it arrives', async () => {
    fake.configure({ encoding, frameDelayMs: 15, contentTokens: 2 });
    const { chunks } = await chat({ stream: true }, accepts);
    expect(chunks.length).toBeGreaterThanOrEqual(4);
    const first = new Promise<string>((resolve, reject) => {
      const open = { gzip: zlib.createGunzip, br: zlib.createBrotliDecompress, deflate: zlib.createInflate }[encoding];
      const decoder = open();
      decoder.once('data', (text: Buffer) => resolve(text.toString())).once('error', reject);
      decoder.write(chunks[0]);
    });
    expect(await first).toMatch(/^data: \{.*"role":"assistant".*\}\n\n$/);
  });

  it('carries a line of a megabyte', async () => {
    fake.configure({ encoding, hugeLineBytes: 1_000_000, contentTokens: 1 });
    const { body } = await chat({ stream: true }, accepts);
    const lines = decoders[encoding](body).toString().split('\n');
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeGreaterThan(1_000_000);
  });
});

describe('framing', () => {
  it('a reply has a length, or chunks where the settings say so', async () => {
    const plain = await chat();
    expect(plain.reply.headers).toMatchObject({ 'content-length': String(plain.body.length) });
    expect(plain.reply.headers['transfer-encoding']).toBeUndefined();
    fake.configure({ framing: 'chunked' });
    const chunked = await chat();
    expect(chunked.reply.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(chunked.reply.headers['content-length']).toBeUndefined();
  });

  it.each([{}, { stream: true }])('trailers hold the hash of the body: %j', async (more) => {
    fake.configure({ trailers: true, encoding: 'gzip' });
    const { reply, body } = await chat(more, { 'accept-encoding': 'gzip' });
    expect(reply.headers.trailer).toBe('x-body-sha256');
    expect(reply.trailers).toEqual({ 'x-body-sha256': createHash('sha256').update(body).digest('hex') });
  });

  it('a prepared reply that frames or encodes itself is left as it is', async () => {
    fake.configure({ encoding: 'gzip' });
    const body = zlib.brotliCompressSync('{"a":1}');
    const headers = { 'Content-Encoding': 'br', 'Content-Length': String(body.length) };
    fake.respondTo({}, { httpStatus: 200, headers, body });
    const received = await chat({}, { 'accept-encoding': 'gzip, br' });
    expect(received.reply.headers['content-encoding']).toBe('br');
    expect(received.body.equals(body)).toBe(true);
    fake.respondTo({}, { httpStatus: 204 });
    expect((await chat()).reply.headers['content-length']).toBeUndefined();
  });

  it('pieces go across frames where no frame is delayed', async () => {
    fake.configure({ wireChunkBytes: 1_000_000 });
    expect((await chat({ stream: true })).chunks).toHaveLength(1);
    await fake.idle();
    expect(fake.requests[0]).toMatchObject({ usageSent: false, outcome: 'complete' });
  });
});

describe('pings', () => {
  it.each([
    ['/v1/chat/completions', { model: 'gpt-4o', stream: true }, /: ping\n\n/],
    ['/v1/responses', { model: 'gpt-5', input: 'Hi', stream: true }, /: ping\n\n/],
    ['/v1/messages', { model: 'claude-sonnet-4-5', stream: true }, /event: ping\ndata: \{"type":"ping"\}\n\n/],
    ['/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse', {}, /: ping\n\n/],
  ])('stand between the frames of %s', async (path, body, ping) => {
    fake.configure({ pings: true, contentTokens: 3 });
    const headers = { authorization: `Bearer ${fake.secret('valid')}` };
    const reply = await fetch(fake.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await reply.text()).split(ping).length).toBeGreaterThan(2);
  });

  it('are left out of an array', async () => {
    fake.configure({ pings: true });
    const headers = { authorization: `Bearer ${fake.secret('valid')}` };
    const path = '/v1beta/models/gemini-2.5-pro:streamGenerateContent';
    const reply = await fetch(fake.url + path, { method: 'POST', headers, body: '{}' });
    expect(await reply.json()).toHaveLength(8);
  });
});

it('a large reply has the length that was asked for', async () => {
  fake.configure({ hugeLineBytes: 5_000_000, contentTokens: 0 });
  const { choices } = JSON.parse((await chat()).body.toString());
  expect(Buffer.byteLength(choices[0].message.content)).toBe(5_000_000);
});

describe('the compact ledger', () => {
  const page = async (query = ''): Promise<ReturnType<typeof JSON.parse>> =>
    (await fetch(`${fake.url}/__control/ledger${query}`)).json();

  it('finds every request by the name its client gave it, page by page', async () => {
    fake.configure({ usageSpread: 10 });
    for (const id of ['a', 'b', 'c']) await chat({}, { 'x-test-id': id });
    await fake.idle();
    const first = await page('?limit=2');
    expect(first).toMatchObject({
      items: [
        { testId: 'a', usageSent: true, outcome: 'complete' },
        { testId: 'b', requestId: expect.stringMatching(/^req_fake\d+$/) },
      ],
      running: 0,
      totals: { requests: 3 },
    });
    expect(first.items[0]).not.toHaveProperty('headers');
    const rest = await page(`?after=${first.nextAfter}`);
    expect(rest).toMatchObject({ items: [{ testId: 'c' }], nextAfter: null });
    const inputs = [...first.items, ...rest.items].map((item) => item.usage.inputTokens);
    expect(new Set(inputs).size).toBe(3);
    expect(inputs.reduce((sum, one) => sum + one, 0)).toBe(first.totals.inputTokens);
  });

  it('keeps as many entries as the settings say, and no more than a tenth beyond', async () => {
    fake.configure({ entriesMax: 20, keptBodyBytesMax: 0 });
    for (let call = 0; call < 50; call += 1) await chat();
    await fake.idle();
    const { items, totals } = await page();
    expect(items.length).toBeGreaterThanOrEqual(20);
    expect(items.length).toBeLessThanOrEqual(23);
    expect(totals).toMatchObject({ requests: 50, billedRequests: 50 });
    expect(fake.requests.at(-1)).toMatchObject({ body: Buffer.alloc(0), bodyBytes: expect.any(Number) });
    expect((await fetch(`${fake.url}/__control/ledger?limit=0`)).status).toBe(422);
  });
});
