import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work that can wait keeps the thread that serves calls. */
const SHARE_MS_MAX = 2;

/** Long work in pieces: to be awaited between them, and lets everybody else go on when its share is used up. */
export type ThreadShare = () => Promise<void> | undefined;

export function createThreadShare(): ThreadShare {
  let sinceMs = performance.now();
  return () => {
    if (performance.now() - sinceMs < SHARE_MS_MAX) return undefined;
    return nextTurn().then(() => {
      sinceMs = performance.now();
    });
  };
}
