import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface LoopbackServer {
  readonly port: number;
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
  /** Lets the process end although it listens. */
  unref(): void;
}

/** Starts a real HTTP server on a free port of 127.0.0.1, with TLS where `tls` is given. */
export async function startLoopbackServer(listener: Listener, tls?: ServerOptions): Promise<LoopbackServer> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    listener(request, response);
  };
  const server: Server = tls ? createTlsServer(tls, answer) : createServer(answer);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    unref: () => void server.unref(),
  };
}

/** The port a listening TCP server was given. */
export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server is not listening on a TCP port.');
  return address.port;
}
