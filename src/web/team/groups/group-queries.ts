import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { read } from '../../api.ts';

export type Group = OperationReply<Operations['GET /api/groups']>['items'][number];

export function useGroups(isEnabled = true) {
  return useQuery({ ...read('GET /api/groups'), enabled: isEnabled });
}

/** After a change: everything that names groups is read again. */
export function useRefreshGroups(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    const names = ['GET /api/groups', 'GET /api/members', 'GET /api/workspace'] as const;
    await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}
