import type { Services } from '../services.ts';
import { networkOf } from '../throttle.ts';
import { listSignInAddresses, type SignedInAccount } from './sessions.store.ts';

const KNOWN_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * The name under which tries from a network count in a limit of a whole account: the account, or the account in this network
 * when somebody signed in to it from here within 30 days. So strangers, however many networks they have, use up a limit that
 * is not the owner's. An e-mail without an account costs the same query.
 */
export async function countedApart(
  services: Services,
  { network, nowMs, ...account }: SignedInAccount & { network: string; nowMs: number },
): Promise<string> {
  const name = 'email' in account ? account.email : account.userId;
  const addresses = await listSignInAddresses(services.database.kysely, account, nowMs - KNOWN_MS);
  return addresses.some((address) => networkOf(address) === network) ? `${name}|${network}` : name;
}
