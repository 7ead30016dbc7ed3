import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { type KeysSearch, readKeysSearch } from './keys-search.ts';

const route = getRouteApi('/app/keys');

export interface KeysSearchState {
  search: KeysSearch;
  /** Changes parts of the address. Filters replace the entry in the history, opening something adds one. */
  change: (patch: KeysSearch, options?: { isNewEntry: boolean }) => void;
}

/** The state of the keys page, kept in the address so that it can be shared, reloaded and gone back to. */
export function useKeysSearch(): KeysSearchState {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback<KeysSearchState['change']>(
    (patch, options) => {
      void navigate({
        search: (before) => readKeysSearch({ ...before, ...patch }),
        replace: options?.isNewEntry !== true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
