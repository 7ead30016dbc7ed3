import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFakeProvider } from '../testing/fake-provider/fake-provider.ts';
import type { FakeBehaviour } from '../testing/fake-provider/settings.ts';
import { type Listener, type LoopbackServer, startLoopbackServer } from '../testing/loopback-server.ts';
import { createOutbound, type Lookup, type Outbound, OutboundError, type OutboundRequest } from './outbound.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function serve(listener: Listener): Promise<LoopbackServer> {
  const server = await startLoopbackServer(listener);
  open.push(server);
  return server;
}

function outbound(allowPrivate: readonly string[], lookup?: Lookup): Outbound {
  const created = createOutbound(lookup ? { allowPrivate, lookup } : { allowPrivate });
  open.push(created);
  return created;
}

/** A resolver that gives one answer after the other and counts how often it was asked. */
function answers(...list: readonly (readonly string[])[]): Lookup & { asked: number } {
  const lookup = async (): Promise<{ address: string }[]> => {
    const addresses = list[Math.min(lookup.asked, list.length - 1)] ?? [];
    lookup.asked += 1;
    return addresses.map((address) => ({ address }));
  };
  lookup.asked = 0;
  return lookup;
}

function get(url: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return { method: 'GET', url, headers: {}, timeoutMs: 5_000, bytesMax: 100_000, ...more };
}

