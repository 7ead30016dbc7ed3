import type { Dialect } from '../../contract/vocabulary.ts';
import type { Providers } from '../credentials/key-queries.ts';
import type { ClientDialect } from '../virtual-keys/issued/connect-snippets.ts';

interface ModelWish {
  /** What stands in the field: a model's id, or `provider/model`. */
  model: string;
  /** The providers of the keys that may be used. */
  providerIds: readonly string[];
  /** Models that are known to be offered. */
  known: readonly { id: string; provider: string }[];
  providers: Pick<Providers, 'find'>;
}

const clientDialects = ['openai-chat', 'anthropic-messages', 'gemini'] as const satisfies readonly Dialect[];

/** The dialect that a provider speaks first: the one whose address a key's base URL replaces. */
function mainDialect(dialects: readonly Dialect[] | undefined): ClientDialect | undefined {
  return dialects?.flatMap((dialect) => clientDialects.find((known) => known === dialect) ?? [])[0];
}

const families = [
  { begin: /^claude/i, dialect: 'anthropic-messages' },
  { begin: /^(?:models\/)?gemini/i, dialect: 'gemini' },
] as const;

/** Which provider a model belongs to as far as that can be told, and the dialect in which it is asked. */
export function resolveModel({ model, providerIds, known, providers }: ModelWish): {
  provider: string | null;
  dialect: ClientDialect;
} {
  const dialectOf = (id: string) => mainDialect(providers.find(id)?.dialects);
  const [only] = providerIds;
  const named = providerIds.find((id) => model.startsWith(`${id}/`));
  const listed = known.find(({ id }) => id === model)?.provider;
  const provider = providerIds.length === 1 && only !== undefined ? only : (named ?? listed ?? null);
  if (provider !== null) return { provider, dialect: dialectOf(provider) ?? 'openai-chat' };
  const spoken = providerIds.flatMap((id) => dialectOf(id) ?? []);
  const family = families.find(({ begin, dialect }) => begin.test(model) && spoken.includes(dialect));
  if (family !== undefined) return { provider: null, dialect: family.dialect };
  return { provider: null, dialect: spoken.includes('openai-chat') ? 'openai-chat' : (spoken[0] ?? 'openai-chat') };
}
