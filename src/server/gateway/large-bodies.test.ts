import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { estimateInputTokens } from '../../providers/usage/estimate-tokens.ts';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret } from '../../testing/test-server.ts';
import { workThrough } from '../../testing/work-steps.ts';
import { decodeBody } from './decode-body.ts';
import { scanForm } from './form-model.ts';
import { joinBytes } from './join-bytes.ts';
import { scanMembers } from './scan-body.ts';

const MEGABYTE = 1024 * 1024;
const path = '/v1/chat/completions';
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

const bodyWith = (messages: string) => Buffer.from(`{"model":"openai/gpt-4o","stream":true,"messages":${messages}}`);
const answer = JSON.stringify({ id: 'c', choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } });

describe('a large body', () => {
  let test: GatewayFixture;
  let upstream: LoopbackServer;
  let secret: string;
  let received: { bytes: number; length: string | undefined; begins: string; hash: number }[] = [];
  beforeAll(async () => {
    // A machine with 256 MB: large bodies have 32 MB of it.
    vi.spyOn(process, 'constrainedMemory').mockReturnValue(256 * MEGABYTE);
    test = await startGatewayFixture(engine);
    vi.restoreAllMocks();
    upstream = await startLoopbackServer(async (incoming, response) => {
      let bytes = 0;
      let begins = '';
      let hash = 0;
      for await (const chunk of incoming as AsyncIterable<Buffer>) {
        if (begins === '') begins = chunk.toString('latin1', 0, 80);
        bytes += chunk.length;
        for (let at = 0; at < chunk.length; at += 4096) hash = (hash + (chunk[at] ?? 0)) | 0;
      }
      received.push({ bytes, length: incoming.headers['content-length'], begins, hash });
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
    const body = {
      provider: 'openai',
      name: 'Far',
      secret: makeSecret('far'),
      baseUrl: `http://127.0.0.1:${upstream.port}/v1`,
    };
    await test.person.api('POST /api/keys', { body });
    ({ secret } = await test.issue());
  });
  afterEach(() => {
    received = [];
  });
  afterAll(async () => {
    await test.dispose();
    await upstream.close();
  });

  /** The longest piece of work in a row, as a part of all that the thread did: its own time, whatever else the machine does. */
  const longestHold = async (work: () => Promise<void>): Promise<{ share: number; rounds: number }> => {
    const workedUs = (): number => {
      const { user, system } = process.threadCpuUsage();
      return user + system;
    };
    const beganUs = workedUs();
    let lastUs = beganUs;
    let longestUs = 0;
    let rounds = 0;
    let isOver = false;
    const look = (): void => {
      const nowUs = workedUs();
      longestUs = Math.max(longestUs, nowUs - lastUs);
      lastUs = nowUs;
      rounds += 1;
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    await work();
    isOver = true;
    return { share: longestUs / (workedUs() - beganUs), rounds };
  };

  it.each([
    ['short strings', (bytes: number) => `[${'"",'.repeat(bytes / 3)}""]`],
    ['words', (bytes: number) => `["${'some words '.repeat(bytes / 11)}"]`],
  ])('of %s is read, edited and sent without holding up the others', async (_, make) => {
    const body = bodyWith(make(28 * MEGABYTE));
    const small = { model: 'gpt-4o', messages: [] };
    let isOver = false;
    let answered = 0;
    const { share, rounds } = await longestHold(async () => {
      const others = (async () => {
        while (!isOver) {
          expect((await test.ask(path, { secret, body: small })).status).toBe(200);
          answered += 1;
        }
      })();
      expect((await test.ask(path, { secret, body })).status).toBe(200);
      isOver = true;
      await others;
    });
    expect(share).toBeLessThan(0.15);
    expect(rounds).toBeGreaterThan(40);
    expect(answered).toBeGreaterThan(3);
    const large = received.find(({ bytes }) => bytes > MEGABYTE);
    const added = '{"stream_options":{"include_usage":true},'.length - 1;
    expect(large?.bytes).toBe(body.length - 'openai/'.length + added);
    expect(large?.length).toBe(String(large?.bytes));
    expect(large?.begins).toMatch(/^{"stream_options":{"include_usage":true},"model":"gpt-4o","stream":true,/);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])(
    'that was compressed (%s) has room before it is there: of many that become large most are turned away',
    async (name, compress) => {
      const body = compress(bodyWith(`["${'x'.repeat(20 * MEGABYTE)}"]`));
      expect(body.length).toBeLessThan(MEGABYTE / 4);
      const before = process.memoryUsage();
      let most = 0;
      const watching = setInterval(() => {
        const { arrayBuffers } = process.memoryUsage();
        most = Math.max(most, arrayBuffers - before.arrayBuffers);
      }, 2);
      const headers = { 'content-encoding': name };
      const replies = await Promise.all(Array.from({ length: 12 }, () => test.ask(path, { secret, body, headers })));
      clearInterval(watching);
      const refused = replies.filter(({ status }) => status === 503);
      expect(refused.length).toBeGreaterThanOrEqual(11);
      for (const { json } of refused) expect(json.error.message).toContain('large requests');
      // Twice the room, for a body is put together from its pieces, and what undoes the compression has some of its own.
      expect(most).toBeLessThan(100 * MEGABYTE);
      const after = await test.ask(path, { secret, body, headers });
      expect(after.status).toBe(200);
      expect(received.at(-1)?.bytes).toBeGreaterThan(20 * MEGABYTE);
    },
  );

  it('that becomes longer than any may be is refused as too long', async () => {
    const body = gzipSync(bodyWith(`["${'x'.repeat(33 * MEGABYTE)}"]`));
    const reply = await test.ask(path, { secret, body, headers: { 'content-encoding': 'gzip' } });
    expect(reply).toMatchObject({ status: 413, json: { error: { code: 'body_too_large' } } });
    expect(
      (await test.ask(path, { secret, body: body.subarray(0, 1000), headers: { 'content-encoding': 'gzip' } })).status,
    ).toBe(400);
    expect(received).toEqual([]);
  });

  it.each([
    ['a setting', `{"model":"gpt-4o","messages":[],"stream_options":{"x":"${'x'.repeat(MEGABYTE)}"}}`],
    ['space', `{"model":"gpt-4o",${' '.repeat(MEGABYTE)}"messages":[]}`],
    ['a name', `{"model":"gpt-4o","${'x'.repeat(MEGABYTE)}":1,"messages":[]}`],
    ['a number', `{"model":"gpt-4o","x":${'1'.repeat(MEGABYTE)},"messages":[]}`],
  ])('that has %s of a megabyte is refused', async (_, body) => {
    const reply = await test.ask(path, { secret, body });
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'gateway_body_invalid' } } });
    expect(received).toEqual([]);
  });
});