async function failure(call: Promise<unknown>): Promise<OutboundError> {
  const error = await call.then(
    () => new Error('The call succeeded.'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof OutboundError) return error;
  throw error;
}

const sayHello: Listener = (_request, response) => response.end('hello');

describe('where a call may go', () => {
  it('a loopback server is reached only when the operator named it', async () => {
    const server = await serve(sayHello);
    const url = `http://127.0.0.1:${server.port}/`;
    const reply = await outbound(['127.0.0.1']).request(get(url));
    expect(reply).toMatchObject({ httpStatus: 200, body: Buffer.from('hello') });
    expect(reply.latencyMs).toBeGreaterThanOrEqual(0);
    const reached = server.connections;

    for (const allowPrivate of [[], ['10.0.0.0/8'], [`127.0.0.1:${server.port + 1}`], ['127.0.0.2']]) {
      expect((await failure(outbound(allowPrivate).request(get(url)))).code).toBe('address_forbidden');
    }
    expect(server.connections).toBe(reached);
  });

  it('a host name that the operator named may resolve to a private address', async () => {
    const server = await serve(sayHello);
    const lookup = answers(['127.0.0.1']);
    const reply = await outbound(['ollama.lan'], lookup).request(get(`http://ollama.lan:${server.port}/`));
    expect(reply.httpStatus).toBe(200);
    expect(lookup.asked).toBe(1);
  });

  it('a host name may resolve into a range that the operator named', async () => {
    const server = await serve(sayHello);
    const named = outbound(['127.0.0.0/8'], answers(['127.0.0.1']));
    expect((await named.request(get(`http://box.lan:${server.port}/`))).httpStatus).toBe(200);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['private', ['10.0.0.1']],
    ['metadata', ['169.254.169.254']],
    ['mapped loopback', ['::ffff:127.0.0.1']],
    ['IPv6 loopback', ['::1']],
    ['a public and a private address', ['8.8.8.8', '127.0.0.1']],
    ['a private and a public address', ['127.0.0.1', '8.8.8.8']],
    ['an address with a zone', ['fe80::1%eth0']],
    ['no address at all but text', ['localhost']],
  ])('a public name that resolves to %s is refused before a connection', async (_name, addresses) => {
    const server = await serve(sayHello);
    const guarded = outbound([], answers(addresses));
    const error = await failure(guarded.request(get(`https://api.example.com:${server.port}/`)));
    expect(error.code).toBe('address_forbidden');
    expect(server.connections).toBe(0);
  });

  it('a metadata address is refused even inside a range that the operator named', async () => {
    for (const entry of ['169.254.0.0/16', 'box.lan']) {
      const guarded = outbound([entry, '10.0.0.0/8'], answers(['169.254.169.254']));
      expect((await failure(guarded.request(get('http://box.lan/')))).code).toBe('address_forbidden');
    }
  });

  it('plain http to a public address is refused when the name resolves', async () => {
    const guarded = outbound(['10.0.0.0/8'], answers(['8.8.8.8']));
    expect((await failure(guarded.request(get('http://api.example.com/')))).code).toBe('url_invalid');
  });

  it('DNS rebinding leads nowhere: the checked address is used, and the next connection is checked anew', async () => {
    const server = await serve((_request, response) => {
      response.setHeader('connection', 'close');
      response.end('hello');
    });
    const lookup = answers(['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1']);
    const guarded = outbound([`127.0.0.1`], lookup);
    const url = `http://rebind.lan:${server.port}/`;
    expect((await guarded.request(get(url))).httpStatus).toBe(200);
    expect(lookup.asked).toBe(1);
    expect((await failure(guarded.request(get(url)))).code).toBe('address_forbidden');
    expect(lookup.asked).toBe(2);
    expect(server.connections).toBe(1);
  });

  it('a first public and a second private answer of the name server never meet in one connection', async () => {
    const server = await serve(sayHello);
    // Nobody listens at 127.0.0.2; named here, it stands for the public address of the first answer.
    const lookup = answers(['127.0.0.2'], ['127.0.0.1']);
    const guarded = outbound(['127.0.0.2'], lookup);
    const error = await failure(guarded.request(get(`http://rebind.lan:${server.port}/`, { timeoutMs: 300 })));
    expect(error.code).not.toBe('address_forbidden');
    expect(lookup.asked).toBe(1);
    expect((await failure(guarded.request(get(`http://rebind.lan:${server.port}/`)))).code).toBe('address_forbidden');
    expect(server.connections).toBe(0);
  });

  it('callers of the dispatcher pass the same checks', async () => {
    const server = await serve(sayHello);
    const guarded = outbound([], answers(['127.0.0.1']));
    for (const host of ['127.0.0.1', '2130706433', 'api.example.com', '[::1]', 'localhost.']) {
      for (const scheme of ['http', 'https']) {
        const call = guarded.dispatcher.request({
          origin: `${scheme}://${host}:${server.port}`,
          path: '/',
          method: 'GET',
        });
        expect((await failure(call)).code).toBe('address_forbidden');
      }
    }
    expect(server.connections).toBe(0);
  });

  it('a proxy named in the environment is not used', async () => {
    const proxy = await serve(sayHello);
    const server = await serve((_request, response) => response.end('direct'));
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const reply = await outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`));
    expect(reply.body.toString()).toBe('direct');
    expect(proxy.connections).toBe(0);
  });
});

describe('what is sent and what comes back', () => {
  it('sends method, path, query, headers and body, and never a Host header of the caller', async () => {
    let seen: unknown;
    const server = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      seen = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      response.writeHead(422, { 'x-one': 'a', 'set-cookie': ['b=1', 'c=2'] }).end('{}');
    });
    const reply = await outbound(['127.0.0.1']).request(
      get(`http://127.0.0.1:${server.port}/v1/messages?beta=true`, {
        method: 'POST',
        headers: { 'X-Api-Key': 'sk-1', Host: 'evil.example' },
        body: '{"a":1}',
      }),
    );
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/v1/messages?beta=true',
      headers: { 'x-api-key': 'sk-1', host: `127.0.0.1:${server.port}`, 'accept-encoding': 'gzip, deflate, br' },
      body: '{"a":1}',
    });
    expect(reply).toMatchObject({ httpStatus: 422, headers: { 'x-one': 'a', 'set-cookie': 'b=1, c=2' } });
  });

  it('keeps a connection and uses it again', async () => {
    const server = await serve(sayHello);
    const guarded = outbound(['127.0.0.1']);
    for (let call = 0; call < 10; call += 1) await guarded.request(get(`http://127.0.0.1:${server.port}/${call}`));
    // undici frees a connection just after it has delivered the reply, so the second call may open a second one.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('undoes %s', async (encoding, compress) => {
    const text = 'words '.repeat(500);
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(text));
    });
    const reply = await outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`));
    expect(reply.body.toString()).toBe(text);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('a %s bomb is too_large', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(20_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb);
    });
    const error = await failure(outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`)));
    expect(error.code).toBe('too_large');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['a declared length', (response) => response.writeHead(200, { 'content-length': '100001' }).write('x')],
    ['an endless body', (response) => endless(response)],
    ['too many headers', (response) => response.writeHead(200, { 'x-a': Array(200).fill('1') }).end()],
    ['headers of great size', (response) => response.writeHead(200, { 'x-a': 'a'.repeat(60_000) }).end()],
  ])('%s over the limit is too_large', async (_name, answer) => {
    const server = await serve((_request, response) => answer(response));
    const error = await failure(outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`)));
    expect(error.code).toBe('too_large');
  });

  it('a body of exactly the limit is accepted', async () => {
    const server = await serve((_request, response) => response.end(Buffer.alloc(1000)));
    const guarded = outbound(['127.0.0.1']);
    const url = `http://127.0.0.1:${server.port}/`;
    expect((await guarded.request(get(url, { bytesMax: 1000 }))).body).toHaveLength(1000);
    expect((await failure(guarded.request(get(url, { bytesMax: 999 })))).code).toBe('too_large');
  });

  it('a damaged or unknown encoding is a network error', async () => {
    for (const encoding of ['gzip', 'zstd', 'gzip, br']) {
      const server = await serve((_request, response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end('not compressed');
      });
      const error = await failure(outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`)));
      expect(error.code).toBe('network');
    }
  });
});

describe('how a call ends without a reply', () => {
  it.each([301, 302, 303, 307, 308])('a %i redirect is not followed and the key is not sent on', async (status) => {
    const target = await serve(sayHello);
    const server = await serve((_request, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${target.port}/latest/meta-data/` }).end();
    });
    const error = await failure(
      outbound(['127.0.0.1']).request(
        get(`http://127.0.0.1:${server.port}/`, { headers: { authorization: 'Bearer sk-1' } }),
      ),
    );
    expect(error.code).toBe('redirected');
    expect(error.message).not.toContain('meta-data');
    expect(target.connections).toBe(0);
  });

  it('a server that sends its reply byte by byte hits the total time limit', async () => {
    const server = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const startedAt = performance.now();
    const call = outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`, { timeoutMs: 250 }));
    expect((await failure(call)).code).toBe('timeout');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('a server that never answers hits the time limit, and so does a name that never resolves', async () => {
    const server = await serve(() => undefined);
    const silent = outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`, { timeoutMs: 100 }));
    expect((await failure(silent)).code).toBe('timeout');
    let answerAtLast = (): void => undefined;
    const unresolved = outbound([], () => new Promise((resolve) => (answerAtLast = () => resolve([]))));
    const call = unresolved.request(get('https://api.example.com/', { timeoutMs: 100 }));
    expect((await failure(call)).code).toBe('timeout');
    // A graceful close waits for connections that are being made.
    answerAtLast();
  });

  it('a caller can stop a call, before it starts and while it runs', async () => {
    const stop = new AbortController();
    const server = await serve((_request, response) => {
      response.write('x');
      stop.abort();
    });
    const guarded = outbound(['127.0.0.1']);
    const url = `http://127.0.0.1:${server.port}/`;
    expect((await failure(guarded.request(get(url, { signal: stop.signal })))).code).toBe('aborted');
    expect(server.connections).toBe(1);
    expect((await failure(guarded.request(get(url, { signal: stop.signal })))).code).toBe('aborted');
    expect(server.connections).toBe(1);
  });

  it('a closed port is connection_refused', async () => {
    const server = await startLoopbackServer(sayHello);
    await server.close();
    const error = await failure(outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`)));
    expect(error.code).toBe('connection_refused');
  });

  it('an unknown name is host_not_found', async () => {
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const unknown = outbound([], () => Promise.reject(notFound));
    expect((await failure(unknown.request(get('https://api.example.com/')))).code).toBe('host_not_found');
    const empty = outbound([], answers([]));
    expect((await failure(empty.request(get('https://api.example.com/')))).code).toBe('host_not_found');
  });

  it('a cut connection and an answer that is not HTTP are network errors', async () => {
    const answersOf: Listener[] = [
      (request) => request.socket.destroy(),
      (request) => request.socket.end('garbage\r\n\r\n'),
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      },
    ];
    for (const listener of answersOf) {
      const server = await serve(listener);
      const error = await failure(outbound(['127.0.0.1']).request(get(`http://127.0.0.1:${server.port}/`)));
      expect(error.code).toBe('network');
    }
  });
});

