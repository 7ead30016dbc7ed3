import type { Dialect } from '../../contract/vocabulary.ts';
import { dialectsOf, originOf } from '../../providers/base-url.ts';
import { type Endpoint, type EndpointMatch, findEndpoint } from './endpoints.ts';
import type { CredentialEntry } from './snapshot.ts';

export interface ProxiedPath {
  readonly provider: string;
  /** Below the provider's origin, with its first slash. */
  readonly path: string;
}

/** `/proxy/{provider}/v1/anything`, or null. */
export function readProxiedPath(path: string): ProxiedPath | null {
  const match = /^\/proxy\/([a-z0-9_-]{1,64})(\/.+)$/i.exec(path);
  return match?.[1] === undefined || match[2] === undefined ? null : { provider: match[1], path: match[2] };
}

interface ProxiedMatch {
  readonly match: EndpointMatch;
  /** Whether it is a call of a known interface, so that it is known where its model stands. */
  readonly isKnown: boolean;
}

/**
 * What a call to any path of a provider is. One of a known interface is metered like there; any other is passed on as
 * unmetered, so it is recorded, and refused where money or models are limited. Null: the method is not passed on.
 */
export function matchProxied(
  method: string,
  { path }: ProxiedPath,
  credentials: readonly CredentialEntry[],
): ProxiedMatch | null {
  if (method !== 'GET' && method !== 'POST' && method !== 'DELETE') return null;
  const plain = plainPath(path);
  for (const { dialect, baseUrl } of credentials.flatMap(interfacesOf)) {
    const below = withoutBase(plain, baseUrl);
    const asOwn = below === null ? null : findEndpoint(method, isOpenai(dialect) ? `/v1${below}` : below);
    if (asOwn === null || asOwn === 'method' || asOwn.endpoint.isOwn) continue;
    const known = { endpoint: { ...asOwn.endpoint, path }, parts: asOwn.parts, path, isFromOrigin: true } as const;
    return { match: known, isKnown: true };
  }
  const endpoint: Endpoint = { method, path, dialect: null, name: path.slice(1, 100), metering: 'unmetered' };
  return { match: { endpoint, parts: {}, path, isFromOrigin: true }, isKnown: false };
}

/** Where calls of each dialect go: with the credential's own base URL, and with the provider's usual one. */
function interfacesOf({ provider, addressOf }: CredentialEntry): { dialect: Dialect; baseUrl: string }[] {
  return dialectsOf(provider).flatMap((dialect) =>
    [addressOf(dialect)?.baseUrl, provider.dialects[dialect]?.baseUrl].flatMap((baseUrl) =>
      typeof baseUrl === 'string' ? [{ dialect, baseUrl }] : [],
    ),
  );
}

/** As the provider may read it: a call must not escape its rules by another spelling of the same path. */
function plainPath(path: string): string {
  let plain = path;
  try {
    plain = decodeURIComponent(path);
  } catch {
    // Not UTF-8, so none of the known paths either.
  }
  return plain.replace(/\/{2,}/g, '/');
}

const isOpenai = (dialect: Dialect): boolean => dialect.startsWith('openai-');

function withoutBase(path: string, baseUrl: string): string | null {
  const base = baseUrl.slice(originOf(baseUrl).length);
  return path.startsWith(`${base}/`) ? path.slice(base.length) : null;
}
