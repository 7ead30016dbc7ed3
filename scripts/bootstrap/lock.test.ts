import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

let folder = '';
let lock = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'akm-lock-'));
  lock = join(folder, 'install.lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function holdFor(owner: string): void {
  mkdirSync(lock);
  writeFileSync(join(lock, 'owner'), owner);
}

it('holds the lock while the work runs and frees it afterwards', async () => {
  const held = await withLock(lock, async () => existsSync(lock));
  expect(held).toBe(true);
  expect(existsSync(lock)).toBe(false);
});

it('frees the lock when the work fails', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  expect(existsSync(lock)).toBe(false);
});

it('takes over from a process that has died', async () => {
  // Process ids end far below this one, so no such process lives.
  holdFor(`999999999@${hostname()}`);
  expect(await withLock(lock, async () => 'done')).toBe('done');
});

it('waits for a holder on another host instead of taking its lock', async () => {
  holdFor('1@another-host');
  let isDone = false;
  const waiting = withLock(lock, async () => {
    isDone = true;
  });
  await turn();
  expect(isDone).toBe(false);
  rmSync(lock, { recursive: true });
  await waiting;
  expect(isDone).toBe(true);
});
