import { Button, Skeleton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, CircleCheck, Clock, Link2, Lock } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShareLinkState } from '../../contract/vocabulary.ts';
import { api } from '../api.ts';
import type { CredentialId } from '../credentials/credential.ts';
import { useNow } from '../credentials/use-now.ts';
import { useLocale } from '../locales/use-locale.ts';
import { InlineError } from '../ui/error-state.tsx';
import { StatusBadge, type StatusTone } from '../ui/status-badge.tsx';
import { formatRelative, Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import classes from './share-links.module.css';
import { type ShareLink, useShareLinks } from './share-queries.ts';

const looks: Readonly<Record<ShareLinkState, { tone: StatusTone; icon: typeof Link2 }>> = {
  open: { tone: 'good', icon: Link2 },
  used: { tone: 'unknown', icon: CircleCheck },
  expired: { tone: 'unknown', icon: Clock },
  revoked: { tone: 'unknown', icon: Ban },
  blocked: { tone: 'bad', icon: Lock },
  stopped: { tone: 'attention', icon: Ban },
};

/** The links that were made to a key, each of which can be withdrawn while it is open. */
export function LinkList({ keyId }: { keyId: CredentialId }) {
  const { t } = useTranslation('shareLinks');
  const links = useShareLinks(keyId);
  if (links.isPending) return <Skeleton height={64} radius="md" />;
  if (links.isError) return <InlineError error={links.error} />;
  if (links.data.length === 0) return null;
  return (
    <section aria-labelledby="share-links">
      <h3 id="share-links" className={classes.heading}>
        {t('list.title')}
      </h3>
      <ul className={classes.list}>
        {links.data.map((link) => (
          <LinkLine key={link.id} link={link} />
        ))}
      </ul>
    </section>
  );
}

function LinkLine({ link }: { link: ShareLink }) {
  const { t } = useTranslation('shareLinks');
  const locale = useLocale();
  const now = useNow();
  const { state, createdBy, createdAt, expiresAt, viewsMax, views, needsPassphrase } = link;
  const { tone, icon } = looks[state];
  const isOpen = state === 'open';
  return (
    <li className={classes.line}>
      <div className={classes.words}>
        <span className={classes.badges}>
          <StatusBadge tone={tone} icon={icon}>
            {t(`list.state.${state}`)}
          </StatusBadge>
          {isOpen && t('list.left', { count: viewsMax - views })}
        </span>
        <span className={classes.quiet}>
          {createdBy === null ? t('list.nobody') : t('list.by', { person: createdBy })} · <Time value={createdAt} />
          {isOpen && ` · ${t('list.until', { when: formatRelative(expiresAt, now, locale) })}`}
          {needsPassphrase && ` · ${t('list.withPassphrase')}`}
        </span>
      </div>
      {isOpen && <Withdraw link={link} />}
    </li>
  );
}

function Withdraw({ link: { id, label } }: { link: ShareLink }) {
  const { t } = useTranslation('shareLinks');
  const queryClient = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const withdraw = async () => {
    setIsBusy(true);
    try {
      await api('DELETE /api/share-links/{id}', { params: { id } });
      toastDone(t('list.withdrawn'));
      await queryClient.invalidateQueries({ queryKey: ['GET /api/share-links'] });
    } catch (error) {
      toastError(error);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Button
      size="xs"
      variant="default"
      loading={isBusy}
      aria-label={t('list.withdrawNamed', { label })}
      onClick={() => void withdraw()}
    >
      {t('list.withdraw')}
    </Button>
  );
}
