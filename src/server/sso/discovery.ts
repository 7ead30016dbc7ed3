import { allowInsecureRequests, customFetch, discovery, type ServerMetadata } from 'openid-client';
import { AppError } from '../http-errors.ts';
import { OutboundError } from '../outbound.ts';
import type { Services } from '../services.ts';
import { createProviderFetch } from './provider-fetch.ts';

const KEPT_MS = 10 * 60 * 1000;
const KEPT_MAX = 20;

type Kept = Map<string, { readonly metadata: ServerMetadata; readonly atMs: number }>;

/** What providers publish about themselves, for a while; nothing of it is secret. */
const keptBy = new WeakMap<Services['outbound'], Kept>();

/**
 * What the provider of an issuer publishes, its address checked against the document's own (OpenID Connect Discovery 4.3).
 * `isNew` reads it anew. Throws `sso_provider_refused` with the reason then, and else `sso_failed`.
 */
export async function findProvider(
  { outbound, log }: Pick<Services, 'outbound' | 'log'>,
  issuer: string,
  { isNew }: { isNew: boolean },
): Promise<ServerMetadata> {
  const kept = keptBy.get(outbound) ?? new Map();
  keptBy.set(outbound, kept);
  const known = kept.get(issuer);
  const nowMs = performance.now();
  if (!isNew && known !== undefined && nowMs - known.atMs < KEPT_MS) return known.metadata;
  try {
    const metadata = await readDiscovery(outbound, issuer);
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(metadata.issuer, { metadata, atMs: nowMs });
    return metadata;
  } catch (error) {
    const message = reasonOf(error);
    log.warn({ issuer, reason: message }, 'an OpenID Connect provider cannot be used');
    if (!isNew) throw new AppError('sso_failed', { cause: error });
    throw new AppError('sso_provider_refused', { details: [{ path: 'issuer', message }], cause: error });
  }
}

class Unsuitable extends Error {}

async function readDiscovery(outbound: Services['outbound'], issuer: string): Promise<ServerMetadata> {
  const url = URL.parse(issuer);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Unsuitable('The issuer must be an https address.');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Unsuitable('The issuer must be an address without user name, query or fragment.');
  }
  // A document that is named itself would not be compared with the issuer it claims to be.
  if (url.pathname.includes('/.well-known/')) {
    throw new Unsuitable('The issuer is the address before /.well-known/openid-configuration.');
  }
  outbound.assertUrlAllowed(url.href);
  const found = await discovery(url, 'unregistered', undefined, undefined, {
    [customFetch]: createProviderFetch(outbound),
    // Whether plain http is allowed at all is decided by the guarded way out, for named hosts only.
    execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
  });
  const metadata = { ...found.serverMetadata() };
  refuseUnsuitable(metadata, url);
  return metadata;
}

function refuseUnsuitable(metadata: ServerMetadata, issuer: URL): void {
  // The library lets issuers of some providers be templates; here an issuer is one provider.
  if (URL.parse(metadata.issuer)?.href !== issuer.href) {
    throw new Unsuitable(`The provider there calls itself ${metadata.issuer.slice(0, 200)}.`);
  }
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const endpoint = URL.parse(metadata[name] ?? '');
    // Browsers are sent to the first: an address of another kind could run as a script.
    const isRight = endpoint !== null && (endpoint.protocol === 'https:' || endpoint.protocol === issuer.protocol);
    if (!isRight) throw new Unsuitable(`The provider publishes no usable ${name}.`);
  }
}

/** Why, in words that hold nothing the provider sent but its own name. */
function reasonOf(error: unknown): string {
  if (error instanceof Unsuitable || error instanceof OutboundError) return error.message;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof OutboundError) return cause.message;
  return 'There is no valid OpenID Connect discovery document there, or it is of another issuer.';
}
