import { purgeLongTrashed } from './credentials/trash.ts';
import type { Services } from './services.ts';
import { forgetEndedSessions } from './sessions/sessions.ts';

const EVERY_MS = 60 * 60 * 1000;

type Task = (services: Services, nowMs: number, signal: AbortSignal) => Promise<void>;

/** What time asks for, each on its own: one that fails keeps no other from its work. */
const tasks: Readonly<Record<string, Task>> = {
  'emptying the trash': async (services, nowMs, signal) => {
    const purged = await purgeLongTrashed(services, nowMs, signal);
    if (purged > 0) services.log.info({ purged }, 'emptied the trash of keys deleted over 30 days ago');
  },
  'forgetting ended sessions': forgetEndedSessions,
};

/** Does that work now and once an hour. Gives the way to stop it, which waits for what is running. */
export function startHousekeeping(services: Services): () => Promise<void> {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    for (const [name, task] of Object.entries(tasks)) {
      await task(services, Date.now(), stopping.signal).catch((error: unknown) => {
        services.log.error({ error }, `${name} failed and will be tried again in an hour`);
      });
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}
