import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { portOf } from '../loopback-server.ts';

const VERSIONS = '/usr/lib/postgresql';

/** A PostgreSQL server of one's own, that can be stopped and started without asking anybody. */
export interface PostgresCluster {
  readonly databaseUrl: string;
  /** As a power cut would: no client is told, nothing is written first. */
  readonly stop: () => void;
  readonly start: () => void;
  readonly dispose: () => void;
}

/** Whether this machine has what it takes: Debian's PostgreSQL, and root to become its user. */
export const canHaveCluster = (): boolean => process.getuid?.() === 0 && existsSync(VERSIONS);

/** Makes a cluster in a new directory below `parent` and starts it. PostgreSQL refuses to run as root. */
export async function openCluster(parent: string): Promise<PostgresCluster> {
  const newest = readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a))[0] ?? '';
  const directory = join(parent, 'postgres');
  const port = await findFreePort();
  mkdirSync(directory);
  execFileSync('chown', ['postgres', directory]);
  execFileSync('chmod', ['a+x', parent]);
  const run = (program: string, ...args: string[]): void => {
    const user = ['--reuid=postgres', '--regid=postgres', '--init-groups'];
    execFileSync('setpriv', [...user, join(VERSIONS, newest, 'bin', program), ...args], {
      cwd: directory,
      stdio: 'ignore',
    });
  };
  const data = join(directory, 'data');
  const options = `-p ${port} -k ${directory} -h 127.0.0.1`;
  const start = (): void => run('pg_ctl', '-D', data, '-w', '-l', join(directory, 'log'), '-o', options, 'start');
  const stop = (): void => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8');
  start();
  return {
    databaseUrl: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop,
    start,
    dispose() {
      stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
