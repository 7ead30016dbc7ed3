import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { read } from '../api.ts';

export type Workspace = OperationReply<Operations['GET /api/workspace']>;

/** The active workspace with its rules and how much there is in it. */
export function useWorkspace() {
  return useQuery(read('GET /api/workspace'));
}

/** After a change to the workspace itself: its page and every list that names it are read again. */
export function useRefreshWorkspace(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    const names = ['GET /api/workspace', 'GET /api/workspaces/deleted', 'GET /api/me'] as const;
    await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}
