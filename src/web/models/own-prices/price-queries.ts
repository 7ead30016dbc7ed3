import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { read } from '../../api.ts';

export type OwnPrice = OperationReply<Operations['GET /api/prices']>['items'][number];

export function useOwnPrices() {
  return useQuery(read('GET /api/prices'));
}

/** The price that the workspace has entered for a model; undefined while it is asked for, null where there is none. */
export function useOwnPrice(provider: string, model: string): OwnPrice | null | undefined {
  const { data } = useOwnPrices();
  if (data === undefined) return undefined;
  return data.items.find((price) => price.provider === provider && price.model === model) ?? null;
}

const affected = [
  'GET /api/prices',
  'GET /api/models',
  'GET /api/usage/summary',
  'GET /api/usage/series',
  'GET /api/usage/events',
  'GET /api/usage/events/{id}',
] as const;

/** After a price was entered or forgotten: everything that shows money is read again. */
export function useRefreshPrices(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    await Promise.all(affected.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  }, [queryClient]);
}
