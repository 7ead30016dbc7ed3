import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import sirv from 'sirv';
import { assets } from './assets.ts';
import type { Config } from './config.ts';
import { AppError } from './http-errors.ts';
import { docsContentPolicy, pageContentPolicy } from './security-headers.ts';
import { readCookie } from './sessions/session-cookie.ts';

const YEAR_SECONDS = 31_536_000;
const DOCS_SECONDS = 300;

/** Where programs look for an API or for figures: a page would be taken for an answer. */
const PROGRAM_PATH = /^\/(api|metrics)(\/|$)/;

/** Serves the built dashboard and the API documentation; addresses of the dashboard get its one page. */
export function addWebApp(app: FastifyInstance, config: Config): void {
  const page = readPage();
  // Only names under /assets/ change with what is inside, so only those may be kept for ever.
  const hashed = serveFiles(assets.web, { maxAge: YEAR_SECONDS, immutable: true });
  const files = serveFiles(assets.web, { maxAge: 0 });
  const docs = serveFiles(assets.docs, { maxAge: DOCS_SECONDS });

  app.get('/openapi.json', (_request, reply) => sendFile(docs, '/openapi.json', reply));
  for (const [address, directory] of [
    ['/docs', '/swagger'],
    ['/redoc', '/redoc'],
  ] as const) {
    const send = (request: FastifyRequest, reply: FastifyReply) => {
      reply.raw.setHeader('content-security-policy', docsContentPolicy);
      return sendFile(docs, directory + (pathOf(request).slice(address.length) || '/'), reply);
    };
    app.get(address, send);
    app.get(`${address}/*`, send);
  }

  app.get('/*', (request, reply) => {
    const path = pathOf(request);
    if (PROGRAM_PATH.test(path)) throw new AppError('not_found');
    if (path.startsWith('/assets/')) return sendFile(hashed, path, reply);
    // Only the page has no file ending; it is made per request for the sake of its nonce.
    if (/\.[a-z0-9]+$/i.test(path) && path !== '/index.html') return sendFile(files, path, reply);
    if (!acceptsPage(request)) throw new AppError('not_found');
    if (page === null) throw notBuilt();
    const nonce = randomBytes(16).toString('base64');
    const hasCookie = readCookie(request.headers.cookie, config) !== undefined;
    return reply
      .header('content-security-policy', pageContentPolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page.replace('__CSP_NONCE__', nonce).replace('__SESSION_COOKIE__', hasCookie ? 'yes' : 'no'));
  });
}

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '/';

/** A request without the header accepts everything (RFC 9110, 12.5.1). */
const acceptsPage = ({ headers }: FastifyRequest): boolean => /text\/html|\*\/\*/i.test(headers.accept ?? '*/*');

const notBuilt = (): AppError =>
  new AppError('unavailable', { message: 'The dashboard is not built. Run `npm run build`.' });

function readPage(): string | null {
  const file = new URL('index.html', assets.web);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

type Files = ReturnType<typeof sirv>;

function serveFiles(directory: URL, options: { maxAge: number; immutable?: boolean }): Files | null {
  if (!existsSync(directory)) return null;
  return sirv(fileURLToPath(directory), { ...options, brotli: true, gzip: true, etag: true, dotfiles: false });
}

/** Hands the reply to sirv, which knows ranges, ETags and the precompressed copies. */
async function sendFile(files: Files | null, path: string, reply: FastifyReply): Promise<FastifyReply> {
  if (files === null) throw notBuilt();
  const { raw: request } = reply.request;
  const isFound = await new Promise<boolean>((resolve) => {
    request.url = path;
    reply.raw.once('pipe', () => resolve(true));
    reply.raw.once('finish', () => resolve(true));
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined && !reply.raw.hasHeader(name)) reply.raw.setHeader(name, value);
    }
    files(request, reply.raw, () => resolve(false));
  });
  if (isFound) return reply.hijack();
  reply.raw.removeHeader('content-security-policy');
  throw new AppError('not_found');
}
