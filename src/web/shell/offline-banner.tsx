import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import classes from './offline-banner.module.css';

/** Whether the newest answer of any query was no answer at all. */
function useIsOffline(): boolean {
  const queryClient = useQueryClient();
  const [isOffline, setIsOffline] = useState(false);
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated') return;
        if (event.action.type === 'success') setIsOffline(false);
        const { error } = event.query.state;
        if (event.action.type === 'error') setIsOffline(error instanceof ApiError && error.code === 'offline');
      }),
    [queryClient],
  );
  return isOffline;
}

export function OfflineBanner() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  if (!useIsOffline()) return null;
  return (
    <div className={classes.banner} role="status">
      <WifiOff size={16} aria-hidden />
      <span>{t('offline.text')}</span>
      <Button size="compact-sm" variant="default" onClick={() => void queryClient.refetchQueries({ type: 'active' })}>
        {t('offline.retry')}
      </Button>
    </div>
  );
}
