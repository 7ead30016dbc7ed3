import { z } from 'zod';
import type { Dialect } from '../../contract/vocabulary.ts';
import type { Provider } from '../../providers/provider.ts';
import { AppError } from '../http-errors.ts';
import { OutboundError } from '../outbound.ts';
import type { Services } from '../services.ts';

/** The addresses a person gave with a credential. */
export interface GivenAddresses {
  baseUrl: string | null;
  baseUrls: { readonly [D in Dialect]?: string | undefined };
}

/** Refuses addresses that outbound calls would refuse anyway, and a missing one where the provider has no default. */
export function checkAddresses(services: Services, provider: Provider, given: GivenAddresses): void {
  if (provider.baseUrl === null && given.baseUrl === null) {
    const example = provider.baseUrlExample === undefined ? '' : ` For example ${provider.baseUrlExample}.`;
    throw new AppError('base_url_needed', {
      message: `${provider.name} has no fixed host. Give the base URL of your resource.${example}`,
    });
  }
  for (const [field, url] of [['baseUrl', given.baseUrl], ...Object.entries(given.baseUrls)] as const) {
    if (url !== null && url !== undefined) assertAllowed(services, field ?? 'baseUrl', url);
  }
}

export function assertAllowed(services: Services, field: string, url: string): void {
  try {
    services.outbound.assertUrlAllowed(url);
  } catch (cause) {
    if (!(cause instanceof OutboundError)) throw cause;
    throw new AppError('base_url_refused', { message: cause.message, details: { field, reason: cause.code }, cause });
  }
}

/** Every origin a secret of this provider, with these addresses, could be sent to. */
export function originsOf(provider: Provider, given: GivenAddresses): Set<string> {
  const [main] = Object.keys(provider.dialects);
  const urls = Object.entries(provider.dialects).map(([dialect, access]) => {
    const own = Object.entries(given.baseUrls).find(([name]) => name === dialect)?.[1];
    return own ?? (dialect === main ? given.baseUrl : null) ?? access.baseUrl;
  });
  // The provider's own API and the place where pairs become tokens are used while the credential is at its own hosts.
  if (given.baseUrl === null) urls.push(provider.native?.baseUrl ?? '', provider.pairedSecret?.tokenUrl ?? '');
  // What was given counts even for a dialect that the provider does not list: a later release may come to use it.
  const own = [given.baseUrl, ...Object.values(given.baseUrls)].filter((url) => typeof url === 'string');
  // An address with a part to fill in reaches nothing until it is given in full.
  const origins = [...urls, ...own].flatMap((url) => (url.includes('{') ? [] : (URL.parse(url)?.origin ?? [])));
  return new Set(origins);
}

const Origins = z.array(z.string());

/**
 * Refuses to send a stored secret to a host that it was not given for (`secret_needed`). Whoever may edit an address
 * could otherwise take the secret away with it. `givenFor` is the version's own note of its origins.
 */
export function refuseNewHost(givenFor: string, origins: ReadonlySet<string>): void {
  if (!origins.isSubsetOf(new Set(Origins.parse(JSON.parse(givenFor))))) throw new AppError('secret_needed');
}
