import { isIP } from 'node:net';
import { isLoopback, isPrivateToThisComputer } from '../config.ts';
import type { CallContext } from '../context.ts';
import { AppError } from '../http-errors.ts';
import type { RelyingParty } from './webauthn/verify.ts';

type Place = Pick<CallContext, 'services' | 'host'>;

/**
 * Whom passkeys belong to: PUBLIC_URL or, on a server for this computer only, the loopback name it was opened by. Null
 * where browsers allow no passkeys: an address without a name, or without https. A name that a stranger puts into `Host`
 * decides nothing, for a server that others can reach has passkeys only with a PUBLIC_URL.
 */
export function findRelyingParty({ services: { config }, host }: Place): RelyingParty | null {
  const isLocal = isPrivateToThisComputer(config);
  const url = config.publicUrl ?? (isLocal ? URL.parse(`http://${host}`) : null);
  if (url === null) return null;
  const name = url.hostname;
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return null;
  if (url.protocol !== 'https:' && !isLoopback(name)) return null;
  return { id: name, origin: url.origin };
}

/** The same, or `passkeys_need_address`. */
export function requireRelyingParty(context: Place): RelyingParty {
  const party = findRelyingParty(context);
  if (party === null) throw new AppError('passkeys_need_address');
  return party;
}
