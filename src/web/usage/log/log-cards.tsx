import { useTranslation } from 'react-i18next';
import { moveBetweenRows } from '../../credentials/keys-table.tsx';
import { Duration, Usd } from '../amounts.tsx';
import { HonestyTags, OutcomeBadge } from './event-badges.tsx';
import classes from './log.module.css';
import { EventTime, type LogListProps, ModelLine, TokenWords } from './log-table.tsx';

/** The calls as cards, for phones. */
export function LogCards({ events, fresh, openId, onOpen }: LogListProps) {
  const { t } = useTranslation('usage');
  return (
    <ul className={classes.cards} aria-label={t('log.listName')} onKeyDown={moveBetweenRows}>
      {events.map((event) => (
        <li
          key={event.id}
          className={classes.card}
          data-open={event.id === openId || undefined}
          data-fresh={fresh.has(event.id) || undefined}
        >
          <div className={classes.cardLine}>
            <ModelLine event={event} onOpen={() => onOpen(event)} />
            <span className={classes.cardTime}>
              <EventTime time={event.time} />
            </span>
          </div>
          <div className={classes.cardLine}>
            <span className={classes.cardTags}>
              <OutcomeBadge event={event} />
              <HonestyTags event={event} />
            </span>
          </div>
          <dl className={classes.cardFacts}>
            <div>
              <dt>{t('log.column.tokens')}</dt>
              <dd>
                <TokenWords event={event} />
              </dd>
            </div>
            <div>
              <dt>{t('log.column.cost')}</dt>
              <dd>
                <Usd value={event.costUsd} unknown={t('figures.noPrice')} />
              </dd>
            </div>
            <div>
              <dt>{t('log.column.latency')}</dt>
              <dd>
                <Duration ms={event.latencyMs} />
              </dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  );
}
