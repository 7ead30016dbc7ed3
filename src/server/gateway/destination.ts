import { originOf } from '../../providers/base-url.ts';
import type { Address } from '../../providers/provider-request.ts';

/** Where an address leads, read once: addresses live as long as the credential's entry. */
interface Destination {
  /** As URLs are compared. */
  readonly origin: string;
  /** The origin as it is written in the base URL. */
  readonly writtenOrigin: string;
  /** What stands behind it. */
  readonly basePath: string;
}

const known = new WeakMap<Address, Destination>();

/** Throws TypeError for a base URL that is none. */
export function destinationOf(address: Address): Destination {
  const found = known.get(address);
  if (found !== undefined) return found;
  const { baseUrl } = address;
  const writtenOrigin = originOf(baseUrl);
  const destination = {
    origin: new URL(baseUrl).origin,
    writtenOrigin,
    basePath: baseUrl.slice(writtenOrigin.length),
  };
  known.set(address, destination);
  return destination;
}
