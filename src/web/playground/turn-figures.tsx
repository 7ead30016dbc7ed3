import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api } from '../api.ts';
import { useLocale } from '../locales/use-locale.ts';
import { formatMoney } from '../ui/numbers.tsx';
import { formatExactUsd } from '../usage/amounts.tsx';
import classes from './playground.module.css';

type UsageEvent = OperationReply<Operations['GET /api/usage/events']>['items'][number];

/** The journal writes in batches, a moment after the answer. */
const ASK_EVERY_MS = 400;
const ASKED_MAX = 25;

interface Found {
  event: UsageEvent | undefined;
  /** It was asked for as often as makes sense. */
  isLate: boolean;
}

const isWritten = (items: readonly UsageEvent[] | undefined): boolean => items?.some(({ isFinal }) => isFinal) === true;

function useUsageEvent(requestId: string): Found {
  const [askedCount, setAskedCount] = useState(0);
  const { data } = useQuery({
    queryKey: ['GET /api/usage/events', { query: { requestId } }],
    queryFn: async () => {
      setAskedCount((count) => count + 1);
      return api('GET /api/usage/events', { query: { requestId } });
    },
    refetchInterval: ({ state }) => (isWritten(state.data?.items) || askedCount > ASKED_MAX ? false : ASK_EVERY_MS),
    retry: false,
  });
  return { event: data?.items.find(({ isFinal }) => isFinal), isLate: askedCount > ASKED_MAX };
}

/** Tokens, cost and times of one answer, as the usage pages have them. */
export function TurnFigures({ requestId }: { requestId: string }) {
  const { t } = useTranslation('playground');
  const { event, isLate } = useUsageEvent(requestId);
  if (event === undefined) return <p className={classes.figures}>{t(isLate ? 'figures.late' : 'figures.waiting')}</p>;
  return <Figures event={event} />;
}

function Figures({ event }: { event: UsageEvent }) {
  const { t } = useTranslation('playground');
  const locale = useLocale();
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  const seconds = (ms: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(ms / 1000);
  const { inputTokens, outputTokens, cacheReadTokens, reasoningTokens, costUsd, usageState } = event;
  const isCounted = usageState !== 'missing';
  return (
    <ul className={classes.figures} aria-label={t('figures.label')}>
      {isCounted ? (
        <>
          <li>
            {t('figures.input', { formatted: number(inputTokens) })} ·{' '}
            {t('figures.output', { formatted: number(outputTokens) })}
          </li>
          {cacheReadTokens > 0 && <li>{t('figures.cached', { formatted: number(cacheReadTokens) })}</li>}
          {reasoningTokens > 0 && <li>{t('figures.reasoning', { formatted: number(reasoningTokens) })}</li>}
          <li>
            <strong title={costUsd === null ? undefined : formatExactUsd(costUsd)}>
              {costUsd === null ? t('figures.unpriced') : formatMoney(Number(costUsd), locale)}
            </strong>
            {usageState === 'estimated' && ` (${t('figures.estimated')})`}
          </li>
        </>
      ) : (
        <li>{t('figures.missing')}</li>
      )}
      <li>{t('figures.latency', { seconds: seconds(event.latencyMs) })}</li>
      {event.firstByteMs !== null && <li>{t('figures.firstByte', { seconds: seconds(event.firstByteMs) })}</li>}
      {event.attempt > 1 && <li>{t('figures.attempts', { count: event.attempt })}</li>}
      {event.keyName !== null && <li>{t('figures.servedBy', { key: event.keyName })}</li>}
    </ul>
  );
}
