import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { Ban, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isProbeReason, probeReasons } from '../../../providers/probe-reasons.ts';
import { api } from '../../api.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { type Credential, type CredentialEvent, type CredentialId, may } from '../credential.ts';
import { CredentialStatusBadge } from '../credential-status.tsx';
import classes from './panel.module.css';
import { Section } from './section.tsx';

const PAGE_SIZE = 10;

function useKeyEvents(id: CredentialId) {
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: ['GET /api/keys/{id}/events', { params: { id } }],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/keys/{id}/events', {
        params: { id },
        query: { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** What happened to the key, newest first; of who does not manage it, what they did themselves. */
export function HistorySection({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  const events = useKeyEvents(credential.id);
  const isWhole = may(credential, 'manage');
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t(isWhole ? 'history.title' : 'history.ownTitle')}>
      {events.error !== null && <InlineError error={events.error} />}
      {events.isPending && <Skeleton height={88} radius="md" />}
      {events.isSuccess && items.length === 0 && (
        <p className={classes.hint}>{t(isWhole ? 'history.empty' : 'history.ownEmpty')}</p>
      )}
      {items.length > 0 && (
        <ul className={`${classes.box} ${classes.lines}`}>
          {items.map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </ul>
      )}
      {events.hasNextPage && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          loading={events.isFetchingNextPage}
          onClick={() => void events.fetchNextPage()}
        >
          {t('history.more')}
        </Button>
      )}
    </Section>
  );
}

function EventLine({ event }: { event: CredentialEvent }) {
  const { t } = useTranslation('credentials');
  return (
    <li className={classes.line}>
      <span className={classes.lineMain}>{actionWords(event.action, t)}</span>
      {event.action === 'key.tested' && event.reason !== null && isProbeReason(event.reason) && (
        <CredentialStatusBadge status={probeReasons[event.reason].status} />
      )}
      {event.result === 'denied' && (
        <StatusBadge tone="attention" icon={Ban}>
          {t('history.denied')}
        </StatusBadge>
      )}
      {event.result === 'error' && (
        <StatusBadge tone="bad" icon={CircleX}>
          {t('history.error')}
        </StatusBadge>
      )}
      <span className={classes.lineSide}>
        {event.actor} · <Time value={event.time} />
      </span>
    </li>
  );
}

const actions = [
  'created',
  'changed',
  'secret_replaced',
  'version_restored',
  'tested',
  'copied',
  'models_read',
  'deleted',
  'restored',
  'purged',
  'access_changed',
  'moved',
  'link_made',
  'link_opened',
  'link_refused',
  'link_revoked',
] as const;

/** `key.copied` in words; an action of a newer server is shown by its name. */
function actionWords(action: string, t: TFunction<'credentials'>): string {
  const known = actions.find((name) => `key.${name}` === action);
  return known === undefined ? action : t(`history.action.${known}`);
}
