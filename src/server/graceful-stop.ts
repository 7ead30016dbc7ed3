import type { Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** How long calls that are running may take to end once the server stops. */
const RUNNING_CALLS_MS_MAX = 10_000;

/**
 * Gives the way to stop: no new calls, running ones may end, then every connection is closed. Node alone would wait for
 * connections on which nothing was ever asked, as browsers open them ahead of need.
 */
export function prepareGracefulStop(app: FastifyInstance): () => Promise<void> {
  const server: Server = app.server;
  const running = new Set<ServerResponse>();
  let noteEnd = (): void => {};
  server.on('request', (_request, response) => {
    running.add(response);
    response.once('close', () => {
      running.delete(response);
      noteEnd();
    });
  });
  return async () => {
    const closed = app.close();
    const timer = setTimeout(() => server.closeAllConnections(), RUNNING_CALLS_MS_MAX);
    noteEnd = () => {
      if (running.size === 0) server.closeAllConnections();
    };
    noteEnd();
    await closed;
    clearTimeout(timer);
  };
}
