import { useInfiniteQuery } from '@tanstack/react-query';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { userStates } from '../../../contract/vocabulary.ts';
import { api } from '../../api.ts';

export type AdminUser = OperationReply<Operations['GET /api/admin/users']>['items'][number];
export type UserState = AdminUser['state'];

const PAGE_SIZE = 50;

/** What the list is narrowed by. */
export interface UserFilter {
  q: string | undefined;
  state: UserState | undefined;
}

export function readState(text: string | null | undefined): UserState | undefined {
  return userStates.find((state) => state === text);
}

/** The accounts that match, page by page, newest first. */
export function useUsers({ q, state }: UserFilter) {
  const first: string | null = null;
  const query = { ...(q === undefined ? {} : { q }), ...(state === undefined ? {} : { state }), limit: PAGE_SIZE };
  return useInfiniteQuery({
    queryKey: ['GET /api/admin/users', { query }],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/admin/users', { query: { ...query, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
  });
}

/** How people call somebody: by their name, or by their address where they gave none. */
export function nameOf({ name, email }: Pick<AdminUser, 'name' | 'email'>): string {
  return name === '' ? email : name;
}

/** Whether signing in asks for more than a password; a passkey is both at once. */
export function hasSecondFactor({ totp, passkeys }: Pick<AdminUser, 'totp' | 'passkeys'>): boolean {
  return totp || passkeys > 0;
}
