import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { BootstrapError, say } from './messages.mjs';

const pollMs = 250;
const waitMsMax = 15 * 60_000;

/**
 * Runs `work` while this process alone holds the lock directory; waits for another holder, and takes over from one
 * that has died. Throws when the other holder does not finish within 15 minutes.
 * @template T
 * @param {string} directory
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(directory, work) {
  await acquire(directory);
  const release = () => remove(directory);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

/** @param {string} directory */
async function acquire(directory) {
  mkdirSync(join(directory, '..'), { recursive: true });
  const owner = `${process.pid}@${hostname()}`;
  const deadline = Date.now() + waitMsMax;
  let told = false;
  while (!tryCreate(directory, owner)) {
    if (Date.now() > deadline) {
      throw new BootstrapError(
        `Another process has held ${directory} for 15 minutes. End it, or remove that directory.`,
      );
    }
    const holder = readOwner(directory);
    if (holder && (holder === owner || isDead(holder))) {
      removeStale(directory, holder);
      continue;
    }
    if (!told) say('Another process is preparing this folder, waiting for it ...');
    told = true;
    await delay(pollMs);
  }
}

/**
 * The directory appears complete with its owner inside, because it is made under another name first.
 * @param {string} directory
 * @param {string} owner
 */
function tryCreate(directory, owner) {
  const draft = `${directory}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  writeFileSync(join(draft, 'owner'), owner);
  try {
    renameSync(draft, directory);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(errorCode(error))) return false;
    throw error;
  }
}

/** @param {string} directory */
function readOwner(directory) {
  try {
    return readFileSync(join(directory, 'owner'), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * A holder on another host (a shared folder) cannot be looked at, so it counts as alive.
 * @param {string} holder
 */
function isDead(holder) {
  const [pid, host] = holder.split('@');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return isZombie(Number(pid));
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/**
 * In a container whose first process reaps no children, a dead process keeps its id.
 * @param {number} pid
 */
function isZombie(pid) {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Moves the dead holder's directory away. Two waiters may try at once: the one that moved a living holder's directory
 * instead puts it back.
 * @param {string} directory
 * @param {string} deadHolder
 */
function removeStale(directory, deadHolder) {
  remove(directory, (moved) => {
    if (readOwner(moved) !== deadHolder) renameSync(moved, directory);
  });
}

/**
 * Renames before deleting: a half-deleted lock would look free while its files are still going.
 * @param {string} directory
 * @param {(moved: string) => void} [inspect]
 */
function remove(directory, inspect) {
  const moved = `${directory}.gone-${process.pid}`;
  try {
    renameSync(directory, moved);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  inspect?.(moved);
  rmSync(moved, { recursive: true, force: true });
}

/** @param {unknown} error */
function errorCode(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
