import { useQueryClient } from '@tanstack/react-query';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';

export type CustomProvider = OperationReply<Operations['GET /api/custom-providers']>['items'][number];

/** Reads again both lists that hold custom providers. */
export function useRefreshProviders(): () => Promise<unknown> {
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['GET /api/custom-providers'] }),
      queryClient.invalidateQueries({ queryKey: ['GET /api/keys/providers'] }),
    ]);
}
