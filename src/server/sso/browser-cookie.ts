import type { Config } from '../config.ts';

/** As long as a sign-in through an organisation may take. */
const SECONDS_MAX = 10 * 60;

const isHttps = (config: Config): boolean => config.publicUrl?.protocol === 'https:';

/** With https the name binds the cookie to this very host, so that no neighbour can plant one (RFC 6265bis `__Host-`). */
const nameOf = (config: Config): string => (isHttps(config) ? '__Host-akm_sign_on' : 'akm_sign_on');

/**
 * The `Set-Cookie` value that ties what was begun to one browser, or with null lets go of it. `Lax`: the answer of the
 * organisation arrives by a navigation from another site. Scripts cannot read it.
 */
export function browserCookie(token: string | null, config: Config): string {
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isHttps(config) ? '; Secure' : ''}`;
  return `${nameOf(config)}=${token ?? ''}; ${attributes}; Max-Age=${token === null ? 0 : SECONDS_MAX}`;
}

/** The token in a `Cookie` header, if there is one of the right shape. */
export function readBrowserCookie(header: string | undefined, config: Config): string | undefined {
  const prefix = `${nameOf(config)}=`;
  const pair = header?.split(';').find((part) => part.trim().startsWith(prefix));
  const token = pair?.trim().slice(prefix.length);
  return token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : undefined;
}
