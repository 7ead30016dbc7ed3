import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { read } from '../../api.ts';
import shared from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { useLocale } from '../../locales/use-locale.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { formatCount, Money } from '../../ui/numbers.tsx';
import { joinSentences } from '../../ui/sentences.ts';
import { Time } from '../../ui/time.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import classes from './panel.module.css';
import { useRecentTools } from './use-recent-tools.ts';

function startOfMonth(): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), 1).toISOString();
}

/** What it cost this month, and who calls with it. */
export function UsageSection({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const { id } = virtualKey;
  const { data, error } = useQuery(
    read('GET /api/usage/summary', { query: { virtualKeyId: id, from: startOfMonth() } }),
  );
  return (
    <>
      <Section
        title={t('panel.usage')}
        action={
          <Link to="/usage" search={{ virtualKey: id }} className={classes.link}>
            {t('panel.allUsage')}
          </Link>
        }
      >
        {error !== null && <InlineError error={error} />}
        {data === undefined && error === null && <Skeleton height={64} radius="md" />}
        {data !== undefined && <Figures totals={data.totals} />}
      </Section>
      <ToolsSection virtualKey={virtualKey} />
    </>
  );
}

interface FiguresProps {
  totals: {
    costUsd: string | null;
    requests: number;
    inputTokens: number;
    outputTokens: number;
    errors: number;
    unpricedRequests: number;
    estimatedRequests: number;
  };
}

function Figures({ totals }: FiguresProps) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const { costUsd, requests, inputTokens, outputTokens, errors, unpricedRequests, estimatedRequests } = totals;
  const notes = [
    ...(unpricedRequests > 0 ? [t('panel.unpricedShare', { count: unpricedRequests })] : []),
    ...(estimatedRequests > 0 ? [t('panel.estimatedShare', { count: estimatedRequests })] : []),
  ];
  const isUnused = requests === 0;
  return (
    <>
      <dl className={classes.figures}>
        <Figure label={t('panel.cost')}>
          <Money value={costUsd === null ? (isUnused ? 0 : null) : Number(costUsd)} />
        </Figure>
        <Figure label={t('panel.requests')}>{formatCount(requests, locale)}</Figure>
        <Figure label={t('panel.tokens')}>{formatCount(inputTokens + outputTokens, locale)}</Figure>
        <Figure label={t('panel.errors')}>{formatCount(errors, locale)}</Figure>
      </dl>
      {notes.length > 0 && <p className={classes.note}>{joinSentences(notes, locale)}</p>}
    </>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ToolsSection({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const tools = useRecentTools(virtualKey.id);
  return (
    <Section title={t('panel.use')}>
      <dl className={`${shared.box} ${shared.facts}`}>
        <div className={shared.fact}>
          <dt>{t('panel.lastUsed')}</dt>
          <dd>
            <Time value={virtualKey.lastUsedAt} fallback={t('row.never')} />
          </dd>
        </div>
        <div className={shared.fact}>
          <dt>{t('panel.tools')}</dt>
          <dd>
            {tools?.length === 0 && <span className={shared.empty}>{t('panel.noTools')}</span>}
            {tools?.map(({ id, name, requests }) => (
              <div key={id}>
                {name}{' '}
                <span className={shared.empty}>
                  · {t('panel.calls', { count: requests, formatted: formatCount(requests, locale) })}
                </span>
              </div>
            ))}
          </dd>
        </div>
      </dl>
    </Section>
  );
}
