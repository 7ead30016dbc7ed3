import { randomUUID } from 'node:crypto';
import { createServer, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { addApiRoutes } from './api-routes.ts';
import type { OpenGateway } from './gateway/open-gateway.ts';
import { prepareGracefulStop } from './graceful-stop.ts';
import { AppError, toAppError } from './http-errors.ts';
import { refuseForeignHost } from './request-guards.ts';
import { apiContentPolicy, securityHeaders } from './security-headers.ts';
import type { Services } from './services.ts';
import { addWebApp } from './web-app.ts';

const BODY_BYTES_MAX = 256 * 1024;
const HEADERS_MS_MAX = 15_000;
/** A call of the gateway may carry tens of MB over a slow line. */
const REQUEST_MS_MAX = 600_000;
const KEEP_ALIVE_MS = 72_000;

export interface HttpServer {
  app: FastifyInstance;
  stop: ReturnType<typeof prepareGracefulStop>;
}

/**
 * The map of the server: calls of the gateway leave at the door, by node:http alone; for the rest what every request
 * passes, then the API, then the dashboard for everything else.
 */
export async function createHttpServer(services: Services, gateway: Pick<OpenGateway, 'handle'>): Promise<HttpServer> {
  const { config, log } = services;
  const logger: FastifyBaseLogger = log;
  const headers = { ...securityHeaders(config), 'content-security-policy': apiContentPolicy };
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    serverFactory: (handler) =>
      createServer(
        { headersTimeout: HEADERS_MS_MAX, requestTimeout: REQUEST_MS_MAX, keepAliveTimeout: KEEP_ALIVE_MS },
        (request, response) => {
          if (!gateway.handle(request, response)) handler(request, response);
        },
      ),
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerUnparsable(headers, error, socket),
    // Addresses that the router cannot read come by no hook.
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...headers, 'x-request-id': request.id });
      refuse(error, request, reply);
    },
  });
  const stop = prepareGracefulStop(app);
  readJsonOnly(app);
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id });
    if (isClosing) throw new AppError('unavailable', { message: 'The server is stopping. Try again in a moment.' });
    refuseForeignHost(config, request);
  });
  app.addHook('onSend', async (_request, reply) => {
    // A connection that was busy when the server began to stop would else be kept alive, and the stop with it.
    if (isClosing) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern of the address and never the address: anything may stand in it, a pasted secret too.
    const { url: path = '/*' } = request.routeOptions;
    const facts = { method: request.method, path, status: reply.statusCode, ip: request.ip };
    // Files of the dashboard are many and tell nothing.
    const level = request.url.startsWith('/api/') || reply.statusCode >= 400 ? 'info' : 'debug';
    request.log[level]({ ...facts, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  app.setErrorHandler(refuse);
  app.setNotFoundHandler(() => {
    throw new AppError('not_found');
  });
  addApiRoutes(app, services);
  addWebApp(app, config);
  await app.ready();
  return { app, stop };
}

/** The one place where anything thrown becomes an answer. Causes go to the log, never to the caller. */
function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = toAppError(thrown);
  if (refusal.httpStatus >= 500) {
    request.log.error({ code: refusal.code, error: refusal.cause ?? refusal }, 'failed');
  }
  // RFC 9110, 11.6.1: a 401 names how to sign in.
  if (refusal.httpStatus === 401) reply.header('www-authenticate', 'Bearer realm="API Key Manager"');
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds));
  reply.header('cache-control', 'no-store');
  return reply.status(refusal.httpStatus).send(refusal.toBody());
}

/**
 * JSON is the only body the control plane reads: a form of another site cannot send it without asking first. `__proto__`
 * and `constructor.prototype` members are refused. An empty body is none, whatever its type says.
 */
function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

/** What is not HTTP never reaches a route: it gets a refusal and the connection ends. */
function answerUnparsable(headers: Record<string, string>, error: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const known = toAppError(error);
  const refusal = known.httpStatus >= 500 ? new AppError('invalid_request', { cause: error }) : known;
  const body = JSON.stringify(refusal.toBody());
  const lines = Object.entries({
    ...headers,
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const { httpStatus } = refusal;
  socket.end(`HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus]}\r\n${lines.join('')}\r\n${body}`);
}
