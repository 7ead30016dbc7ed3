import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { readUsageSearch, type UsageSearch, writeUsageSearch } from './usage-search.ts';

const route = getRouteApi('/app/usage');

export interface UsageSearchState {
  search: UsageSearch;
  /** Changes parts of the address; the page stays where it is. */
  change: (patch: Partial<UsageSearch>) => void;
}

/** The state of the usage page, kept in the address so that it can be shared, reloaded and gone back to. */
export function useUsageSearch(): UsageSearchState {
  const raw = route.useSearch();
  const navigate = route.useNavigate();
  const search = useMemo(() => readUsageSearch(raw), [raw]);
  const change = useCallback<UsageSearchState['change']>(
    (patch) => {
      void navigate({
        search: (before) => writeUsageSearch({ ...readUsageSearch(before), ...patch }),
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
