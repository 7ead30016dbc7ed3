/** The search part of addresses is plain text pairs: `?q=gpt&provider=openai`, one value for each name. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') pairs.set(name, String(value));
  return pairs.size === 0 ? '' : `?${pairs}`;
}

/** The named, non-empty texts of a search; everything else in the address is ignored. */
export function pick<Name extends string>(search: Record<string, unknown>, ...names: Name[]): { [N in Name]?: string } {
  const picked: { [N in Name]?: string } = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === 'string' && value !== '') picked[name] = value;
  }
  return picked;
}

/** An address within this site, or null: a link must not send people to another site after they signed in. */
export function addressWithoutOrigin(address: string | undefined): string | null {
  if (address === undefined) return null;
  const url = URL.parse(address, window.location.origin);
  if (url === null || url.origin !== window.location.origin || !address.startsWith('/')) return null;
  // `/.//host` has lost its dot by now, and what is left names a host.
  if (url.pathname.startsWith('//')) return null;
  return url.pathname + url.search;
}
