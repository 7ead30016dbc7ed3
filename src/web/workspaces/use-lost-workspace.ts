import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { useMe } from '../accounts/me.ts';
import { read } from '../api.ts';
import { toastDone } from '../ui/toasts.tsx';
import { findActive, useSwitchWorkspace } from './active-workspace.ts';
import { chosenWorkspace } from './chosen-workspace.ts';

/**
 * Notices that the person was removed from the workspace on the screen, or that it asks for a second factor since: a
 * refused call asks anew who they are where. Whoever was removed goes on in their personal workspace.
 */
export function useLostWorkspace(): void {
  const { t } = useTranslation('workspaces');
  const queryClient = useQueryClient();
  const switchTo = useSwitchWorkspace();
  const { name } = findActive(useMe());
  const { queryKey, queryFn } = read('GET /api/me');
  const { error } = useQuery({ queryKey, queryFn });
  const isLost = error instanceof ApiError && error.httpStatus === 404;
  const goHome = useEffectEvent(async () => {
    if (chosenWorkspace() === null) return;
    await switchTo(null, '/');
    toastDone(t('switcher.lost', { name }));
  });
  useEffect(() => {
    if (isLost) void goHome();
  }, [isLost]);
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error') return;
        const { error: refusal } = event.query.state;
        const isTelling =
          refusal instanceof ApiError && (refusal.code === 'two_factor_needed' || refusal.code === 'not_found');
        const isGate = event.query.queryKey[0] === 'GET /api/me' || event.query.queryKey[0] === 'GET /api/workspace';
        if (isTelling && !isGate) void queryClient.invalidateQueries({ queryKey: ['GET /api/me'] });
      }),
    [queryClient],
  );
}
