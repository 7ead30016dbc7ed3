// The workshop: fake provider, server with reload, web app with hot reload, and a workspace full of demo data. No real
// provider key is needed. Ctrl-C ends everything that was started here.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDirectory, rootDirectory } from './bootstrap/paths.mjs';

const serverPort = process.env.PORT ?? '8000';
const fakePort = '9099';
const webPort = '5173';
const serverUrl = `http://127.0.0.1:${serverPort}`;
const fakeUrl = `http://127.0.0.1:${fakePort}`;
const demoEmail = 'demo@example.com';
const healthWaitMsMax = 30_000;
const stopWaitMsMax = 10_000;

const children = new Map<string, ChildProcess>();
let stopping = false;

function start(name: string, args: string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd: rootDirectory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => printWithName(name, text));
  }
  children.set(name, child);
  child.once('exit', (code, signal) => {
    children.delete(name);
    if (stopping || name === 'seed') return;
    console.log(`${name} ended (${signal ?? `exit code ${code}`}), stopping the rest.`);
    process.exitCode = 1;
    void stopAll();
  });
  return child;
}

function printWithName(name: string, text: string): void {
  for (const line of text.trimEnd().split('\n')) console.log(`${name.padEnd(6)}| ${line}`);
}

async function waitForHealth(): Promise<boolean> {
  const deadline = Date.now() + healthWaitMsMax;
  while (Date.now() < deadline && !stopping) {
    const answer = await fetch(`${serverUrl}/api/health`).catch(() => undefined);
    if (answer?.ok) return true;
    await delay(200);
  }
  return false;
}

/** Asks every child to stop, by its own process id, and ends those that do not within ten seconds. */
async function stopAll(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const running = [...children.values()];
  for (const child of running) child.kill('SIGTERM');
  const ended = Promise.all(running.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  await Promise.race([ended, delay(stopWaitMsMax, undefined, { ref: false })]);
  for (const child of children.values()) child.kill('SIGKILL');
}

async function develop(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopAll());
  start('fake', ['src/testing/fake-provider/main.ts', '--port', fakePort]);
  start('server', ['--watch', '--watch-preserve-output', 'src/server/main.ts'], {
    PORT: serverPort,
    DATA_DIR: '.cache/dev',
    DATABASE_URL: undefined,
    UPSTREAM_ALLOW_PRIVATE: '127.0.0.1',
    PUBLIC_URL: `http://localhost:${webPort}`,
  });
  start('web', ['node_modules/vite/bin/vite.js', '--port', webPort], { AKM_DEV_SERVER_URL: serverUrl });
  if (!(await waitForHealth())) {
    if (!stopping) console.log(`The server did not answer at ${serverUrl}/api/health within 30 s.`);
    process.exitCode = 1;
    return stopAll();
  }
  const password = demoPassword();
  const account = [`--email=${demoEmail}`, `--password=${password}`];
  const seed = start('seed', [
    'src/testing/seed.ts',
    '--url',
    serverUrl,
    '--fake',
    fakeUrl,
    '--data',
    '.cache/dev',
    ...account,
  ]);
  seed.once('exit', (code) => {
    if (code !== 0) console.log('The demo data could not be added; the product runs without it.');
    console.log(`\n  Open     http://localhost:${webPort}`);
    console.log(`  Sign in  ${demoEmail}, password ${password}`);
    console.log('  Ctrl-C stops everything.\n');
  });
}

/** Made up on the first run and kept beside the demo data, so that the account can be used again. */
function demoPassword(): string {
  const path = join(cacheDirectory, 'dev-password');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    const password = randomBytes(9).toString('base64url');
    mkdirSync(cacheDirectory, { recursive: true });
    writeFileSync(path, `${password}\n`, { mode: 0o600 });
    return password;
  }
}

await develop();
