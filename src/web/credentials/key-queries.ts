import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { api, read } from '../api.ts';
import { useLocale } from '../locales/use-locale.ts';
import type { Credential, CredentialId, ProviderSummary } from './credential.ts';
import type { KeysSearch } from './keys-search.ts';

const PAGE_SIZE = 50;

/** The keys that match the filters, page by page. */
export function useKeys({ q, provider, tag, status }: KeysSearch) {
  const query = { q, provider, tag, status, limit: PAGE_SIZE };
  return useInfiniteQuery({
    queryKey: ['GET /api/keys', { query }],
    queryFn: ({ pageParam }) =>
      api('GET /api/keys', { query: { ...query, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: startOfList(),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

function startOfList(): string | null {
  return null;
}

export function useKeyFacets() {
  return useQuery(read('GET /api/keys/facets'));
}

/** The question for one key, also one in the trash. */
export function readKey(id: CredentialId) {
  return read('GET /api/keys/{id}', { params: { id }, query: { includeTrashed: 'true' } });
}

/** One key; the row of the list stands in until the answer comes. */
export function useKey(id: CredentialId, inList: Credential | undefined) {
  return useQuery({
    ...readKey(id),
    ...(inList === undefined ? {} : { placeholderData: inList }),
  });
}

const PROVIDERS_FRESH_MS = 5 * 60_000;

export interface Providers {
  items: readonly ProviderSummary[];
  find: (id: string) => ProviderSummary | undefined;
  /** The name in the person's language; the id when the provider is not known. */
  nameOf: (id: string) => string;
  isLoading: boolean;
  error: Error | null;
}

/** Every provider a key can belong to, with names in the language on the screen. */
export function useProviders(): Providers {
  const locale = useLocale();
  const { data, isLoading, error } = useQuery({ ...read('GET /api/keys/providers'), staleTime: PROVIDERS_FRESH_MS });
  return useMemo(() => {
    const items = data?.items ?? [];
    const byId = new Map(items.map((provider) => [provider.id, provider]));
    const nameOf = (id: string) => {
      const provider = byId.get(id);
      if (provider === undefined) return id;
      return locale === 'zh-CN' ? provider.nameZh : provider.name;
    };
    return { items, find: (id) => byId.get(id), nameOf, isLoading, error };
  }, [data, locale, isLoading, error]);
}

const affectedLists = ['GET /api/keys', 'GET /api/keys/facets', 'GET /api/overview'] as const;
const affectedByKey = ['GET /api/keys/{id}', 'GET /api/keys/{id}/events', 'GET /api/keys/{id}/versions'] as const;

/** After a change: everything that shows keys is read again. */
export function useRefreshKeys(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    const names = [...affectedLists, ...affectedByKey];
    await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}

/** After a key is gone for good: only the lists are read again, because a panel that still closes would ask in vain. */
export function useRefreshKeyLists(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    await Promise.all(affectedLists.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}
