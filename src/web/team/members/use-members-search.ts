import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { type MembersSearch, readMembersSearch } from './members-search.ts';

const route = getRouteApi('/app/team/');

/** The state of the members page, kept in the address so that it can be shared, reloaded and gone back to. */
export function useMembersSearch(): { search: MembersSearch; change: (patch: MembersSearch) => void } {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (patch: MembersSearch) => {
      void navigate({
        search: (before) => readMembersSearch({ ...before, ...patch }),
        replace: patch.invite !== 1,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
