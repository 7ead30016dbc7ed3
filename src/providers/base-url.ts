import type { Dialect, DialectAccess, Provider } from './provider.ts';

const URL_CHARACTERS_MAX = 2048;
const LOCAL_HOST = /^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/i;

/** What people paste behind a base URL because a tool or a document showed the whole address of a call. */
const PASTED_CALL =
  /\/(?:chat\/completions|completions|responses|embeddings|rerank|images\/generations|audio\/[a-z]+|messages(?:\/count_tokens)?|models(?:\/[^/]*:[^/]*)?)$/i;

/** Where the version belongs to the paths of a dialect and not to its base URL. */
const PATH_VERSION: Readonly<Record<Dialect, RegExp | null>> = {
  'openai-chat': null,
  'openai-responses': null,
  'anthropic-messages': /\/v1$/i,
  gemini: /\/v1(?:beta)?$/i,
};

/**
 * A base URL as a person typed it, made plain: with scheme, without query, trailing slashes and the path of a single
 * call. Null if it is no http(s) address or carries a user name or password.
 */
export function normaliseBaseUrl(text: string, dialect: Dialect | null): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > URL_CHARACTERS_MAX) return null;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  const url = URL.parse(hasScheme ? trimmed : `${LOCAL_HOST.test(trimmed) ? 'http' : 'https'}://${trimmed}`);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
  let path = trimSlashes(url.pathname);
  if (dialect !== null) {
    path = trimSlashes(path.replace(PASTED_CALL, ''));
    path = trimSlashes(path.replace(PATH_VERSION[dialect] ?? '', ''));
  }
  return url.origin + path;
}

function trimSlashes(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/\/$/, '');
}

/** A path below a base URL; `../` steps up and stops at the origin. */
export function joinUrl(baseUrl: string, path: string): string {
  let base = baseUrl;
  let rest = path;
  while (rest.startsWith('../')) {
    const origin = originOf(base);
    base = base.length > origin.length ? base.slice(0, base.lastIndexOf('/')) : origin;
    rest = rest.slice(3);
  }
  return `${base}/${rest.replace(/^\//, '')}`;
}

export function originOf(url: string): string {
  return /^https?:\/\/[^/?#]+/i.exec(url)?.[0] ?? url;
}

export interface AddressInput {
  /** The credential's own base URL; replaces that of the main dialect. */
  readonly baseUrl?: string | null | undefined;
  /** The credential's own base URLs of other dialects. */
  readonly baseUrls?: { readonly [D in Dialect]?: string | undefined } | undefined;
  /** The main dialect unless given. */
  readonly dialect?: Dialect | undefined;
}

export type ResolvedAddress =
  | {
      readonly ok: true;
      readonly dialect: Dialect | null;
      readonly access: DialectAccess;
      readonly baseUrl: string;
      /** True when the address is on another host than the provider's own, so its secret must only go there. */
      readonly isMoved: boolean;
    }
  | { readonly ok: false; readonly reason: 'base_url_missing' | 'url_invalid' | 'dialect_unavailable' };

/** The main interface: the first dialect, or the provider's own API where it speaks none. Throws if it has neither. */
export function mainInterface(provider: Provider): {
  readonly dialect: Dialect | null;
  readonly access: DialectAccess;
} {
  for (const dialect of dialectsOf(provider)) {
    const access = provider.dialects[dialect];
    if (access) return { dialect, access };
  }
  if (!provider.native) throw new Error(`Provider '${provider.id}' has no interface.`);
  return { dialect: null, access: provider.native };
}

/** The dialects of a provider, the main one first. */
export function dialectsOf(provider: Provider): readonly Dialect[] {
  return Object.keys(provider.dialects).filter((name): name is Dialect => Object.hasOwn(PATH_VERSION, name));
}

/**
 * Where calls of one dialect go for a credential with these addresses. A credential whose base URL is on another host
 * never falls back to the provider's own host: a dialect that cannot be derived is `dialect_unavailable`.
 */
export function resolveAddress(provider: Provider, input: AddressInput): ResolvedAddress {
  const main = mainInterface(provider);
  const dialect = input.dialect ?? main.dialect;
  const access = dialect === main.dialect ? main.access : dialect === null ? undefined : provider.dialects[dialect];
  if (!access) return { ok: false, reason: 'dialect_unavailable' };

  const written = dialect === null ? undefined : input.baseUrls?.[dialect];
  if (written !== undefined)
    return resolved(provider, { dialect, access, baseUrl: normaliseBaseUrl(written, dialect) });

  const given = input.baseUrl?.trim() ?? '';
  if (given === '' || isShownDefault(provider, given)) {
    if (access.baseUrl.includes('{')) return { ok: false, reason: 'base_url_missing' };
    return resolved(provider, { dialect, access, baseUrl: access.baseUrl });
  }
  const mainBaseUrl = fixPath(provider, normaliseBaseUrl(given, main.dialect));
  if (mainBaseUrl === null) return { ok: false, reason: 'url_invalid' };
  if (access === main.access) return resolved(provider, { dialect, access, baseUrl: mainBaseUrl });

  const derived = deriveBaseUrl({ main: main.access, access, mainBaseUrl, dialect });
  return derived === null
    ? { ok: false, reason: 'dialect_unavailable' }
    : resolved(provider, { dialect, access, baseUrl: derived });
}

function resolved(
  provider: Provider,
  input: { readonly dialect: Dialect | null; readonly access: DialectAccess; readonly baseUrl: string | null },
): ResolvedAddress {
  const { dialect, access, baseUrl } = input;
  if (baseUrl === null) return { ok: false, reason: 'url_invalid' };
  const ownOrigins = [access.baseUrl, provider.baseUrl ?? access.baseUrl].map(originOf);
  const isMoved = !access.baseUrl.includes('{') && !ownOrigins.includes(originOf(baseUrl));
  return { ok: true, dialect, access, baseUrl, isMoved };
}

/** The shown default may be a general host of the vendor, not the main dialect's base URL, so it counts as no change. */
function isShownDefault(provider: Provider, given: string): boolean {
  return provider.baseUrl !== null && normaliseBaseUrl(given, null) === provider.baseUrl;
}

function fixPath(provider: Provider, baseUrl: string | null): string | null {
  if (baseUrl === null) return null;
  const origin = originOf(baseUrl);
  const path = baseUrl.slice(origin.length);
  const fix = provider.pathFixes?.find((candidate) => candidate.from.test(path));
  return origin + (fix ? path.replace(fix.from, fix.to) : path);
}

/** The base URL of a second dialect that follows from a changed main one, or null if nothing is known about it. */
function deriveBaseUrl(input: {
  readonly main: DialectAccess;
  readonly access: DialectAccess;
  readonly mainBaseUrl: string;
  readonly dialect: Dialect | null;
}): string | null {
  const { main, access, mainBaseUrl, dialect } = input;
  if (access.baseUrl === main.baseUrl) return normaliseBaseUrl(mainBaseUrl, dialect);
  const variable = /\{(\w+)\}/.exec(main.baseUrl);
  if (variable) {
    const [before = '', after = ''] = main.baseUrl.split(variable[0]);
    const value =
      mainBaseUrl.startsWith(before) && mainBaseUrl.endsWith(after)
        ? mainBaseUrl.slice(before.length, mainBaseUrl.length - after.length)
        : '';
    return /^[a-z0-9-]+$/i.test(value) ? access.baseUrl.replaceAll(variable[0], value) : null;
  }
  return originOf(mainBaseUrl) === originOf(main.baseUrl) ? access.baseUrl : null;
}
