import { request as httpRequest } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../testing/test-server.ts';

const [engine] = testEngines();

/** As a browser sends it: `fetch` does not let a program choose these headers. */
function send(
  target: TestServer,
  { method, path, headers }: { method: string; path: string; headers: Record<string, string> },
): Promise<{ status: number; code: string | undefined; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, target.url), { method, headers, agent: false }, (response) => {
      const finish = (body: string): void => {
        const code: string | undefined = body.startsWith('{') ? JSON.parse(body).error?.code : undefined;
        resolve({ status: response.statusCode ?? 0, code, headers: response.headers });
      };
      readText(response).then(finish, reject);
    });
    request.on('error', reject);
    request.end();
  });
}

async function start(environment: Record<string, string> = {}): Promise<TestServer> {
  if (engine === undefined) throw new Error('no engine to test on');
  return startTestServer(engine, environment);
}

describe('a change by cookie', () => {
  let target: TestServer;
  let person: Person;
  let host: string;
  beforeAll(async () => {
    target = await start();
    person = await target.newPerson();
    host = new URL(target.url).host;
  });
  afterAll(() => target.dispose());

  const change = (headers: Record<string, string>) =>
    send(target, { method: 'DELETE', path: '/api/sessions', headers: { cookie: person.cookie, ...headers } });

  it.each([
    ['another site says the browser', { 'sec-fetch-site': 'cross-site' }],
    ['another site of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example.com' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1' }],
    ['a hidden origin', { origin: 'null' }],
    ['nonsense for an origin', { origin: 'evil' }],
    ['a file', { origin: 'file://' }],
    ['an origin that begins alike', { origin: 'http://127.0.0.1.evil.example.com' }],
    ['another site, though the origin looks right', { 'sec-fetch-site': 'cross-site', origin: 'SELF' }],
  ])('is refused from %s', async (_, headers) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'SELF' ? target.url : value]),
    );
    const reply = await change(sent);
    expect(reply).toMatchObject({ status: 403, code: 'cross_site' });
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['the dashboard itself', { 'sec-fetch-site': 'same-origin', origin: 'SELF' }],
    ['the dashboard in a browser without fetch metadata', { origin: 'SELF' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['a program', {}],
  ])('is accepted from %s', async (_, headers) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'SELF' ? `http://${host}` : value]),
    );
    expect((await change(sent)).status).toBe(204);
  });

  it('never gets a CORS header, not for a preflight either', async () => {
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const headers = { origin: 'https://evil.example.com', 'access-control-request-method': 'POST' };
      const reply = await send(target, { method, path: '/api/me', headers });
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('a page of the API', () => {
  it('is not opened by a browser, in whatever frame', async () => {
    const target = await start();
    try {
      const { cookie } = await target.newPerson();
      for (const destination of ['document', 'iframe', 'object', 'embed', 'script', 'image', 'style']) {
        const headers = { cookie, 'sec-fetch-dest': destination };
        const reply = await send(target, { method: 'GET', path: '/api/me', headers });
        expect(reply).toMatchObject({ status: 403, code: 'not_a_page' });
      }
      const headers = { cookie, 'sec-fetch-dest': 'empty' };
      expect((await send(target, { method: 'GET', path: '/api/me', headers })).status).toBe(200);
    } finally {
      await target.dispose();
    }
  });
});

describe('a foreign name in Host', () => {
  const statusFor = async (target: TestServer, host: string) =>
    (await send(target, { method: 'GET', path: '/api/health', headers: { host } })).status;

  it('is refused by a server for this computer only: it means a rebound name', async () => {
    const target = await start();
    try {
      const port = new URL(target.url).port;
      const own = [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', `[::1]:${port}`, 'akm.localhost'];
      for (const host of own) expect(await statusFor(target, host)).toBe(200);
      const foreign = ['evil.example.com', '127.0.0.1.evil.example.com', 'localhost.evil.example.com', 'a b'];
      for (const host of foreign) expect(await statusFor(target, host)).toBe(421);
      const reply = await send(target, { method: 'GET', path: '/', headers: { host: 'evil.example.com' } });
      expect(reply).toMatchObject({ status: 421, code: 'foreign_host' });
    } finally {
      await target.dispose();
    }
  });

  it('is taken where PUBLIC_URL says that others come here, with HSTS where that is https', async () => {
    const target = await start({ PUBLIC_URL: 'https://keys.example.com' });
    try {
      expect(await statusFor(target, 'keys.example.com')).toBe(200);
      const headers = { host: 'keys.example.com' };
      const reply = await send(target, { method: 'GET', path: '/api/health', headers });
      expect(reply.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      // A proxy may pass another Host on: the public address counts too.
      const { cookie } = await target.newPerson();
      const change = (origin: string) =>
        send(target, { method: 'DELETE', path: '/api/sessions', headers: { cookie, origin, host: 'internal:8000' } });
      expect((await change('https://keys.example.com')).status).toBe(204);
      expect((await change('http://keys.example.com')).status).toBe(403);
    } finally {
      await target.dispose();
    }
  });
});
