import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackServer, startLoopbackServer } from '../testing/loopback-server.ts';
import { makeTestDirectory } from '../testing/test-database.ts';
import { makePassword, makeSecret } from '../testing/test-server.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

interface Program {
  process: ChildProcessWithoutNullStreams;
  output(): string;
  /** Resolves with what was printed once `text` is there; rejects when the program ends before. */
  printed(text: string): Promise<string>;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string | null>;
}

/** The server as its users run it, with nothing in its environment but what is given. */
function run(environment: Record<string, string>): Program {
  const child = spawn(process.execPath, [program], { env: { PATH: process.env['PATH'] ?? '', ...environment } });
  let output = '';
  const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? null);
  const collect = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    child.emit('printed');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return {
    process: child,
    output: () => output,
    ended,
    async printed(text) {
      const gone = ended.then((code) => {
        throw new Error(`ended with ${code} before "${text}": ${output}`);
      });
      while (!output.includes(text)) await Promise.race([once(child, 'printed'), gone]);
      return output;
    },
  };
}

describe('the server as a process', () => {
  let directory: string;
  let blocker: LoopbackServer;
  beforeAll(async () => {
    directory = makeTestDirectory();
    blocker = await startLoopbackServer((_request, response) => response.end());
  });
  afterAll(async () => {
    await blocker.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('starts, lets a running call end when it is told to stop, refuses new ones and exits 0', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const provider = await startLoopbackServer(async (_request, response) => {
      arrived.resolve();
      await release.promise;
      response.writeHead(401).end();
    });
    const server = run({ PORT: '0', DATA_DIR: join(directory, 'a'), UPSTREAM_ALLOW_PRIVATE: '127.0.0.1' });
    try {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await server.printed('is ready: http'))?.[0] ?? '';
      const send = (path: string, body: unknown, token?: string) =>
        fetch(url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
          body: JSON.stringify(body),
        });
      const account = { email: 'a@example.com', password: makePassword() };
      expect((await send('/api/register', account)).status).toBe(201);
      const { access_token: token }: { access_token: string } = JSON.parse(
        await (await send('/api/login', account)).text(),
      );
      const baseUrl = `http://127.0.0.1:${provider.port}/v1`;
      const running = send('/api/keys/test', { provider: 'openai', secret: makeSecret(), baseUrl }, token);
      await arrived.promise;
      server.process.kill('SIGTERM');
      server.process.kill('SIGTERM');
      await server.printed('stopping: running calls may end');
      await expect(fetch(`${url}/api/health`)).rejects.toThrow('fetch failed');
      release.resolve();
      expect((await running).status).toBe(200);
      expect(await server.ended).toBe(0);
      // A clean stop leaves one whole file behind, and no lock that the next start would meet.
      expect(readdirSync(join(directory, 'a')).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
      expect(server.output()).not.toContain(token);
    } finally {
      release.resolve();
      server.process.kill('SIGKILL');
      await provider.close();
    }
  });

  it('starts again on the same data, in spite of a SIGKILL before', async () => {
    const environment = { PORT: '0', DATA_DIR: join(directory, 'b') };
    const first = run(environment);
    await first.printed('is ready');
    first.process.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    const second = run(environment);
    await second.printed('is ready');
    second.process.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(second.output()).not.toContain('made a new encryption key');
  });

  it('prints the set-up token where others can reach it, until the first account is there', async () => {
    const server = run({ PORT: '0', DATA_DIR: join(directory, 'c'), PUBLIC_URL: 'https://keys.example.com' });
    const output = await server.printed('set-up token: ');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
    const setupToken = /set-up token: ([\w-]{20})/.exec(output)?.[1];
    const body = JSON.stringify({ email: 'a@example.com', password: makePassword(), setupToken });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/api/register`, { method: 'POST', headers, body })).status).toBe(201);
    server.process.kill('SIGTERM');
    await server.ended;
    const again = run({ PORT: '0', DATA_DIR: join(directory, 'c'), PUBLIC_URL: 'https://keys.example.com' });
    await again.printed('is ready');
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
    expect(again.output()).not.toContain('set-up token');
  });

  it('ends with 78 and lists every wrong setting at once, with no secret among them', async () => {
    const short = 'too-short-a-secret';
    const server = run({
      PORT: '99999',
      PUBLIC_URL: 'ftp://keys.example.com',
      SIGNUP: 'maybe',
      LOG_LEVEL: 'loud',
      TRUSTED_PROXIES: '127.0.0.1, proxy.example.com',
      UPSTREAM_ALLOW_PRIVATE: '10.0.0.0/99',
      SECRET_KEY: short,
      DATA_DIR: join(directory, 'd'),
    });
    expect(await server.ended).toBe(78);
    for (const name of [
      'PORT',
      'PUBLIC_URL',
      'SIGNUP',
      'LOG_LEVEL',
      'TRUSTED_PROXIES',
      'UPSTREAM_ALLOW_PRIVATE',
      'SECRET_KEY',
    ]) {
      expect(server.output()).toContain(`\n  ${name}: `);
    }
    expect(server.output()).toContain('"proxy.example.com" is not an IP address');
    expect(server.output()).not.toContain(short);
    expect(server.output()).not.toMatch(/ {4}at |ZodError/);
    expect(existsSync(join(directory, 'd'))).toBe(false);
  });

  it.each([
    ['a port that is taken', () => ({ PORT: String(blocker.port) }), 'Stop it, or set PORT to a free port'],
    ['an address that is not ours', () => ({ HOST: '192.0.2.1' }), 'Set HOST and PORT to an address of this computer'],
    ['an empty DATABASE_URL', () => ({ DATABASE_URL: '' }), 'DATABASE_URL is set but empty'],
    ['an empty ENCRYPTION_KEY', () => ({ ENCRYPTION_KEY: '' }), 'ENCRYPTION_KEY is empty'],
    ['an unknown database', () => ({ DATABASE_URL: 'mysql://user:hunter2@db/akm' }), 'not supported'],
    ['a data directory that is a file', () => ({ DATA_DIR: join(directory, 'file') }), 'is a file'],
    ['a master key that is too short', () => ({ ENCRYPTION_KEY: 'hunter2' }), 'ENCRYPTION_KEY'],
  ])('ends with a plain sentence and no stack for %s', async (_, environment, sentence) => {
    writeFileSync(join(directory, 'file'), '');
    const server = run({ PORT: '0', DATA_DIR: join(directory, 'e'), ...environment() });
    expect(await server.ended).toBe(78);
    expect(server.output()).toContain(sentence);
    expect(server.output()).not.toMatch(/ {4}at |hunter2|Error:/);
  });
});
