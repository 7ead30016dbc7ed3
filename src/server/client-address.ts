import type { IncomingMessage } from 'node:http';
import { matchAddresses } from './address-list.ts';

const HOPS_MAX = 32;

/**
 * Tells who a caller is: the address of the connection, or behind trusted proxies the last address in `X-Forwarded-For`
 * that is none of theirs. What stands further left is the caller's own story and is not believed.
 */
export function createClientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = trustedProxies.length === 0 ? () => false : matchAddresses(trustedProxies);
  return (request) => {
    let address = request.socket.remoteAddress ?? '';
    const header = request.headers['x-forwarded-for'];
    if (header === undefined || !isTrusted(address)) return address;
    const hops = (Array.isArray(header) ? header.join(',') : header).split(',').slice(-HOPS_MAX);
    for (const hop of hops.reverse()) {
      address = hop.trim();
      if (!isTrusted(address)) return address;
    }
    return address;
  };
}
