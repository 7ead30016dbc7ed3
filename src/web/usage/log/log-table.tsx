import { VisuallyHidden } from '@mantine/core';
import { Zap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useProviders } from '../../credentials/key-queries.ts';
import { opensRow } from '../../credentials/key-row.tsx';
import { moveBetweenRows } from '../../credentials/keys-table.tsx';
import { useNow } from '../../credentials/use-now.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { formatCount } from '../../ui/numbers.tsx';
import { formatExact } from '../../ui/time.tsx';
import { Duration, Usd } from '../amounts.tsx';
import { toolName } from '../tool-names.ts';
import { HonestyTags, OutcomeBadge } from './event-badges.tsx';
import classes from './log.module.css';
import type { UsageEvent } from './log-queries.ts';
import { useFailureWords } from './use-failure-words.ts';

export interface LogListProps {
  events: readonly UsageEvent[];
  fresh: ReadonlySet<string>;
  openId: string | undefined;
  onOpen: (event: UsageEvent) => void;
}

/** The calls as a table, newest first. Arrow keys move between rows, Enter opens one. */
export function LogTable({ events, fresh, openId, onOpen }: LogListProps) {
  const { t } = useTranslation('usage');
  const wordsOf = useFailureWords();
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <caption>
          <VisuallyHidden>{t('log.listName')}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('log.column.time')}</th>
            <th scope="col">{t('log.column.model')}</th>
            <th scope="col">{t('log.column.outcome')}</th>
            <th scope="col" className={classes.who}>
              {t('log.column.who')}
            </th>
            <th scope="col" className={classes.number}>
              {t('log.column.tokens')}
            </th>
            <th scope="col" className={classes.number}>
              {t('log.column.cost')}
            </th>
            <th scope="col" className={`${classes.number} ${classes.latency}`}>
              {t('log.column.latency')}
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {events.map((event) => (
            <tr
              key={event.id}
              className={classes.row}
              data-open={event.id === openId || undefined}
              data-fresh={fresh.has(event.id) || undefined}
              onClick={(click) => opensRow(click) && onOpen(event)}
            >
              <td className={classes.time}>
                <EventTime time={event.time} />
              </td>
              <th scope="row" className={classes.modelCell}>
                <ModelLine event={event} onOpen={() => onOpen(event)} />
              </th>
              <td>
                <span title={wordsOf(event) ?? undefined}>
                  <OutcomeBadge event={event} />
                </span>
                {!event.isFinal && <div className={classes.under}>{t('log.retried')}</div>}
              </td>
              <td className={classes.who}>
                <Who event={event} />
              </td>
              <td className={classes.number}>
                <TokenWords event={event} />
              </td>
              <td className={classes.number}>
                <Usd value={event.costUsd} unknown={t('figures.noPrice')} />
                <div className={classes.tags}>
                  <HonestyTags event={event} />
                </div>
              </td>
              <td className={`${classes.number} ${classes.latency}`}>
                <Duration ms={event.latencyMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The time of day, with the day in front of it unless that is today. */
export function EventTime({ time }: { time: string }) {
  const locale = useLocale();
  const now = useNow();
  const date = new Date(time);
  const isToday = date.toDateString() === new Date(now).toDateString();
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' }).format(date);
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' }).format(date);
  return (
    <time dateTime={time} title={formatExact(time, locale)}>
      {clock}
      {!isToday && <span className={classes.under}>{day}</span>}
    </time>
  );
}

/** The model as it was asked for; it opens the details. */
export function ModelLine({ event, onOpen }: { event: UsageEvent; onOpen: () => void }) {
  const { t } = useTranslation('usage');
  const { nameOf } = useProviders();
  const { provider, model, endpoint, keyName, keyId, stream } = event;
  return (
    <div className={classes.model}>
      <ProviderMark providerId={provider} name={nameOf(provider)} size={22} />
      <div className={classes.words}>
        <span className={classes.idLine}>
          <button type="button" className={classes.open} translate="no" data-row-name="" onClick={onOpen}>
            {model ?? endpoint}
          </button>
          {stream && <Zap size={12} className={classes.stream} role="img" aria-label={t('log.streamed')} />}
        </span>
        <span className={classes.under}>
          {nameOf(provider)} · {keyName ?? keyId}
        </span>
      </div>
    </div>
  );
}

function Who({ event }: { event: UsageEvent }) {
  const { virtualKeyName, virtualKeyId, tool, memberLabel } = event;
  const under = [tool === null ? null : toolName(tool), memberLabel].filter((part) => part !== null);
  return (
    <>
      <span className={classes.clip}>{virtualKeyName ?? virtualKeyId}</span>
      {under.length > 0 && <span className={`${classes.under} ${classes.clip}`}>{under.join(' · ')}</span>}
    </>
  );
}

export function TokenWords({ event }: { event: UsageEvent }) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  const exact = new Intl.NumberFormat(locale);
  const { inputTokens, outputTokens } = event;
  const words = { input: exact.format(inputTokens), output: exact.format(outputTokens) };
  return (
    <span title={t('log.tokens', words)}>
      {formatCount(inputTokens, locale)}
      <span className={classes.arrow} aria-hidden>
        {' → '}
      </span>
      <VisuallyHidden>, </VisuallyHidden>
      {formatCount(outputTokens, locale)}
    </span>
  );
}
