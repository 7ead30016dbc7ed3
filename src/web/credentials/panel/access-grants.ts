import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationReply, OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { type AccessLevel, type GrantLevel, grantLevels, isAtLeast } from '../../../contract/permissions.ts';
import { api } from '../../api.ts';
import type { CredentialId } from '../credential.ts';
import { useRefreshKeys } from '../key-queries.ts';

export type Grant = OperationReply<Operations['GET /api/keys/{id}/grants']>['items'][number];
export type Subject = NonNullable<OperationRequest<Operations['PUT /api/keys/{id}/grants']>['body']>['subject'];

/** The levels that somebody may give whose highest is `levelMax`; a program obtains secrets at most. */
export function givableLevels(levelMax: GrantLevel, kind: Grant['kind'] | undefined): GrantLevel[] {
  return grantLevels.filter(
    (level) => isAtLeast(levelMax, level) && !(kind === 'serviceAccount' && level === 'manage'),
  );
}

/** Gives, changes or takes away a level and reads again who has which. Rejects with ApiError. */
export function useSetGrant(id: CredentialId): (subject: Subject, level: AccessLevel) => Promise<void> {
  const queryClient = useQueryClient();
  const refresh = useRefreshKeys();
  return useCallback(
    async (subject, level) => {
      await api('PUT /api/keys/{id}/grants', { params: { id }, body: { subject, level } });
      await Promise.all([queryClient.invalidateQueries({ queryKey: ['GET /api/keys/{id}/grants'] }), refresh()]);
    },
    [id, queryClient, refresh],
  );
}
