import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { UsageEventId } from '../../../contract/ids.ts';
import type { OperationReply, OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { api, read } from '../../api.ts';
import { spanOf } from '../range.ts';
import type { LogSearch } from './log-search.ts';

export type UsageEvent = OperationReply<Operations['GET /api/usage/events/{id}']>;
export type EventQuery = NonNullable<OperationRequest<Operations['GET /api/usage/export']>['query']>;

export const PAGE_SIZE = 50;
const DAY_MS = 24 * 3_600_000;
const ATTEMPTS_MAX = 100;

/** The contract's question for what the address says; open-ended when the range reaches to the present. */
export function eventQuery(search: LogSearch, nowMs: number): EventQuery {
  const { range, filter, outcome, usageState, priceState, requestId } = search;
  const span = spanOf(range, nowMs);
  return {
    from: new Date(span.fromMs).toISOString(),
    to: span.toMs > nowMs ? undefined : new Date(span.toMs).toISOString(),
    ...filter,
    outcome,
    usageState,
    priceState,
    requestId,
  };
}

/** The calls that match, page by page. What is new since then is the business of `useLive`. */
export function useEvents(query: EventQuery) {
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: ['GET /api/usage/events', { query }],
    queryFn: ({ pageParam }: { pageParam: string | null }) => readEvents(query, pageParam),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    // Asking for all pages again would move the list; new calls come in by themselves.
    refetchOnWindowFocus: false,
  });
}

export function readEvents(query: EventQuery, cursor: string | null) {
  const page = cursor === null ? {} : { cursor };
  return api('GET /api/usage/events', { query: { ...query, limit: PAGE_SIZE, ...page } });
}

/** One attempt; the row of the list stands in until the answer comes. */
export function useEvent(id: UsageEventId, inList: UsageEvent | undefined) {
  return useQuery({
    ...read('GET /api/usage/events/{id}', { params: { id } }),
    ...(inList === undefined ? {} : { placeholderData: inList }),
  });
}

/** Every attempt of one request of a client, the first one first. */
export function useAttempts({ requestId, time }: Pick<UsageEvent, 'requestId' | 'time'>) {
  const aroundMs = Date.parse(time);
  const query = {
    requestId,
    from: new Date(aroundMs - DAY_MS).toISOString(),
    to: new Date(aroundMs + DAY_MS).toISOString(),
    limit: ATTEMPTS_MAX,
  };
  return useQuery({
    ...read('GET /api/usage/events', { query }),
    select: ({ items }) => items.toSorted((left, right) => left.attempt - right.attempt),
  });
}
