import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RefreshCw, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { read } from '../../api.ts';
import { useNow } from '../../credentials/use-now.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { Mono } from '../../ui/mono.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { formatRelative } from '../../ui/time.tsx';
import classes from '../team.module.css';
import type { CopyableKey, UserId } from './member.ts';

/** The keys that somebody could copy, those to rotate first. Also for who has left. */
export function CopiedKeys({ userId }: { userId: UserId }) {
  const { t } = useTranslation('members');
  const { data, error } = useQuery(read('GET /api/members/{userId}/copied-keys', { params: { userId } }));
  if (error !== null) return <InlineError error={error} />;
  if (data === undefined) return <Skeleton height={96} radius="md" />;
  if (data.items.length === 0) return <p className={classes.text}>{t('report.none')}</p>;
  const sorted = data.items.toSorted((a, b) => Number(b.rotateRecommended) - Number(a.rotateRecommended));
  const count = data.items.filter(({ rotateRecommended }) => rotateRecommended).length;
  return (
    <div className={classes.report}>
      <p className={classes.reportTitle}>{count === 0 ? t('report.calm') : t('report.rotate', { count })}</p>
      {count > 0 && <p className={classes.text}>{t('report.lead')}</p>}
      <ul className={classes.reportList}>
        {sorted.map((copyable) => (
          <Line key={copyable.id} copyable={copyable} />
        ))}
      </ul>
    </div>
  );
}

function Line({ copyable }: { copyable: CopyableKey }) {
  const { t } = useTranslation('members');
  const locale = useLocale();
  const now = useNow();
  const { id, name, preview, copies, lastCopiedAt, rotateRecommended } = copyable;
  return (
    <li className={classes.reportItem}>
      <div className={classes.reportWords}>
        <Link to="/keys" search={{ key: id }} aria-label={t('report.open', { name })}>
          {name}
        </Link>{' '}
        <Mono tone="secret">{preview}</Mono>
        <div className={classes.under}>
          {lastCopiedAt === null
            ? t('report.neverCopied')
            : t('report.copied', { count: copies, when: formatRelative(lastCopiedAt, now, locale) })}
        </div>
      </div>
      {rotateRecommended ? (
        <StatusBadge tone="attention" icon={RefreshCw}>
          {t('report.recommended')}
        </StatusBadge>
      ) : (
        <StatusBadge tone="good" icon={ShieldCheck}>
          {t('report.replaced')}
        </StatusBadge>
      )}
    </li>
  );
}
