import type { Provider } from './provider.ts';
import { providers } from './providers.ts';

const SECRET_CHARACTERS_MAX = 8192;
/** The virtual keys that this product issues itself belong to no provider. */
const OWN_PREFIX = 'sk-akm-';

interface KnownFormat {
  readonly id: string;
  readonly pattern: RegExp | null;
  readonly prefixes: readonly string[];
  readonly isUnmistakable: boolean;
  /** A pattern that fixes the length says more than one that leaves it open. */
  readonly hasFixedLength: boolean;
}

const knownFormats: readonly KnownFormat[] = providers.map(toKnownFormat);

function toKnownFormat({ id, keyFormat }: Provider): KnownFormat {
  const { pattern, prefix, morePrefixes = [], isUnmistakable = false } = keyFormat;
  return {
    id,
    pattern: pattern === null ? null : new RegExp(pattern),
    prefixes: prefix === null ? morePrefixes : [prefix, ...morePrefixes],
    isUnmistakable,
    hasFixedLength: pattern !== null && /\{\d+\}\)?\$$/.test(pattern),
  };
}

/**
 * The providers that a secret may belong to, the likeliest first; empty if it looks like none. A suggestion only: most
 * providers share the prefix `sk-`, so the person decides.
 */
export function recogniseProviders(secret: string): readonly string[] {
  const trimmed = secret.trim();
  if (trimmed === '' || trimmed.length > SECRET_CHARACTERS_MAX || trimmed.startsWith(OWN_PREFIX)) return [];
  const matches = knownFormats.flatMap((format) => {
    const isMatch = format.pattern?.test(trimmed) ?? false;
    const prefixLength = longestPrefix(format.prefixes, trimmed);
    return isMatch || prefixLength > 0 ? [{ format, isMatch, prefixLength }] : [];
  });
  const unmistakable = matches.filter((match) => match.isMatch && match.format.isUnmistakable);
  if (unmistakable.length > 0) return unmistakable.map((match) => match.format.id);

  // `sk-ant-` also begins with `sk-`: the longest prefix that anyone claims rules out the shorter ones.
  const prefixLengthMax = Math.max(0, ...matches.map((match) => match.prefixLength));
  return matches
    .filter((match) => match.prefixLength === prefixLengthMax)
    .sort((a, b) => score(b) - score(a))
    .map((match) => match.format.id);
}

function score(match: { readonly format: KnownFormat; readonly isMatch: boolean }): number {
  return (match.isMatch ? 2 : 0) + (match.isMatch && match.format.hasFixedLength ? 1 : 0);
}

function longestPrefix(prefixes: readonly string[], secret: string): number {
  return Math.max(0, ...prefixes.filter((prefix) => secret.startsWith(prefix)).map((prefix) => prefix.length));
}
