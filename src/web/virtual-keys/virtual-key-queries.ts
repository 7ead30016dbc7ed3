import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, read } from '../api.ts';
import { isCredentialId } from '../credentials/credential.ts';
import type { VirtualKey, VirtualKeyChange, VirtualKeyId } from './virtual-key.ts';
import type { VirtualKeysSearch } from './virtual-keys-search.ts';

const PAGE_SIZE = 50;
/** Budgets move with every call, so what stands on the screen is asked for again. */
const REFRESH_MS = 20_000;

/** The virtual keys that match the filters, page by page. */
export function useVirtualKeys({ q, state, keyId }: VirtualKeysSearch) {
  const query = { q, state, keyId: isCredentialId(keyId) ? keyId : undefined, limit: PAGE_SIZE };
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: ['GET /api/virtual-keys', { query }],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/virtual-keys', { query: { ...query, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export function readVirtualKey(id: VirtualKeyId) {
  return read('GET /api/virtual-keys/{id}', { params: { id } });
}

/** One virtual key; the row of the list stands in until the answer comes. */
export function useVirtualKey(id: VirtualKeyId, inList: VirtualKey | undefined) {
  return useQuery({
    ...readVirtualKey(id),
    refetchInterval: REFRESH_MS,
    ...(inList === undefined ? {} : { placeholderData: inList }),
  });
}

/** After a change: everything that shows virtual keys is read again. */
export function useRefreshVirtualKeys(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    const names = ['GET /api/virtual-keys', 'GET /api/virtual-keys/{id}'] as const;
    await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}

/** Changes a virtual key and shows the answer at once. Rejects with ApiError. */
export function useUpdateVirtualKey(id: VirtualKeyId): (change: VirtualKeyChange) => Promise<void> {
  const queryClient = useQueryClient();
  const refresh = useRefreshVirtualKeys();
  return useCallback(
    async (change) => {
      const virtualKey = await api('PUT /api/virtual-keys/{id}', { params: { id }, body: change });
      queryClient.setQueryData(readVirtualKey(id).queryKey, virtualKey);
      await refresh();
    },
    [id, queryClient, refresh],
  );
}
