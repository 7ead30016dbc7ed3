import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../src/contract/client.ts';
import { freePort } from '../product.ts';

/** The proxy has a core for itself; load and upstream share the other. */
export const PROXY_CORE = '0';
export const OTHER_CORE = '1';

export interface RunningProxy {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pid: number;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const START_MS_MAX = 60_000;

/** nginx with kept connections on both sides, one worker, swapping the key. Null where it is not installed. */
export async function startNginx(upstreamPort: number): Promise<RunningProxy | null> {
  const binary = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find(existsSync);
  if (binary === undefined) return null;
  const directory = mkdtempSync(join(tmpdir(), 'akm-bench-nginx-'));
  const port = await freePort();
  writeFileSync(
    join(directory, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${directory}/pid; error_log ${directory}/error.log; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 8192; }
http {
  access_log off; client_max_body_size 100m; client_body_buffer_size 8m;
  client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory}; scgi_temp_path ${directory};
  keepalive_requests 1000000; keepalive_timeout 300;
  upstream provider { server 127.0.0.1:${upstreamPort}; keepalive 2048; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://provider; proxy_http_version 1.1; proxy_buffering off;
      proxy_set_header Connection ""; proxy_set_header Authorization "Bearer bench";
    }
  }
}`,
  );
  const child = start(binary, ['-c', join(directory, 'nginx.conf')], {});
  await listening(port, child);
  const clean = (): void => rmSync(directory, { recursive: true, force: true });
  return { name: 'nginx', port, path: '/v1/chat/completions', headers: {}, ...running(child, clean) };
}

/** The built product with everything on: virtual key, budget, limits by the minute, journal, metering. */
export async function startGateway(upstreamPort: number): Promise<RunningProxy> {
  const directory = mkdtempSync(join(tmpdir(), 'akm-bench-'));
  const port = await freePort();
  const environment = {
    PORT: String(port),
    DATA_DIR: directory,
    UPSTREAM_ALLOW_PRIVATE: '127.0.0.1',
    LOG_LEVEL: 'warn',
  };
  // With the flag that `npm start` gives it.
  const child = start(process.execPath, ['--max-semi-space-size=8', 'dist/server.js'], environment);
  await listening(port, child);
  const secret = await prepare(`http://127.0.0.1:${port}`, upstreamPort);
  const clean = (): void => rmSync(directory, { recursive: true, force: true });
  const headers = { authorization: `Bearer ${secret}` };
  return { name: 'API Key Manager', port, path: '/v1/chat/completions', headers, ...running(child, clean) };
}

async function prepare(baseUrl: string, upstreamPort: number): Promise<string> {
  const person = { email: 'bench@example.com', password: `bench ${crypto.randomUUID()}` };
  const anybody = createClient({ baseUrl });
  await anybody('POST /api/register', { body: person });
  const { access_token: token } = await anybody('POST /api/login', { body: person });
  const api = createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${token}` }) });
  const secret = `sk-${'b'.repeat(48)}`;
  const host = `http://127.0.0.1:${upstreamPort}/v1`;
  await api('POST /api/keys', { body: { provider: 'openai', name: 'Bench', secret, baseUrl: host } });
  const budgets = [
    { usd: 1_000_000, period: 'day' as const },
    { usd: 1_000_000, period: 'month' as const },
  ];
  const limits = { rpm: 1_000_000, tpm: 1_000_000_000, maxConcurrent: 100_000, models: ['gpt-4o'] };
  const issued = await api('POST /api/virtual-keys', { body: { name: 'Bench', keyIds: 'all', budgets, ...limits } });
  return issued.secret;
}

/** The Portkey gateway from npm, installed beside this file at the first run. Null where it cannot be. */
export async function startPortkey(upstreamPort: number): Promise<RunningProxy | null> {
  const directory = join(import.meta.dirname, 'portkey');
  const program = join(directory, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(program)) {
    spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: directory, stdio: 'ignore' });
  }
  if (!existsSync(program)) return null;
  const port = await freePort();
  const child = start(process.execPath, [program, `--port=${port}`, '--headless'], {});
  await listening(port, child);
  const headers = {
    authorization: 'Bearer bench',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
    // What it does not know it drops, so the upstream is told the scenario by a header that it is told to keep.
    'x-portkey-forward-headers': 'x-bench',
  };
  return { name: 'Portkey', port, path: '/v1/chat/completions', headers, ...running(child, () => undefined) };
}

function start(program: string, args: string[], environment: Record<string, string>): ChildProcess {
  return spawn('taskset', ['-c', PROXY_CORE, program, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    stdio: 'ignore',
  });
}

function running(child: ChildProcess, clean: () => void): { pid: number; stop: () => Promise<void> } {
  return {
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      clean();
    },
  };
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  const endMs = performance.now() + START_MS_MAX;
  while (performance.now() < endMs) {
    if (child.exitCode !== null) throw new Error(`a proxy ended with ${child.exitCode} before it listened`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('a proxy did not listen in time');
}
