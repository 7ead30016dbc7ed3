import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type AuditSearch, readAuditSearch, writeAuditSearch } from './audit-search.ts';

const route = getRouteApi('/app/audit');

export interface AuditSearchState {
  search: AuditSearch;
  /** Changes parts of the address. Filters replace the entry in the history, opening something adds one. */
  change: (patch: Partial<AuditSearch>, options?: { isNewEntry: boolean }) => void;
}

/** The state of the page, kept in the address so that it can be shared, reloaded and gone back to. */
export function useAuditSearch(): AuditSearchState {
  const raw = route.useSearch();
  const navigate = route.useNavigate();
  const search = useMemo(() => readAuditSearch(raw), [raw]);
  const change = useCallback<AuditSearchState['change']>(
    (patch, options) => {
      void navigate({
        search: (before) => writeAuditSearch({ ...readAuditSearch(before), ...patch }),
        replace: options?.isNewEntry !== true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
