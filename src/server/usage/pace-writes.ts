import { setTimeout as delay } from 'node:timers/promises';

/** A transaction that took longer was held up by others, who need no pause. */
const PAUSE_MS_MAX = 100;

/** Runs one piece of work after the other, with pauses between them. */
export type Pace = <Result>(work: () => Promise<Result>) => Promise<Result>;

interface Options {
  /** When there is no time for pauses. */
  readonly isUrgent: () => boolean;
  /** Ends a pause. */
  readonly signal: AbortSignal;
  readonly clock?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

/**
 * Leaves the database to others for about as long as each piece took: SQLite has one writer at a time, and whoever waits
 * for it only looks now and then whether it is free.
 */
export function createPace({ isUrgent, signal, clock = () => performance.now(), wait }: Options): Pace {
  const pause = wait ?? ((ms) => delay(ms, undefined, { signal }).catch(() => undefined));
  let freeAtMs = 0;
  return async (work) => {
    const pauseMs = freeAtMs - clock();
    if (pauseMs > 0 && !isUrgent()) await pause(pauseMs);
    const startedMs = clock();
    try {
      return await work();
    } finally {
      const endedMs = clock();
      freeAtMs = endedMs + Math.min(endedMs - startedMs, PAUSE_MS_MAX);
    }
  };
}
