import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of the product that runs as a process of its own. */
export interface Program {
  /** The first address it printed. */
  readonly url: string;
  readonly output: () => string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | string | null>;
}

/** Starts a TypeScript file below `src/` and waits until it prints its address. Rejects with what it said when it ends. */
export async function startProgram(
  file: string,
  { args = [], environment = {} }: { args?: readonly string[]; environment?: Readonly<Record<string, string>> },
): Promise<Program> {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? null);
  const url = new Promise<string>((resolve) => {
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-100_000);
      const address = /(?:^|ready: )(http:\/\/127\.0\.0\.1:\d+)\s/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
  });
  const died = ended.then((code) => Promise.reject(new Error(`${file} ended with ${code}: ${output}`)));
  const ready = await Promise.race([url, died]);
  died.catch(() => undefined);
  return {
    url: ready,
    output: () => output,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
