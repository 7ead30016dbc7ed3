import { useInfiniteQuery } from '@tanstack/react-query';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api } from '../api.ts';
import type { AuditQuery } from './audit-search.ts';

export type AuditEvent = OperationReply<Operations['GET /api/audit-events']>['items'][number];
export type ChainReport = OperationReply<Operations['POST /api/audit-events/verify']>;

/** Whose trail: that of the active workspace, or that of the instance, for its administrators. */
export type AuditScope = 'workspace' | 'instance';

const PAGE_SIZE = 50;
const names = { workspace: 'GET /api/audit-events', instance: 'GET /api/instance/audit-events' } as const;

/** The events that match, page by page, newest first. */
export function useAuditEvents(scope: AuditScope, query: AuditQuery, isEnabled = true) {
  const first: string | null = null;
  const name = names[scope];
  return useInfiniteQuery({
    queryKey: [name, { query }],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api(name, { query: { ...query, limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    enabled: isEnabled,
    // Asking for all pages again would move the list under the eyes of who reads it.
    refetchOnWindowFocus: false,
  });
}
