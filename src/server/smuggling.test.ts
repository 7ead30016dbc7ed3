import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../testing/raw-http.ts';
import { testEngines } from '../testing/test-database.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { createHttpServer } from './http.ts';

const smuggled = 'GET /api/instance HTTP/1.1\r\nHost: localhost\r\n\r\n';
const chunked = `0\r\n\r\n${smuggled}`;
const head = 'POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

describe('a request that two servers could read in two ways', () => {
  let target: TestServer;
  beforeAll(async () => {
    const [engine] = testEngines();
    if (engine === undefined) throw new Error('no engine to test on');
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());

  it.each([
    ['a length and chunks', `${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`],
    ['chunks and a length', `${head}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n${chunked}`],
    ['two lengths', `${head}Content-Length: 0\r\nContent-Length: 51\r\n\r\n${smuggled}`],
    ['two lengths in one header', `${head}Content-Length: 0, 51\r\n\r\n${smuggled}`],
    ['a length with a sign', `${head}Content-Length: +2\r\n\r\n{}`],
    ['a negative length', `${head}Content-Length: -1\r\n\r\n{}`],
    ['a length in hexadecimal', `${head}Content-Length: 0x2\r\n\r\n{}`],
    ['a coding nobody knows', `${head}Transfer-Encoding: xchunked\r\n\r\n${chunked}`],
    ['chunks that are not the last coding', `${head}Transfer-Encoding: chunked, identity\r\n\r\n${chunked}`],
    ['chunks twice', `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${chunked}`],
    ['white space before the colon', `${head}Transfer-Encoding : chunked\r\n\r\n${chunked}`],
    ['a folded header', `${head}Transfer-Encoding:\r\n chunked\r\n\r\n${chunked}`],
    ['a folded length', `${head}Content-Length: 0\r\n 51\r\n\r\n${smuggled}`],
    ['a bare CR in a header', `${head}X-Note: a\rTransfer-Encoding: chunked\r\n\r\n`],
    ['a NUL in a header', `${head}X-Note: a\u0000b\r\n\r\n`],
    ['a chunk size that is no number', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    ['a chunk longer than it says', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`],
    ['a chunk size beyond all bounds', `${head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n`],
    ['lines that end in LF alone', 'POST /api/login HTTP/1.1\nHost: localhost\nContent-Length: 2\n\n{}'],
    ['a header line that ends in LF alone', `${head}X-Note: a\nContent-Length: 2\r\n\r\n{}`],
    ['no Host', 'GET /api/health HTTP/1.1\r\n\r\n'],
    ['a space in a header name', `${head}Bad Name: x\r\n\r\n`],
    ['a version nobody speaks', 'GET /api/health HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ['no HTTP at all', '\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000'],
  ])('is refused once and the connection ends: %s', async (_, bytes) => {
    const answer = await sendRaw(target.url, bytes);
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400']);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).not.toContain('"needsFirstAccount"');
  });

  it('is refused in the shape and with the headers of every other refusal', async () => {
    const answer = await sendRaw(target.url, `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`);
    const [headers = '', body = ''] = answer.split('\r\n\r\n');
    expect(JSON.parse(body)).toEqual({ error: { code: 'invalid_request', message: expect.any(String) } });
    for (const line of ['x-content-type-options: nosniff', 'x-frame-options: DENY', 'cache-control: no-store']) {
      expect(headers).toContain(line);
    }
    expect(headers).toContain("content-security-policy: default-src 'none'");
  });

  it('is refused as 431 where the headers are too large', async () => {
    const long = `GET /api/health HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(32_768)}\r\n\r\n`;
    const answer = await sendRaw(target.url, long);
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'headers_too_large' } });
  });

  it('is refused as 408 where the request does not arrive in time', async () => {
    const { app, stop } = await createHttpServer(target.server.services, { handle: () => false });
    // Node looks for late requests every 30 seconds and reports them like this.
    const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    app.server.on('connection', (socket) => app.server.emit('clientError', late, socket));
    const answer = await sendRaw(await app.listen({ host: '127.0.0.1', port: 0 }), 'GET /api/he');
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'request_timeout' } });
    await stop({ abortOutside: () => {} });
  });

  it('leaves the server serving others', async () => {
    await Promise.all(Array.from({ length: 20 }, () => sendRaw(target.url, 'nonsense\r\n\r\n')));
    expect((await target.call('GET /api/health')).status).toBe(200);
  });
});
