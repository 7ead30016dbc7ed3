import { setTimeout as delay } from 'node:timers/promises';

/** A transaction that took longer was held up by others, who need no pause. */
const PAUSE_MS_MAX = 100;
/** From one transaction to the next, so that many calls share one: what is added to the sums is written once for all. */
const GATHER_MS = 250;

/** Runs one piece of work after the other, with pauses between them. */
export type Pace = <Result>(work: () => Promise<Result>) => Promise<Result>;

interface Options {
  /** When there is no time for pauses. */
  readonly isUrgent: () => boolean;
  /** Whether others wait while this one writes: SQLite has one writer at a time. */
  readonly isExclusive: boolean;
  /** Ends a pause. */
  readonly signal: AbortSignal;
  readonly clock?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Gathers what comes within a quarter of a second, unless `hurry` says that somebody waits for it, and leaves a database
 * with one writer to others for about as long as each piece took: they only look now and then whether it is free.
 */
export function createPace(options: Options): { pace: Pace; hurry: () => void } {
  const { isUrgent, isExclusive, signal, clock = () => performance.now() } = options;
  const wait = options.wait ?? ((ms, ended) => delay(ms, undefined, { signal: ended }).catch(() => undefined));
  let freeAtMs = 0;
  let gatheredAtMs = 0;
  let hurried = new AbortController();

  const pauseUntil = async (timeMs: number, ended: AbortSignal): Promise<void> => {
    const pauseMs = timeMs - clock();
    if (pauseMs > 0 && !isUrgent() && !ended.aborted) await wait(pauseMs, ended);
  };

  const pace: Pace = async (work) => {
    await pauseUntil(gatheredAtMs, AbortSignal.any([signal, hurried.signal]));
    await pauseUntil(freeAtMs, signal);
    hurried = new AbortController();
    const startedMs = clock();
    try {
      return await work();
    } finally {
      const endedMs = clock();
      gatheredAtMs = endedMs + GATHER_MS;
      freeAtMs = isExclusive ? endedMs + Math.min(endedMs - startedMs, PAUSE_MS_MAX) : endedMs;
    }
  };
  return { pace, hurry: () => hurried.abort() };
}
