import type { Logger } from 'pino';
import { outsideTransaction } from './database/transaction.ts';

/** More than any honest hour brings; beyond it new work is dropped rather than memory filled. */
const RUNNING_MAX = 200;
const running = new Set<Promise<void>>();

/**
 * Does work that the caller does not wait for, so that the time an answer takes says nothing about it. A failure is logged
 * under `name`; nobody else hears of it.
 */
export function inBackground(log: Logger, name: string, work: () => Promise<void>): void {
  if (running.size >= RUNNING_MAX) {
    log.warn({ name }, `${name} was left out: too much is under way`);
    return;
  }
  const done: Promise<void> = outsideTransaction(work)
    .catch((error: unknown) => log.error({ error }, `${name} failed`))
    .finally(() => running.delete(done));
  running.add(done);
}

/** Resolves when all such work that has begun is done. */
export async function settleBackground(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}
