import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { CircleCheck, CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import settings from '../../settings/settings.module.css';
import { ErrorState } from '../../ui/error-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { formatExact } from '../../ui/time.tsx';
import classes from './instance-settings.module.css';

interface SettingCardProps<Data> {
  /** Of the heading, unique on the page. */
  id: string;
  title: string;
  lead: string;
  query: UseQueryResult<Data>;
  /** Pixels of what comes. */
  height: number;
  /** Stands beside the title. */
  status?: (data: Data) => ReactNode;
  children: (data: Data) => ReactNode;
}

/** One setting of the instance, in whatever state it is: loading, failed, or there. */
export function SettingCard<Data>({ id, title, lead, query, height, status, children }: SettingCardProps<Data>) {
  const { data, error } = query;
  return (
    <section className={settings.card} aria-labelledby={id}>
      <header className={settings.cardHeader}>
        <div>
          <h2 id={id}>{title}</h2>
          <p>{lead}</p>
        </div>
        {data !== undefined && status?.(data)}
      </header>
      <div className={`${settings.cardBody} ${classes.body}`}>
        {data !== undefined && children(data)}
        {data === undefined && error === null && <Skeleton height={height} radius="md" />}
        {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void query.refetch()} />}
      </div>
    </section>
  );
}

/** Whether something is set up, and since when. */
export function SetUpBadge({ updatedAt }: { updatedAt: string | null }) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  if (updatedAt === null)
    return (
      <StatusBadge tone="unknown" icon={CircleDashed}>
        {t('settings.isNotSet')}
      </StatusBadge>
    );
  return (
    <span title={`${t('settings.changed')} ${formatExact(updatedAt, locale)}`}>
      <StatusBadge tone="good" icon={CircleCheck}>
        {t('settings.isSet')}
      </StatusBadge>
    </span>
  );
}
