import { keepPreviousData, useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { api, read } from '../api.ts';
import { type Model, splitModelKey } from './model.ts';
import type { ModelsSearch } from './models-search.ts';

const PAGE_SIZE = 60;
/** Exact ids come first; a few more rows keep a model from hiding behind others of a similar name. */
const LOOKUP_SIZE = 20;

/** The models that match, page by page, with the counts of the facets. */
export function useModels({ q, provider, category = [], context, price, sort }: ModelsSearch) {
  const query = {
    q,
    provider,
    category: category.length === 0 ? undefined : category.join(','),
    contextTokensMin: context,
    inputUsdPerMillionMax: price,
    sort,
    limit: PAGE_SIZE,
  };
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: ['GET /api/models', { query }],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/models', { query: { ...query, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export type ComparedModel = { name: string; model: Model | null; isLoading: boolean; error: Error | null };

/** The models of a comparison by name (`provider/model`); null when the catalogue has one no more. */
export function useComparedModels(names: readonly string[]): ComparedModel[] {
  return useQueries({
    queries: names.map((name) => {
      const { provider, id } = splitModelKey(name) ?? { provider: '-', id: name };
      return read('GET /api/models', {
        query: { q: id.slice(0, 200), provider: provider.slice(0, 64), limit: LOOKUP_SIZE },
      });
    }),
    combine: (results) =>
      results.map(({ data, isPending, error }, index) => {
        const name = names[index] ?? '';
        const wanted = splitModelKey(name);
        const model = data?.items.find(({ id, provider }) => id === wanted?.id && provider === wanted.provider);
        return { name, model: model ?? null, isLoading: isPending, error };
      }),
  });
}
