import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sendRaw } from '../testing/raw-http.ts';
import { testEngines } from '../testing/test-database.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

/** A built dashboard and built documentation, as small as they can be. */
const built = vi.hoisted(() => ({ directory: '' }));

vi.mock(import('./assets.ts'), async (importOriginal) => {
  const original = await importOriginal();
  return {
    ...original,
    assets: {
      ...original.assets,
      get web() {
        return pathToFileURL(`${join(built.directory, 'web')}/`);
      },
      get docs() {
        return pathToFileURL(`${join(built.directory, 'docs')}/`);
      },
    },
  };
});

describe('the dashboard and the documentation', () => {
  let target: TestServer;
  beforeAll(async () => {
    built.directory = mkdtempSync(join(tmpdir(), 'akm-web-'));
    const put = (path: string, text: string): void => {
      mkdirSync(join(built.directory, path, '..'), { recursive: true });
      writeFileSync(join(built.directory, path), text);
    };
    put('web/index.html', '<!doctype html><style nonce="__CSP_NONCE__"></style><div id="root">page</div>');
    put('web/assets/main-abc123.js', 'export {};');
    put('web/.hidden.js', 'hidden');
    put('docs/openapi.json', '{"openapi":"3.1.0"}');
    put('docs/swagger/index.html', 'swagger');
    put('docs/swagger/swagger-ui.js', 'ui');
    put('docs/redoc/index.html', 'redoc');
    put('outside.js', 'outside');
    const [engine] = testEngines();
    if (engine === undefined) throw new Error('no engine to test on');
    target = await startTestServer(engine);
  });
  afterAll(async () => {
    await target.dispose();
    rmSync(built.directory, { recursive: true, force: true });
  });

  it.each(['/', '/keys', '/keys/key_1?tab=history', '/settings/sessions', '/index.html', '/api-docs'])(
    'give the page at %s with a nonce of its own and a policy without inline scripts',
    async (path) => {
      const replies = [await target.call(`GET ${path}`), await target.call(`GET ${path}`)];
      const nonces = replies.map(({ text }) => /nonce="([A-Za-z0-9+/=]{24})"/.exec(text)?.[1] ?? 'none');
      expect(nonces[0]).not.toBe(nonces[1]);
      for (const [index, { status, headers, text }] of replies.entries()) {
        expect(status).toBe(200);
        expect(text).not.toContain('__CSP_NONCE__');
        expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
        const policy = new Map(
          headers
            .get('content-security-policy')
            ?.split('; ')
            .map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')] as const),
        );
        expect(policy.get('default-src')).toBe("'none'");
        expect(policy.get('script-src')).toBe("'self'");
        expect(policy.get('style-src')).toBe(`'self' 'nonce-${nonces[index]}'`);
        expect(policy.get('connect-src')).toBe("'self'");
        for (const rule of ['object-src', 'base-uri', 'frame-ancestors']) expect(policy.get(rule)).toBe("'none'");
        expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|http:/);
      }
    },
  );

  it('give files for ever, with all security headers', async () => {
    const { status, headers, text } = await target.call('GET /assets/main-abc123.js');
    expect([status, text]).toEqual([200, 'export {};']);
    expect(headers.get('cache-control')).toBe('public,max-age=31536000,immutable');
    expect(headers.get('content-type')).toMatch(/javascript/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const again = await target.call('GET /assets/main-abc123.js', {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    const head = await target.call('HEAD /assets/main-abc123.js');
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it.each([
    '/assets/missing.js',
    '/.hidden.js',
    '/favicon-missing.ico',
    '/docs/missing.js',
    '/redoc/missing.js',
    '/api/missing.js',
    '/api/',
    '/api',
    '/metrics',
  ])('say that %s is not there, and never answer with the page', async (path) => {
    const reply = await target.call(`GET ${path}`);
    expect(reply.status).toBe(404);
    expect(reply.json).toMatchObject({ error: { code: 'not_found' } });
    expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['/v1', '/v1/models', '/v1beta/models', '/proxy/openai/v1/models'])(
    'leave %s to the gateway, which asks for a virtual key',
    async (path) => {
      const reply = await target.call(`GET ${path}`);
      expect(reply.status).toBe(401);
      expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
      expect(reply.headers.get('cache-control')).toBe('no-store');
    },
  );

  it('give the page to browsers and to those who take anything, and to no program that wants something else', async () => {
    const typeFor = async (accept: string) =>
      (await target.call('GET /keys', { headers: { accept } })).headers.get('content-type');
    for (const accept of ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html', '*/*']) {
      expect(await typeFor(accept)).toBe('text/html; charset=utf-8');
    }
    for (const accept of ['application/json', 'text/plain;version=0.0.4', 'image/png, image/*']) {
      expect(await typeFor(accept)).toBe('application/json; charset=utf-8');
    }
    expect((await target.call('GET /keys', { headers: { accept: 'application/json' } })).status).toBe(404);
  });

  it.each([
    '/../outside.js',
    '/assets/../../outside.js',
    '/assets/..%2f..%2foutside.js',
    '/%2e%2e/outside.js',
    '/docs/../../outside.js',
    '/docs/..%2f..%2foutside.js',
    '/docs/%2e%2e%2foutside.js',
    '//outside.js',
    '/assets/..%5c..%5coutside.js',
    '/docs//etc/passwd.js',
  ])('never leave their directory: %s', async (path) => {
    const answer = await sendRaw(target.url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404) /);
    expect(answer).not.toMatch(/\r\n\r\noutside/);
    expect(answer).not.toContain('root:');
  });

  it('serve the documentation under a policy of its own', async () => {
    for (const [path, text] of [
      ['/docs', 'swagger'],
      ['/redoc', 'redoc'],
      ['/docs/swagger-ui.js', 'ui'],
    ]) {
      const reply = await target.call(`GET ${path}`);
      expect([reply.status, reply.text]).toEqual([200, text]);
      expect(reply.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    const openapi = await target.call('GET /openapi.json');
    expect(openapi.json).toEqual({ openapi: '3.1.0' });
    expect(openapi.headers.get('content-type')).toMatch(/^application\/json/);
  });
});
