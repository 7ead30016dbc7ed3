import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { formatExact } from '../../ui/time.tsx';
import { Duration } from '../amounts.tsx';
import { toolName } from '../tool-names.ts';
import classes from './event-panel.module.css';
import type { UsageEvent } from './log-queries.ts';

/** The plain facts of a call, with the ids that are asked for elsewhere ready to copy. */
export function EventFacts({ event }: { event: UsageEvent }) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  const mono = (text: string) => (
    <span className={classes.mono} translate="no">
      {text}
    </span>
  );
  const id = (text: string, label: string) => (
    <>
      {mono(text)}
      <CopyButton value={text} label={label} name={text} size={24} />
    </>
  );
  const { model, upstreamModel, servedModel, dialect, endpoint, httpStatus, tool, memberLabel, upstreamRequestId } =
    event;
  const facts = [
    { label: t('event.time'), value: <time dateTime={event.time}>{formatExact(event.time, locale)}</time> },
    { label: t('event.latency'), value: <Duration ms={event.latencyMs} /> },
    { label: t('event.firstByte'), value: <Duration ms={event.firstByteMs} /> },
    { label: t('event.endpoint'), value: mono(endpoint) },
    { label: t('event.dialect'), value: dialect === null ? '–' : mono(dialect) },
    { label: t('event.stream'), value: event.stream ? t('event.yes') : t('event.no') },
    { label: t('event.http'), value: httpStatus === null ? '–' : String(httpStatus) },
    { label: t('event.asked'), value: model === null ? '–' : mono(model) },
    { label: t('event.sent'), value: upstreamModel === null ? '–' : mono(upstreamModel) },
    { label: t('event.served'), value: servedModel === null ? '–' : mono(servedModel) },
    { label: t('by.key'), value: <KeyLink event={event} /> },
    { label: t('by.virtualKey'), value: <VirtualKeyLink event={event} /> },
    { label: t('by.member'), value: memberLabel ?? '–' },
    { label: t('by.tool'), value: tool === null ? '–' : toolName(tool) },
    { label: t('event.requestId'), value: id(event.requestId, t('event.copyRequestId')) },
    {
      label: t('event.upstreamRequestId'),
      value: upstreamRequestId === null ? '–' : id(upstreamRequestId, t('event.copyUpstreamRequestId')),
    },
  ];
  return (
    <section aria-labelledby="event-facts">
      <h3 id="event-facts" className={classes.heading}>
        {t('event.details')}
      </h3>
      <dl className={classes.facts}>
        {facts.map(({ label, value }) => (
          <div key={label} className={classes.fact}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function KeyLink({ event }: { event: UsageEvent }) {
  return (
    <Link to="/keys" search={{ key: event.keyId }}>
      {event.keyName ?? event.keyId}
    </Link>
  );
}

function VirtualKeyLink({ event }: { event: UsageEvent }) {
  return (
    <Link to="/usage" search={{ virtualKey: event.virtualKeyId }}>
      {event.virtualKeyName ?? event.virtualKeyId}
    </Link>
  );
}
