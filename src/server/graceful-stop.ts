import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** How long calls that are running may take to end by themselves once the server stops. */
export const RUNNING_CALLS_MS_MAX = 10_000;
/** How long their last answers may then take to reach the callers. */
const LAST_ANSWERS_MS_MAX = 1_000;

export interface StopOptions {
  /** Ends what running calls wait for outside, so that they can answer. Called when their time is up. */
  abortOutside: () => void;
  /** Time for running calls to end by themselves, 10 s unless given. */
  runningCallsMsMax?: number | undefined;
}

/**
 * Gives the way to stop: no new calls, running ones may end, then every connection is closed. Resolves when no handler
 * runs any more, not even for a caller who has gone, so that the database may be closed. Node alone would wait for
 * connections on which nothing was ever asked, as browsers open them ahead of need. Comes before the routes.
 */
export function prepareGracefulStop(app: FastifyInstance): (options: StopOptions) => Promise<void> {
  const server: Server = app.server;
  let responses = 0;
  let noteEnd = (): void => {};
  // Counted and not kept: the tables that a busy set has outgrown keep what was in them long after it was deleted.
  const forget = (): void => {
    responses -= 1;
    noteEnd();
  };
  server.on('request', (_request, response) => {
    responses += 1;
    response.once('close', forget);
  });
  const handlers = trackHandlers(app);
  return async ({ abortOutside, runningCallsMsMax = RUNNING_CALLS_MS_MAX }) => {
    const closed = app.close();
    const timers = [
      setTimeout(abortOutside, runningCallsMsMax),
      setTimeout(() => server.closeAllConnections(), runningCallsMsMax + LAST_ANSWERS_MS_MAX),
    ];
    noteEnd = () => {
      if (responses === 0) server.closeAllConnections();
    };
    noteEnd();
    await closed;
    await Promise.allSettled(handlers);
    for (const timer of timers) clearTimeout(timer);
  };
}

/** The handlers that are running, of every route that is added from now on. */
function trackHandlers(app: FastifyInstance): ReadonlySet<Promise<unknown>> {
  const running = new Set<Promise<unknown>>();
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      const result: unknown = handler.call(this, request, reply);
      if (result instanceof Promise) {
        running.add(result);
        const forget = (): void => {
          running.delete(result);
        };
        result.then(forget, forget);
      }
      return result;
    };
  });
  return running;
}
