import type { Dialect } from '../../contract/vocabulary.ts';
import { type EndpointMatch, findEndpoint } from './endpoints.ts';
import type { CallHead } from './exchange.ts';
import { matchProxied, type ProxiedPath, readProxiedPath } from './proxied-call.ts';
import type { Refusal } from './refusals.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** Where a call goes by its address alone. */
export interface Place {
  readonly match: EndpointMatch | 'method' | null;
  readonly proxied: ProxiedPath | null;
}

/**
 * Dot segments would be resolved on the way to the provider, behind the back of everything that looks at the path; so
 * would backslashes, which URLs take for slashes, and what stands behind a `#` would get lost.
 */
const UNCLEAR_PATH = /[\\#]|%5c|(?:\/|%2f)(?:\.|%2e)/i;

export function findPlace({ method, target }: CallHead): Place {
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  if (UNCLEAR_PATH.test(path)) return { match: null, proxied: null };
  const proxied = readProxiedPath(path);
  return { proxied, match: proxied === null ? findEndpoint(method, path) : null };
}

/** What the call is for this virtual key, or why it may not make it. */
export function matchFor(
  virtualKey: VirtualKeyEntry,
  head: CallHead,
  { match, proxied }: Place,
): EndpointMatch | Refusal {
  if (head.header('upgrade')?.toLowerCase() === 'websocket') return { code: 'upgrade_refused' };
  const found = proxied === null ? match : proxiedMatch(virtualKey, head, proxied);
  if (found === null) return { code: 'endpoint_unknown' };
  if (found === 'method') return { code: 'method_not_allowed' };
  if ('code' in found) return found;
  const { metering, name } = found.endpoint;
  if (metering === 'refused') {
    const message = `The gateway does not pass '${name}' on: it is billed later or elsewhere, so its cost cannot be counted.`;
    return { code: 'endpoint_refused', message };
  }
  if (metering === 'unmetered' && isSpendingLimited(virtualKey)) {
    const message = `'${name}' tells no usage, so this virtual key, whose spending is limited, may not call it.`;
    return { code: 'endpoint_refused', message };
  }
  return found;
}

/** Whether somebody counts on the cost of its calls: then it may make none whose cost is not told. */
export function isSpendingLimited({ budgets, blocksUnpriced, pool }: VirtualKeyEntry): boolean {
  return budgets.length > 0 || blocksUnpriced || pool.some(({ credential }) => credential.budget !== null);
}

function proxiedMatch(
  virtualKey: VirtualKeyEntry,
  head: CallHead,
  proxied: ProxiedPath,
): EndpointMatch | Refusal | null {
  const credentials = virtualKey.pool.flatMap(({ credential }) =>
    credential.provider.id === proxied.provider ? [credential] : [],
  );
  const found = credentials.length === 0 ? null : matchProxied(head.method, proxied, credentials);
  if (found === null || found.isKnown || virtualKey.models === null) return found?.match ?? null;
  const message = `Nobody here knows which model '${found.match.endpoint.name}' uses, so this virtual key, which has a list of models, may not call it.`;
  return { code: 'endpoint_refused', message };
}

/** The dialect in which the client reads refusals; told by its headers where the path does not say. */
export function dialectFor(head: CallHead, match: Place['match']): Dialect | null {
  if (match !== null && match !== 'method' && !match.endpoint.isOwn) return match.endpoint.dialect;
  if (head.header('anthropic-version') !== undefined) return 'anthropic-messages';
  return head.header('x-goog-api-key') !== undefined || head.target.startsWith('/v1beta') ? 'gemini' : null;
}
