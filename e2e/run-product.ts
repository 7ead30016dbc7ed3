// Runs the built product and the fake provider for the browser journeys, with everything they print in one file, so that
// the search for the canary sees the logs too. Ends with SIGTERM, and takes both with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { journeyEnvironment } from './environment.ts';

const rootDirectory = join(import.meta.dirname, '..');

async function run(): Promise<void> {
  const { directory, environment, fakeProviderUrl } = await journeyEnvironment();
  mkdirSync(directory, { recursive: true });
  const logPath = join(directory, 'server.log');
  const log = openSync(logPath, 'a');
  const start = (args: string[], own: NodeJS.ProcessEnv): ChildProcess =>
    spawn(process.execPath, args, { cwd: rootDirectory, env: { ...process.env, ...own }, stdio: ['ignore', log, log] });

  const children = [
    start(['src/testing/fake-provider/main.ts', '--port', new URL(fakeProviderUrl).port], {}),
    start(['dist/server.js'], {
      HOST: '127.0.0.1',
      PORT: environment.E2E_PORT ?? '',
      DATA_DIR: join(directory, 'data'),
      DATABASE_URL: undefined,
      UPSTREAM_ALLOW_PRIVATE: '127.0.0.1',
    }),
  ];
  const stop = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  for (const child of children) {
    child.once('exit', (code) => {
      if (code !== 0 && code !== null) {
        process.exitCode = code;
        console.error(`${child.spawnargs.join(' ')} ended with exit code ${code}:\n${readFileSync(logPath, 'utf8')}`);
      }
      stop();
    });
  }
}

await run();
