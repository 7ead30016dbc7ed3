import type { Dialect } from '../../../contract/vocabulary.ts';
import { type Providers, useProviders } from '../../credentials/key-queries.ts';
import { usePoolKeys } from '../pool-keys.ts';
import { providersOf, useUsableModels } from '../usable-models.ts';
import type { VirtualKey } from '../virtual-key.ts';
import type { ClientDialect } from './connect-snippets.ts';

const fallbacks: Readonly<Record<ClientDialect, string>> = {
  'openai-chat': 'gpt-4o-mini',
  'anthropic-messages': 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-flash',
};

const clientDialects = ['openai-chat', 'anthropic-messages', 'gemini'] as const satisfies readonly Dialect[];

/** For each dialect that the keys of a virtual key speak, a model that they offer and that it may use. */
export function useExampleModels({ keyIds, models: allowed }: VirtualKey): Partial<Record<ClientDialect, string>> {
  const { items } = usePoolKeys();
  const providers = useProviders();
  const used = keyIds === 'all' ? items : items.filter(({ id }) => keyIds.includes(id));
  const providerIds = providersOf(used);
  const { models } = useUsableModels(providerIds, '');
  const [first] = allowed?.filter((model) => !model.endsWith('*')) ?? [];
  return Object.fromEntries(
    clientDialects
      .filter((dialect) => providerIds.length === 0 || providerIds.some((id) => speaks(providers, id, dialect)))
      .map((dialect) => {
        // A provider whose main dialect it is comes before those that speak it beside another.
        const mains = models.filter(({ provider }) => providers.find(provider)?.dialects[0] === dialect);
        const others = models.filter(({ provider }) => speaks(providers, provider, dialect));
        const isAllowed = ({ id }: { id: string }) => allowed === null || matchesAny(allowed, id);
        const found = [...mains, ...others].find(isAllowed);
        return [dialect, found?.id ?? first ?? fallbacks[dialect]];
      }),
  );
}

function speaks({ find }: Pick<Providers, 'find'>, providerId: string, dialect: Dialect): boolean {
  return find(providerId)?.dialects.includes(dialect) ?? false;
}

function matchesAny(patterns: readonly string[], id: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern));
}
