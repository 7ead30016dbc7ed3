import type { Config } from '../config.ts';
import { SESSION_MS_MAX } from './sessions.ts';

const isHttps = (config: Config): boolean => config.publicUrl?.protocol === 'https:';

/** With https the name binds the cookie to this very host (RFC 6265bis `__Host-`); plain http may not use it. */
const nameOf = (config: Config): string => (isHttps(config) ? '__Host-akm_session' : 'akm_session');

/** The `Set-Cookie` value that gives the browser its session. Scripts cannot read it. */
export function sessionCookie(token: string, config: Config): string {
  return `${nameOf(config)}=${token}; ${attributes(config)}; Max-Age=${SESSION_MS_MAX / 1000}`;
}

export function clearCookie(config: Config): string {
  return `${nameOf(config)}=; ${attributes(config)}; Max-Age=0`;
}

function attributes(config: Config): string {
  return `Path=/; HttpOnly; SameSite=Lax${isHttps(config) ? '; Secure' : ''}`;
}

/** The session token in a `Cookie` header, if there is one of the right shape. */
export function readCookie(header: string | undefined, config: Config): string | undefined {
  const prefix = `${nameOf(config)}=`;
  const pair = header?.split(';').find((part) => part.trim().startsWith(prefix));
  const token = pair?.trim().slice(prefix.length);
  return token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : undefined;
}
