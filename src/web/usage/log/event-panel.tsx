import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UsageEventId } from '../../../contract/ids.ts';
import { useProviders } from '../../credentials/key-queries.ts';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { formatExactUsd, Usd } from '../amounts.tsx';
import { Attempts } from './attempts.tsx';
import { HonestyTags, OutcomeBadge } from './event-badges.tsx';
import { EventBill } from './event-bill.tsx';
import { EventFacts } from './event-facts.tsx';
import classes from './event-panel.module.css';
import { type UsageEvent, useEvent } from './log-queries.ts';
import { useFailureWords } from './use-failure-words.ts';

interface EventPanelProps {
  id: UsageEventId;
  /** The row of the list, shown until the answer comes. */
  inList: UsageEvent | undefined;
  onClose: () => void;
  onOpen: (id: UsageEventId) => void;
}

/** Everything that is known of one call: how it went, what it was billed, its other attempts. */
export default function EventPanel({ id, inList, onClose, onOpen }: EventPanelProps) {
  const { t } = useTranslation('usage');
  const { nameOf } = useProviders();
  const { data: event, error, refetch } = useEvent(id, inList);
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      width={560}
      title={
        event === undefined ? (
          t('event.title')
        ) : (
          <span className={classes.title}>
            <ProviderMark providerId={event.provider} name={nameOf(event.provider)} size={28} />
            <span className={classes.titleWords}>
              <span className={classes.model} translate="no">
                {event.model ?? event.endpoint}
              </span>
              <span className={classes.provider}>{nameOf(event.provider)}</span>
            </span>
          </span>
        )
      }
    >
      {event !== undefined && <Details event={event} onOpen={onOpen} />}
      {event === undefined && error === null && <Skeleton height={420} radius="md" />}
      {event === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
    </SidePanel>
  );
}

function Details({ event, onOpen }: { event: UsageEvent; onOpen: EventPanelProps['onOpen'] }) {
  const { t } = useTranslation('usage');
  const wordsOf = useFailureWords();
  const { costUsd, errorCode, errorDetail } = event;
  return (
    <div className={classes.sections}>
      <div className={classes.top}>
        <span className={classes.cost}>
          <Usd value={costUsd} unknown={t('figures.noPrice')} />
        </span>
        <OutcomeBadge event={event} />
        <HonestyTags event={event} />
        <p className={classes.exact}>
          {costUsd === null ? t('event.unpricedHint') : t('event.exactly', { amount: formatExactUsd(costUsd) })}
        </p>
      </div>
      {(errorCode !== null || errorDetail !== null) && (
        <div className={classes.problem}>
          {wordsOf(event) ?? t('event.noReason')} {errorCode !== null && <code translate="no">({errorCode})</code>}
          {errorDetail !== null && <blockquote className={classes.quote}>“{errorDetail}”</blockquote>}
        </div>
      )}
      <EventBill event={event} />
      <Attempts event={event} onOpen={onOpen} />
      <EventFacts event={event} />
    </div>
  );
}
