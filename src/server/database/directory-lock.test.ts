import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTestDirectory } from '../../testing/test-database.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';

const HOLDER = `
  const { openDatabase } = await import(process.argv[1]);
  const { migrate } = await import(process.argv[2]);
  const database = await openDatabase({ databaseUrl: undefined, dataDirectory: process.argv[3] });
  await migrate(database);
  await database.kysely.insertInto('root_secrets').values({ name: 'written', envelope: '1', created_at: 1 }).execute();
  console.log('holding');
  setInterval(() => {}, 1000);
`;

describe('a data directory in use', () => {
  let dataDirectory: string;
  let holder: ChildProcess | undefined;

  beforeEach(() => {
    dataDirectory = makeTestDirectory();
  });

  afterEach(async () => {
    if (holder !== undefined && holder.exitCode === null && holder.signalCode === null) await stop('SIGKILL');
    holder = undefined;
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  /** Another process that opens the directory and keeps it. */
  async function hold(): Promise<number> {
    const modules = ['./open.ts', './migrate.ts'].map((file) => new URL(file, import.meta.url).href);
    const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, ...modules, dataDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    holder = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'holding') break;
    }
    return child.pid ?? 0;
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (holder === undefined) return;
    const ended = once(holder, 'exit');
    holder.kill(signal);
    await ended;
  }

  const openHere = () => openDatabase({ databaseUrl: undefined, dataDirectory });

  test('is refused to a second process, which is told the number of the first', async () => {
    const pid = await hold();
    await expect(openHere()).rejects.toMatchObject({
      code: 'database_locked',
      exitCode: 78,
      message: `Another process (pid ${pid}) is using ${dataDirectory}. Stop it first, or set DATA_DIR to another directory.`,
    });
  });

  test('stays refused however often it is asked', async () => {
    await hold();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(openHere()).rejects.toMatchObject({ code: 'database_locked' });
    }
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('is free after %s, with everything that was written', async (signal) => {
    await hold();
    await stop(signal);
    const database = await openHere();
    expect(await database.kysely.selectFrom('root_secrets').select('name').execute()).toEqual([{ name: 'written' }]);
    await database.close();
  });

  test('is refused to a second opening in the same process, and free after closing', async () => {
    const first = await openHere();
    await migrate(first);
    await expect(openHere()).rejects.toMatchObject({ code: 'database_locked' });
    await first.close();
    await (await openHere()).close();
  });
});
