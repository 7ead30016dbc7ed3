import { useTranslation } from 'react-i18next';
import type { UsageEventId } from '../../../contract/ids.ts';
import { Duration } from '../amounts.tsx';
import { OutcomeBadge } from './event-badges.tsx';
import classes from './event-panel.module.css';
import { type UsageEvent, useAttempts } from './log-queries.ts';
import { useFailureWords } from './use-failure-words.ts';

interface AttemptsProps {
  event: UsageEvent;
  onOpen: (id: UsageEventId) => void;
}

/** What was tried for the same request, in order, each with the key it used and the reason it did not do. */
export function Attempts({ event, onOpen }: AttemptsProps) {
  const { t } = useTranslation('usage');
  const { data } = useAttempts(event);
  const wordsOf = useFailureWords();
  if (data === undefined || data.length < 2) return null;
  return (
    <section aria-labelledby="event-attempts">
      <h3 id="event-attempts" className={classes.heading}>
        {t('event.attempts', { count: data.length })}
      </h3>
      <ol className={classes.attempts}>
        {data.map((attempt) => (
          <li key={attempt.id} className={classes.attempt} data-current={attempt.id === event.id || undefined}>
            <button
              type="button"
              aria-current={attempt.id === event.id ? 'true' : undefined}
              onClick={() => onOpen(attempt.id)}
            >
              <span className={classes.ordinal}>{attempt.attempt}</span>
              <span className={classes.attemptName}>{attempt.keyName ?? attempt.keyId}</span>
              <OutcomeBadge event={attempt} />
              <Duration ms={attempt.latencyMs} />
              {attempt.errorCode !== null && <span className={classes.reason}>{wordsOf(attempt)}</span>}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
