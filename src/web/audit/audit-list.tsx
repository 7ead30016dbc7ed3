import { VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { opensRow } from '../credentials/key-row.tsx';
import { moveBetweenRows } from '../credentials/keys-table.tsx';
import { PHONE } from '../credentials/screen.ts';
import { useDeviceName } from '../sessions/device-name.ts';
import { Time } from '../ui/time.tsx';
import classes from './audit.module.css';
import type { AuditEvent } from './audit-queries.ts';
import { ResultBadge } from './result-badge.tsx';
import { useSentence } from './use-sentence.ts';

interface AuditListProps {
  events: readonly AuditEvent[];
  openId: string | undefined;
  onOpen: (event: AuditEvent) => void;
}

/** Events, newest first: a table, or cards on phones. Arrow keys move between them, Enter opens one. */
export function AuditList(props: AuditListProps) {
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  return isPhone ? <Cards {...props} /> : <Table {...props} />;
}

function Table({ events, openId, onOpen }: AuditListProps) {
  const { t } = useTranslation('audit');
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <caption>
          <VisuallyHidden>{t('listName')}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            <th scope="col" className={classes.time}>
              {t('column.time')}
            </th>
            <th scope="col">{t('column.event')}</th>
            <th scope="col" className={classes.result}>
              {t('column.result')}
            </th>
            <th scope="col" className={classes.from}>
              {t('column.from')}
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {events.map((event) => (
            <tr
              key={event.id}
              className={classes.row}
              data-open={event.id === openId || undefined}
              onClick={(click) => opensRow(click) && onOpen(event)}
            >
              <td className={classes.time}>
                <Time value={event.time} />
              </td>
              <th scope="row">
                <OpenButton event={event} onOpen={onOpen} />
              </th>
              <td>
                <ResultBadge result={event.result} />
              </td>
              <td className={classes.from}>
                <From event={event} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cards({ events, openId, onOpen }: AuditListProps) {
  const { t } = useTranslation('audit');
  return (
    <ul className={classes.cards} aria-label={t('listName')} onKeyDown={moveBetweenRows}>
      {events.map((event) => (
        <li key={event.id} className={classes.card} data-open={event.id === openId || undefined}>
          <OpenButton event={event} onOpen={onOpen} />
          <span className={classes.cardLine}>
            <ResultBadge result={event.result} />
            <Time value={event.time} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function OpenButton({ event, onOpen }: { event: AuditEvent; onOpen: (event: AuditEvent) => void }) {
  const sentence = useSentence()(event);
  return (
    <button
      type="button"
      className={classes.open}
      data-row-name=""
      aria-haspopup="dialog"
      onClick={() => onOpen(event)}
    >
      {sentence}
    </button>
  );
}

/** Where it came from: nothing for what the server does by itself. */
function From({ event }: { event: AuditEvent }) {
  const deviceName = useDeviceName();
  if (event.ip === '') return <>–</>;
  return (
    <>
      {event.ip}
      <span className={classes.under} title={event.userAgent}>
        {deviceName(event.userAgent)}
      </span>
    </>
  );
}
