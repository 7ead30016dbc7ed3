import { Button, Skeleton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Building2, CircleSlash } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api, read } from '../api.ts';
import own from '../second-factors/second-factors.module.css';
import classes from '../settings/settings.module.css';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import { withFreshSignIn } from './fresh-sign-in.tsx';
import { startSso } from './sso-return.ts';

type Identity = OperationReply<Operations['GET /api/me/identities']>['items'][number];

/** The identities of an organisation that sign in to this account. Not there where no organisation is, nor ever was. */
export function OrganisationCard() {
  const { t } = useTranslation('sessions');
  const instance = useQuery(read('GET /api/instance'));
  const identities = useQuery(read('GET /api/me/identities'));
  const sso = instance.data?.sso ?? null;
  const items = identities.data?.items ?? [];
  if (sso === null && items.length === 0) return null;
  return (
    <section className={classes.card} aria-labelledby="organisation">
      <header className={classes.cardHeader}>
        <div>
          <h2 id="organisation">{t('organisation.title')}</h2>
          <p>{t('organisation.lead')}</p>
        </div>
        {sso !== null && !items.some(({ isUsable }) => isUsable) && <Connect name={sso.name} />}
      </header>
      {identities.isPending && <Skeleton height={44} m={20} radius="md" width="auto" />}
      {identities.isError && <ErrorState error={identities.error} onRetry={() => void identities.refetch()} />}
      {identities.isSuccess && items.length === 0 && <p className={own.quiet}>{t('organisation.empty')}</p>}
      {items.length > 0 && (
        <ul className={classes.list}>
          {items.map((identity) => (
            <IdentityItem
              key={`${identity.issuer} ${identity.subject}`}
              identity={identity}
              name={identity.isUsable && sso !== null ? sso.name : hostOf(identity.issuer)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function hostOf(issuer: string): string {
  return URL.parse(issuer)?.host ?? issuer;
}

function Connect({ name }: { name: string }) {
  const { t } = useTranslation('sessions');
  const [isBusy, setIsBusy] = useState(false);
  const connect = async () => {
    setIsBusy(true);
    await withFreshSignIn(() => startSso('POST /api/me/sso/link', '/settings/security')).catch(toastError);
    setIsBusy(false);
  };
  return (
    <Button size="xs" variant="default" loading={isBusy} onClick={() => void connect()}>
      {t('organisation.connect', { name })}
    </Button>
  );
}

function IdentityItem({ identity, name }: { identity: Identity; name: string }) {
  const { t } = useTranslation('sessions');
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const { issuer, subject, email, lastUsedAt, isUsable } = identity;
  const disconnect = async () => {
    await withFreshSignIn(() => api('DELETE /api/me/identities', { query: { issuer, subject } }));
    toastDone(t('organisation.disconnected', { name }));
    await queryClient.invalidateQueries({ queryKey: ['GET /api/me/identities'] });
  };
  return (
    <li className={classes.item}>
      <Building2 size={20} strokeWidth={1.75} className={classes.itemIcon} aria-hidden />
      <div className={classes.itemWords}>
        <strong>
          {name}
          {!isUsable && (
            <StatusBadge tone="unknown" icon={CircleSlash}>
              {t('organisation.unusable')}
            </StatusBadge>
          )}
        </strong>
        <span>
          {email ?? subject} ·{' '}
          {lastUsedAt === null ? (
            t('organisation.never')
          ) : (
            <>
              {t('organisation.lastUsed')} <Time value={lastUsedAt} />
            </>
          )}
        </span>
      </div>
      <Button
        size="xs"
        variant="default"
        aria-label={t('organisation.disconnectNamed', { name })}
        onClick={() => setIsAsking(true)}
      >
        {t('organisation.disconnect')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('organisation.disconnectTitle', { name })}
        confirmLabel={t('organisation.disconnect')}
        onConfirm={disconnect}
      >
        <p>{t('organisation.disconnectText')}</p>
      </ConfirmDialog>
    </li>
  );
}