describe('work on a large body', () => {
  const names = new Set(['model']);
  const bytes = 4 * MEGABYTE;
  const pausesMin = bytes / 65_536 - 2;
  const json: [string, string][] = [
    ['one long string', `{"a":"${'x'.repeat(bytes)}"}`],
    ['short strings', `{"a":[${'"",'.repeat(bytes / 3)}""]}`],
    ['escaped quotes', `{"a":"${'\\"'.repeat(bytes / 2)}"}`],
    ['backslashes', `{"a":"${'\\\\'.repeat(bytes / 2)}"}`],
    ['brackets', `{"a":${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}}`],
    ['members', `{${'"a":1,'.repeat(bytes / 6)}"a":1}`],
    ['words', `{"a":"${'some words '.repeat(bytes / 11)}"}`],
    ['wide characters', `{"a":"${'天气'.repeat(bytes / 6)}"}`],
  ];

  it.each(json)('offers others the thread after every 64 KB, of %s', (_, text) => {
    const body = Buffer.from(text);
    const scanned = workThrough(scanMembers(body, names));
    expect(scanned.result?.size).toBe(0);
    expect(scanned.pauses).toBeGreaterThan(pausesMin * 0.9);
    expect(workThrough(estimateInputTokens(body)).pauses).toBeGreaterThan(pausesMin * 0.9);
  });

  it('offers it while a form is searched and pieces are put together', () => {
    const file = `--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(bytes)}\r\n`;
    const scan = scanForm(Buffer.from(`${file}--b--\r\n`), 'multipart/form-data; boundary=b', names);
    const { result, pauses } = workThrough(scan);
    expect(result?.size).toBe(0);
    expect(pauses).toBeGreaterThan(2 * pausesMin * 0.9);
    const pieces = Array.from({ length: 64 }, (_, index) => Buffer.alloc(65_536, index));
    const joined = workThrough(joinBytes(pieces, bytes));
    expect(joined.result.equals(Buffer.concat(pieces))).toBe(true);
    expect(joined.pauses).toBeGreaterThan(10);
  });

  it('asks for room piece by piece, and makes nothing more once there is none', async () => {
    const body = gzipSync(Buffer.alloc(64 * MEGABYTE));
    const taken: number[] = [];
    const take = (more: number): boolean => {
      if (taken.length === 5) return false;
      taken.push(more);
      return true;
    };
    expect(await decodeBody(body, 'gzip', { bytesMax: 100 * MEGABYTE, take })).toBe('no_room');
    expect(Math.max(...taken)).toBeLessThanOrEqual(65_536);
    expect(taken).toHaveLength(5);
    expect(await decodeBody(body, 'gzip', { bytesMax: MEGABYTE, take: () => true })).toBe('too_large');
  });
});
