import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationReply, OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { api, read } from '../../api.ts';

export type Program = OperationReply<Operations['GET /api/service-accounts']>['items'][number];
export type ProgramId = Program['id'];
export type ProgramToken = OperationReply<Operations['GET /api/service-accounts/{id}/tokens']>['items'][number];
export type ProgramChange = NonNullable<OperationRequest<Operations['PUT /api/service-accounts/{id}']>['body']>;

export const NAME_LENGTH_MAX = 80;

const PAGE_SIZE = 100;

/** The service accounts of the workspace, page by page. */
export function usePrograms(isEnabled = true) {
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: ['GET /api/service-accounts', {}],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/service-accounts', {
        query: { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    enabled: isEnabled,
  });
}

export function useTokens(id: ProgramId) {
  return useQuery(read('GET /api/service-accounts/{id}/tokens', { params: { id } }));
}

/** After a change: everything that shows programs is read again. */
export function useRefreshPrograms(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    const names = ['GET /api/service-accounts', 'GET /api/service-accounts/{id}/tokens', 'GET /api/workspace'] as const;
    await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}

/** Changes a program. Rejects with ApiError. */
export function useChangeProgram(id: ProgramId): (change: ProgramChange) => Promise<void> {
  const refresh = useRefreshPrograms();
  return useCallback(
    async (change) => {
      await api('PUT /api/service-accounts/{id}', { params: { id }, body: change });
      await refresh();
    },
    [id, refresh],
  );
}
