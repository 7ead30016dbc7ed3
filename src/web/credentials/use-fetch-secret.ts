import { useCallback } from 'react';
import { api } from '../api.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import type { CredentialId } from './credential.ts';
import { useRefreshKeys } from './key-queries.ts';

/**
 * Fetches a secret for the clipboard. Called directly and never through a query or mutation, whose caches would keep
 * it: the only copy is the value of the promise. Asks for the password when the sign-in is not fresh; rejects with
 * ApiError.
 */
export function useFetchSecret(): (id: CredentialId) => Promise<string> {
  const refresh = useRefreshKeys();
  return useCallback(
    async (id) => {
      const { secret } = await withFreshSignIn(() => api('POST /api/keys/{id}/copy', { params: { id } }));
      void refresh();
      return secret;
    },
    [refresh],
  );
}
