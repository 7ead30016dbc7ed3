import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type ModelsSearch, readModelsSearch, writeModelsSearch } from './models-search.ts';

const route = getRouteApi('/app/models');

export interface ModelsSearchState {
  search: ModelsSearch;
  change: (patch: ModelsSearch) => void;
}

/** Filters, order and comparison, kept in the address. */
export function useModelsSearch(): ModelsSearchState {
  const raw = route.useSearch();
  const navigate = route.useNavigate();
  const search = useMemo(() => readModelsSearch(raw), [raw]);
  const change = useCallback<ModelsSearchState['change']>(
    (patch) => {
      void navigate({
        search: (before) => writeModelsSearch({ ...readModelsSearch(before), ...patch }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
