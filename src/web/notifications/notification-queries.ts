import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api } from '../api.ts';

export type Notification = OperationReply<Operations['GET /api/notifications']>['items'][number];
export type NotificationId = Notification['id'];

const NAME = 'GET /api/notifications';
const PAGE_SIZE = 15;
const LOOK_AGAIN_MS = 60_000;

/** What the person was told of, newest first, looked at again every minute; the first page says how much is new. */
export function useNotifications() {
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: [NAME, {}],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api(NAME, { query: { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** Marks some, or all, as read. Rejects as the call does. */
export function useMarkRead(): (which: NotificationId[] | 'all') => Promise<void> {
  const queryClient = useQueryClient();
  return async (which) => {
    await api('POST /api/notifications/read', { body: which === 'all' ? { all: true } : { ids: which } });
    await queryClient.invalidateQueries({ queryKey: [NAME] });
  };
}
