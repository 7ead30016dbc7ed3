import { purgeLongTrashed } from './credentials/trash.ts';
import type { Services } from './services.ts';
import { forgetEndedSessions } from './sessions/sessions.ts';

const EVERY_MS = 60 * 60 * 1000;

/**
 * Work that time asks for, once an hour: empties old trash, forgets ended sessions. Gives the way to stop it, which
 * waits for what is running.
 */
export function startHousekeeping(services: Services): () => Promise<void> {
  const run = async (): Promise<void> => {
    const nowMs = Date.now();
    try {
      const purged = await purgeLongTrashed(services, nowMs);
      await forgetEndedSessions(services, nowMs);
      if (purged > 0) services.log.info({ purged }, 'emptied the trash of keys deleted over 30 days ago');
    } catch (error) {
      services.log.error({ error }, 'housekeeping failed and will be tried again in an hour');
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
