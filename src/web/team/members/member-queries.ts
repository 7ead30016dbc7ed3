import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api } from '../../api.ts';
import type { Member, MemberChange, UserId } from './member.ts';
import type { MembersSearch } from './members-search.ts';

const PAGE_SIZE = 50;
const ALL_PAGE_SIZE = 100;
/** A choice of members is from so many pages at most. */
const ALL_PAGES_MAX = 10;

/** The members that match the filters, page by page. */
export function useMembers({ q, role, state }: MembersSearch) {
  const query = { q, role, state, limit: PAGE_SIZE };
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: ['GET /api/members', { query }],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/members', { query: { ...query, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

async function readEveryMember(): Promise<Member[]> {
  const members: Member[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < ALL_PAGES_MAX; page += 1) {
    const reply: { items: Member[]; nextCursor: string | null } = await api('GET /api/members', {
      query: { limit: ALL_PAGE_SIZE, ...(cursor === null ? {} : { cursor }) },
    });
    members.push(...reply.items);
    cursor = reply.nextCursor;
    if (cursor === null) break;
  }
  return members;
}

/** Every member, for a choice; the first thousand of a very large workspace. */
export function useEveryMember(isEnabled = true) {
  return useQuery({ queryKey: ['GET /api/members', 'every'], queryFn: readEveryMember, enabled: isEnabled });
}

/** After a change: everything that shows members is read again. */
export function useRefreshMembers(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    const names = ['GET /api/members', 'GET /api/groups', 'GET /api/workspace', 'GET /api/invitations'] as const;
    await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}

/** Gives a role, shuts out or lets in. Rejects with ApiError. */
export function useChangeMember(): (userId: UserId, change: MemberChange) => Promise<void> {
  const refresh = useRefreshMembers();
  return useCallback(
    async (userId, change) => {
      await api('PUT /api/members/{userId}', { params: { userId }, body: change });
      await refresh();
    },
    [refresh],
  );
}
