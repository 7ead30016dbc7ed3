import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** How long stopping may take in all: what service managers grant at least is more. The parts below fit into it. */
export const STOP_MS_MAX = 20_000;
/** How long calls that are running may take to end by themselves once the server stops. */
export const RUNNING_CALLS_MS_MAX = 10_000;
/** How long their last answers may then take to reach the callers. */
export const LAST_ANSWERS_MS_MAX = 1_000;
/** How long handlers of callers who have gone may then go on. */
export const LAST_HANDLERS_MS_MAX = 1_000;
/** How long the usage of the last calls may then take into the database. What is left, the next start does. */
export const LAST_WRITES_MS_MAX = 6_000;

export interface StopOptions {
  /** Ends what running calls wait for outside, so that they can answer. Called when their time is up. */
  abortOutside: () => void;
  /** Time for running calls to end by themselves, 10 s unless given. */
  runningCallsMsMax?: number | undefined;
}

/**
 * Gives the way to stop: no new calls, running ones may end, then every connection is closed. Resolves when no handler
 * runs any more, not even for a caller who has gone, so that the database may be closed; one that hangs is left a second
 * after the last connection. Node alone would wait for connections on which nothing was ever asked, as browsers open them
 * ahead of need. Comes before the routes.
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
    const { promise: late, resolve: leave } = Promise.withResolvers<void>();
    const answersMsMax = runningCallsMsMax + LAST_ANSWERS_MS_MAX;
    const timers = [
      setTimeout(abortOutside, runningCallsMsMax),
      setTimeout(() => server.closeAllConnections(), answersMsMax),
      setTimeout(leave, answersMsMax + LAST_HANDLERS_MS_MAX),
    ];
    noteEnd = () => {
      if (responses === 0) server.closeAllConnections();
    };
    noteEnd();
    await closed;
    // Also of those whose callers have gone: what they wait for outside still ends when the time is up.
    await Promise.race([Promise.allSettled(handlers), late]);
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
