import { useCallback } from 'react';
import { useKeyFacets, useProviders } from '../key-queries.ts';
import { NAME_LENGTH_MAX } from '../limits.ts';

/** Names new keys after their provider: "OpenAI", then "OpenAI 2". `taken` counts names already given in this form. */
export function useProposedName(): (providerId: string, taken?: number) => string {
  const { nameOf } = useProviders();
  const { data } = useKeyFacets();
  return useCallback(
    (providerId, taken = 0) => {
      const before = (data?.providers.find(({ id }) => id === providerId)?.count ?? 0) + taken;
      const name = nameOf(providerId).slice(0, NAME_LENGTH_MAX - 8);
      return before === 0 ? name : `${name} ${before + 1}`;
    },
    [data, nameOf],
  );
}
