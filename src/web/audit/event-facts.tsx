import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { signInMethods } from '../../contract/vocabulary.ts';
import { useLocale } from '../locales/use-locale.ts';
import { useDeviceName, useMethodWords } from '../sessions/device-name.ts';
import { CopyButton } from '../ui/copy.tsx';
import { formatExact } from '../ui/time.tsx';
import facts from '../usage/log/event-panel.module.css';
import classes from './audit.module.css';
import type { AuditEvent } from './audit-queries.ts';
import { useActorName } from './use-sentence.ts';

interface Fact {
  label: string;
  value: ReactNode;
}

/** What is recorded of an event, in three lists: the circumstances, the details, the place in the chain. */
export function EventFacts({ event }: { event: AuditEvent }) {
  const { t } = useTranslation('audit');
  const circumstances = useCircumstances(event);
  const details = useDetails(event);
  const proof = useProof(event);
  return (
    <>
      <FactList id="event-facts" title={t('detail.title')} list={circumstances} />
      {details.length > 0 && <FactList id="event-details" title={t('detail.more')} list={details} />}
      <FactList id="event-proof" title={t('detail.proof')} list={proof} />
    </>
  );
}

function FactList({ id, title, list }: { id: string; title: string; list: readonly Fact[] }) {
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={facts.heading}>
        {title}
      </h3>
      <dl className={facts.facts}>
        {list.map(({ label, value }) => (
          <div key={label} className={facts.fact}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const reasons = [
  'forbidden',
  'two_factor_needed',
  'fresh_sign_in_needed',
  'share_links_off',
  'too_many_attempts',
  'wrong_password',
  'second_factor_missing',
  'second_factor_wrong',
  'disabled',
] as const;
const clients = ['web', 'api', 'cli', 'gateway', 'system'] as const;

function useCircumstances(event: AuditEvent): Fact[] {
  const { t } = useTranslation('audit');
  const locale = useLocale();
  const actorName = useActorName()(event);
  const deviceName = useDeviceName();
  const signIn = useSignInFacts(event);
  const { reason, target, ip, userAgent } = event;
  const knownReason = reasons.find((known) => known === reason);
  const client = clients.find((known) => known === event.client);
  return [
    { label: t('detail.time'), value: <time dateTime={event.time}>{formatExact(event.time, locale)}</time> },
    { label: t('detail.actor'), value: actorName },
    { label: t('detail.action'), value: <Code>{event.action}</Code> },
    ...(target === null ? [] : [{ label: t('detail.target'), value: target.label === '' ? target.id : target.label }]),
    ...(reason === null
      ? []
      : [
          {
            label: t('detail.reason'),
            value: knownReason === undefined ? <Code>{reason}</Code> : t(`reason.${knownReason}`),
          },
        ]),
    ...signIn,
    { label: t('detail.client'), value: client === undefined ? event.client : t(`client.${client}`) },
    ...(ip === '' ? [] : [{ label: t('detail.ip'), value: <Code>{ip}</Code> }]),
    ...(userAgent === '' || event.client === 'system'
      ? []
      : [{ label: t('detail.device'), value: <span title={userAgent}>{deviceName(userAgent)}</span> }]),
    ...(event.requestId === ''
      ? []
      : [
          {
            label: t('detail.requestId'),
            value: <Copied text={event.requestId} label={t('detail.copyRequestId')} />,
          },
        ]),
  ];
}

function useSignInFacts({ signIn }: AuditEvent): Fact[] {
  const { t } = useTranslation('audit');
  const methodWords = useMethodWords();
  if (signIn === null) return [];
  const method = signInMethods.find((known) => known === signIn.method);
  const minutes = Math.floor(signIn.ageSeconds / 60);
  return [
    {
      label: t('detail.method'),
      value: method === undefined ? signIn.method : methodWords({ method, secondFactor: signIn.secondFactor }),
    },
    { label: t('detail.age'), value: minutes === 0 ? t('detail.ageNow') : t('detail.ageText', { minutes }) },
  ];
}

/** The names are those of the server, as they stand in the export. */
function useDetails({ details }: AuditEvent): Fact[] {
  const { t } = useTranslation('audit');
  return Object.entries(details).map(([label, value]) => ({
    label,
    value:
      typeof value === 'boolean' ? (
        t(value ? 'detail.yes' : 'detail.no')
      ) : (
        <Code>{Array.isArray(value) ? value.join(', ') : value}</Code>
      ),
  }));
}

function useProof({ id, number, hash }: AuditEvent): Fact[] {
  const { t } = useTranslation('audit');
  return [
    { label: t('detail.number'), value: number ?? t('detail.unchained') },
    ...(hash === null ? [] : [{ label: t('detail.hash'), value: <Copied text={hash} label={t('detail.copyHash')} /> }]),
    { label: t('detail.id'), value: <Copied text={id} label={t('detail.copyId')} /> },
  ];
}

function Code({ children }: { children: ReactNode }) {
  return (
    <span className={classes.hash} translate="no">
      {children}
    </span>
  );
}

function Copied({ text, label }: { text: string; label: string }) {
  return (
    <>
      <Code>{text}</Code>
      <CopyButton value={text} label={label} name={text} size={24} />
    </>
  );
}
