import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { api } from '../../api.ts';
import type { CredentialId } from '../credential.ts';
import { readKey, useRefreshKeys } from '../key-queries.ts';

export type CredentialChange = NonNullable<OperationRequest<Operations['PUT /api/keys/{id}']>['body']>;

/** Changes a key and shows the answer at once. Called directly: a change may hold a secret, which no cache may keep. */
export function useUpdateKey(id: CredentialId): (change: CredentialChange) => Promise<void> {
  const queryClient = useQueryClient();
  const refresh = useRefreshKeys();
  return useCallback(
    async (change) => {
      const credential = await api('PUT /api/keys/{id}', { params: { id }, body: change });
      queryClient.setQueryData(readKey(id).queryKey, credential);
      await refresh();
    },
    [id, queryClient, refresh],
  );
}
