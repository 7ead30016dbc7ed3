import { Check, CircleSlash, CircleX, Clock, PowerOff, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Outcome } from '../../../contract/vocabulary.ts';
import { StatusBadge, type StatusTone } from '../../ui/status-badge.tsx';
import classes from './log.module.css';
import type { UsageEvent } from './log-queries.ts';

const looks: Readonly<Record<Outcome, { tone: StatusTone; icon: typeof Check }>> = {
  ok: { tone: 'good', icon: Check },
  error: { tone: 'bad', icon: CircleX },
  client_gone: { tone: 'attention', icon: CircleSlash },
  aborted_before_first_byte: { tone: 'attention', icon: CircleSlash },
  upstream_gone: { tone: 'bad', icon: Unplug },
  timeout: { tone: 'bad', icon: Clock },
  unreachable: { tone: 'bad', icon: Unplug },
  interrupted: { tone: 'attention', icon: PowerOff },
};

/** How a call ended, with the status of the provider where it gave one. */
export function OutcomeBadge({ event }: { event: Pick<UsageEvent, 'outcome' | 'httpStatus'> }) {
  const { t } = useTranslation('usage');
  const { tone, icon } = looks[event.outcome];
  const status = event.outcome === 'error' && event.httpStatus !== null ? ` ${event.httpStatus}` : '';
  return (
    <StatusBadge tone={tone} icon={icon}>
      {t(`outcome.${event.outcome}`)}
      {status}
    </StatusBadge>
  );
}

/** What is not exact about a call: nothing is said of one that is. */
export function HonestyTags({ event }: { event: Pick<UsageEvent, 'usageState' | 'priceState'> }) {
  const { t } = useTranslation('usage');
  return (
    <>
      {event.usageState !== 'exact' && <span className={classes.tag}>{t(`usageState.${event.usageState}`)}</span>}
      {event.priceState === 'unpriced' && <span className={classes.tag}>{t('priceState.unpriced')}</span>}
    </>
  );
}
