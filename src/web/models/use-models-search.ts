import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type ModelsSearch, readModelsSearch, writeModelsSearch } from './models-search.ts';

const route = getRouteApi('/app/models');

export interface ModelsSearchState {
  search: ModelsSearch;
  /** Changes parts of the address. Filters replace the entry in the history, opening something adds one. */
  change: (patch: ModelsSearch, options?: { isNewEntry: boolean }) => void;
}

/** Filters, order, comparison and the open model, kept in the address. */
export function useModelsSearch(): ModelsSearchState {
  const raw = route.useSearch();
  const navigate = route.useNavigate();
  const search = useMemo(() => readModelsSearch(raw), [raw]);
  const change = useCallback<ModelsSearchState['change']>(
    (patch, options) => {
      void navigate({
        search: (before) => writeModelsSearch({ ...readModelsSearch(before), ...patch }),
        replace: options?.isNewEntry !== true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, change };
}
