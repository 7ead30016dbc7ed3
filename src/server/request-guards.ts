import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { type Config, isLoopback, isPrivateToThisComputer } from './config.ts';
import { AppError } from './http-errors.ts';

/**
 * On a server for this computer only, a foreign name in `Host` means that a web page had its own name resolve to us
 * (DNS rebinding). Numeric addresses and `localhost` cannot be rebound.
 */
export function refuseForeignHost(config: Config, request: FastifyRequest): void {
  if (!isPrivateToThisComputer(config)) return;
  const hostname = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname ?? '';
  const name = hostname.replace(/^\[|\]$/g, '');
  const isExpected =
    isLoopback(name) || isIP(name) !== 0 || name === config.host || name === config.publicUrl?.hostname;
  if (!isExpected) throw new AppError('foreign_host');
}

/**
 * Refuses changes that a page of another site makes with the browser's cookies (OWASP ASVS 3.5.1). Browsers send
 * `Sec-Fetch-Site` or `Origin` with every change; programs that send neither carry no cookie by themselves.
 */
export function refuseCrossSite(config: Config, request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin, host } = request.headers;
  if (origin === undefined && site === undefined) return;
  const originUrl = URL.parse(origin ?? '');
  const isOurs = originUrl !== null && (originUrl.host === host || originUrl.origin === config.publicUrl?.origin);
  if (!isOurs || site === 'cross-site') throw new AppError('cross_site');
}

/** JSON is for programs: a browser that navigates to it could render it in a wrong context (OWASP ASVS 3.2.1). */
export function refuseNavigation(request: FastifyRequest): void {
  const destination = request.headers['sec-fetch-dest'];
  const isPage = destination !== undefined && destination !== 'empty';
  if (isPage) throw new AppError('not_a_page');
}
