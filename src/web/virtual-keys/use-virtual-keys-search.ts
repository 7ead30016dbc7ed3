import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { readVirtualKeysSearch, type VirtualKeysSearch } from './virtual-keys-search.ts';

const route = getRouteApi('/app/virtual-keys');

export interface VirtualKeysSearchState {
  search: VirtualKeysSearch;
  /** Changes parts of the address. Filters replace the entry in the history, opening something adds one. */
  change: (patch: VirtualKeysSearch, options?: { isNewEntry: boolean }) => void;
}

/** The state of the virtual keys page, kept in the address so that it can be shared, reloaded and gone back to. */
export function useVirtualKeysSearch(): VirtualKeysSearchState {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback<VirtualKeysSearchState['change']>(
    (patch, options) => {
      void navigate({
        search: (before) => readVirtualKeysSearch({ ...before, ...patch }),
        replace: options?.isNewEntry !== true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
