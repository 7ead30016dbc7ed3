import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type AuditSearch, readAuditSearch, writeAuditSearch } from '../../audit/audit-search.ts';

const route = getRouteApi('/app/administration/audit');

export interface InstanceAuditSearch {
  search: AuditSearch;
  /** Changes parts of the address. Filters replace the entry in the history, opening something adds one. */
  change: (patch: Partial<AuditSearch>, options?: { isNewEntry: boolean }) => void;
}

/** The state of the page, kept in the address. */
export function useInstanceAuditSearch(): InstanceAuditSearch {
  const raw = route.useSearch();
  const navigate = route.useNavigate();
  const search = useMemo(() => readAuditSearch(raw), [raw]);
  return {
    search,
    change: (patch, options) =>
      void navigate({
        search: (before) => writeAuditSearch({ ...readAuditSearch(before), ...patch }),
        replace: options?.isNewEntry !== true,
        resetScroll: false,
      }),
  };
}
