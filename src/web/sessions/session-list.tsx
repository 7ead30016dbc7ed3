import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Monitor, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api, read } from '../api.ts';
import classes from '../settings/settings.module.css';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { TableSkeleton } from '../ui/skeletons.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import { describeDevice } from './device.ts';
import { useDeviceName, useMethodWords } from './device-name.ts';

type Session = OperationReply<Operations['GET /api/sessions']>['items'][number];

function SessionItem({ session, onEnd }: { session: Session; onEnd: () => Promise<void> }) {
  const { t } = useTranslation('sessions');
  const [isBusy, setIsBusy] = useState(false);
  const device = useDeviceName()(session.userAgent);
  const method = useMethodWords()(session);
  const Icon = describeDevice(session.userAgent).isPhone ? Smartphone : Monitor;
  const end = async () => {
    setIsBusy(true);
    await onEnd().catch(toastError);
    setIsBusy(false);
  };
  return (
    <li className={classes.item}>
      <Icon size={20} strokeWidth={1.75} className={classes.itemIcon} aria-hidden />
      <div className={classes.itemWords}>
        <strong title={session.userAgent}>
          {device}
          {session.isCurrent && <span className={classes.here}>{t('security.thisOne')}</span>}
        </strong>
        <span>
          {method} · {session.ip} · {t('security.lastSeen')} <Time value={session.lastSeenAt} /> ·{' '}
          {t('security.signedIn')} <Time value={session.createdAt} />
        </span>
      </div>
      {!session.isCurrent && (
        <Button
          size="xs"
          variant="default"
          loading={isBusy}
          aria-label={t('security.revokeNamed', { device })}
          onClick={() => void end()}
        >
          {t('security.revoke')}
        </Button>
      )}
    </li>
  );
}

/** Every place where this account is signed in; each can be ended, or all but this one. */
export function SessionList() {
  const { t } = useTranslation('sessions');
  const queryClient = useQueryClient();
  const sessions = useQuery(read('GET /api/sessions'));
  const [isAsking, setIsAsking] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['GET /api/sessions'] });
  const others = sessions.data?.items.filter((session) => !session.isCurrent).length ?? 0;
  if (sessions.isPending) return <TableSkeleton rows={3} columns={2} />;
  if (sessions.isError) return <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />;
  return (
    <section className={classes.card} aria-labelledby="sessions">
      <header className={classes.cardHeader}>
        <div>
          <h2 id="sessions">{t('security.sessionsTitle')}</h2>
          <p>{t('security.sessionsLead')}</p>
        </div>
        {others > 0 && (
          <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
            {t('security.revokeOthers')}
          </Button>
        )}
      </header>
      <ul className={classes.list}>
        {sessions.data.items.map((session) => (
          <SessionItem
            key={session.id}
            session={session}
            onEnd={async () => {
              await api('DELETE /api/sessions/{id}', { params: { id: session.id } });
              toastDone(t('security.revoked'));
              await refresh();
            }}
          />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('security.revokeOthers')}
        confirmLabel={t('security.revokeOthers')}
        onConfirm={async () => {
          await api('DELETE /api/sessions');
          toastDone(t('security.revokedOthers'));
          await refresh();
        }}
      >
        <p>{t('security.revokeOthersText', { count: others })}</p>
      </ConfirmDialog>
    </section>
  );
}
