import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const START_MS_MAX = 30_000;

export interface RunningProgram {
  url: string;
  /** From the start of the process to its first answer. */
  startMs: number;
  /** Memory of the process alone, shared pages counted by their share (PSS), in MB. */
  memoryMb(): number;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Starts a program that answers on `PORT`, and measures until it does. */
export async function startProgram(args: string[], environment: Record<string, string> = {}): Promise<RunningProgram> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: String(port), LOG_LEVEL: 'warn', ...environment },
    stdio: 'ignore',
  });
  await firstAnswer(`${url}/api/health`, child);
  const startMs = performance.now() - startedAt;
  return { url, startMs, memoryMb: () => pssMb(child), stop: () => stop(child) };
}

/** The built product on an empty data directory of its own, or on the given one. */
export async function startProduct(dataDirectory?: string): Promise<RunningProgram> {
  const directory = dataDirectory ?? mkdtempSync(join(tmpdir(), 'akm-bench-'));
  const program = await startProgram(['dist/server.js'], { DATA_DIR: directory });
  return {
    ...program,
    async stop() {
      await program.stop();
      if (dataDirectory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function firstAnswer(url: string, child: ChildProcess): Promise<void> {
  const endMs = performance.now() + START_MS_MAX;
  while (performance.now() < endMs) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode} before it answered`);
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill('SIGKILL');
  throw new Error(`no answer within ${START_MS_MAX} ms`);
}

function pssMb(child: ChildProcess): number {
  const text = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? Number.NaN) / 1024;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