it('each way in which a provider can misbehave ends in its own error', async () => {
  const fake = await startFakeProvider();
  open.push(fake);
  fake.configure({ redirectTo: `${fake.url}/v1/models` });
  const guarded = outbound(['127.0.0.1']);
  const codeOf = async (behaviour: FakeBehaviour): Promise<string> => {
    const headers = { authorization: `Bearer ${fake.secret(behaviour)}` };
    return (
      await failure(
        guarded.request(get(`${fake.url}/v1/models`, { headers, timeoutMs: behaviour === 'slow' ? 200 : 5_000 })),
      )
    ).code;
  };
  expect(await codeOf('redirect')).toBe('redirected');
  expect(await codeOf('huge')).toBe('too_large');
  expect(await codeOf('disconnect')).toBe('network');
  expect(await codeOf('slow')).toBe('timeout');
  expect(fake.requests).toHaveLength(4);
});

describe('no error repeats what was sent', () => {
  const canary = `canary${randomBytes(8).toString('hex')}`;
  const secretCall = (origin: string, timeoutMs = 5_000): OutboundRequest =>
    get(`${origin}/${canary}?key=${canary}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${canary}`, 'x-note': canary },
      body: canary,
      timeoutMs,
    });

  it.each<[string, Listener]>([
    ['redirected', (_request, response) => response.writeHead(302, { location: `https://e.example/${canary}` }).end()],
    ['too_large', (_request, response) => response.end(canary.repeat(10_000))],
    ['network', (request) => request.socket.end(`${canary}\r\n\r\n`)],
    ['timeout', () => undefined],
  ])('%s', async (code, listener) => {
    const server = await serve(listener);
    const error = await failure(
      outbound(['127.0.0.1']).request(secretCall(`http://127.0.0.1:${server.port}`, code === 'timeout' ? 150 : 5_000)),
    );
    expect(error.code).toBe(code);
    expect(everythingIn(error)).not.toContain(canary);
  });

  it.each([
    ['address_forbidden', secretCall('https://10.0.0.1')],
    ['address_forbidden', secretCall('https://api.example.com')],
    ['url_invalid', secretCall('http://api.example.com')],
    ['url_invalid', secretCall(`https://${canary}@api.example.com`)],
    ['url_invalid', get(canary)],
    ['network', get('https://api.example.com/', { headers: { authorization: `Bearer ${canary}\r\nx: y` } })],
    ['network', get('https://api.example.com/', { headers: { [`x ${canary}`]: '1' } })],
  ])('%s before any connection', async (code, input) => {
    const guarded = outbound([], answers(['10.0.0.1']));
    const error = await failure(guarded.request(input));
    expect(error.code).toBe(code);
    expect(everythingIn(error)).not.toContain(canary);
  });

  it('an error of a library below is not repeated either', async () => {
    const guarded = outbound([], () => Promise.reject(new Error(`query ${canary}`, { cause: canary })));
    const error = await failure(guarded.request(get('https://api.example.com/')));
    expect(error.code).toBe('network');
    expect(everythingIn(error)).not.toContain(canary);
  });
});

function everythingIn(error: OutboundError): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [error.message, String(error.cause), ...own].join('\n');
}

function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}
