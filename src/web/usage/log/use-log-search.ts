import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type LogSearch, readLogSearch, writeLogSearch } from './log-search.ts';

const route = getRouteApi('/app/usage/log');

export interface LogSearchState {
  search: LogSearch;
  /** Changes parts of the address. Filters replace the entry in the history, opening something adds one. */
  change: (patch: Partial<LogSearch>, options?: { isNewEntry: boolean }) => void;
}

/** The state of the log, kept in the address so that it can be shared, reloaded and gone back to. */
export function useLogSearch(): LogSearchState {
  const raw = route.useSearch();
  const navigate = route.useNavigate();
  const search = useMemo(() => readLogSearch(raw), [raw]);
  const change = useCallback<LogSearchState['change']>(
    (patch, options) => {
      void navigate({
        search: (before) => writeLogSearch({ ...readLogSearch(before), ...patch }),
        replace: options?.isNewEntry !== true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
