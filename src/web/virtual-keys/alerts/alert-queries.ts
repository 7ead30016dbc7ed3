import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { api, read } from '../../api.ts';

export type Alert = OperationReply<Operations['GET /api/alerts']>['items'][number];
type Alerts = OperationReply<Operations['GET /api/alerts']>;

const REFRESH_MS = 60_000;

/** Budgets that passed a threshold, newest first. */
export function useAlerts() {
  return useQuery({ ...read('GET /api/alerts'), refetchInterval: REFRESH_MS });
}

/** Marks alerts as seen, at once on the screen. Rejects with ApiError. */
export function useDismissAlerts(): (alerts: readonly Alert[]) => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(
    async (alerts) => {
      const ids = new Set(alerts.map(({ id }) => id));
      const { queryKey } = read('GET /api/alerts');
      const dismissedAt = new Date().toISOString();
      queryClient.setQueryData<Alerts>(queryKey, (before) =>
        before === undefined
          ? before
          : { items: before.items.map((alert) => (ids.has(alert.id) ? { ...alert, dismissedAt } : alert)) },
      );
      try {
        await Promise.all([...ids].map((id) => api('POST /api/alerts/{id}/dismiss', { params: { id } })));
      } finally {
        await queryClient.invalidateQueries({ queryKey });
      }
    },
    [queryClient],
  );
}
