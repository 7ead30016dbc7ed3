import { Link } from '@tanstack/react-router';
import { Hourglass, LifeBuoy, MoonStar, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../credentials/use-now.ts';
import { useLocale } from '../locales/use-locale.ts';
import { formatExact, formatRelative } from '../ui/time.tsx';
import classes from './status-line.module.css';
import { useUsageStatus } from './usage-queries.ts';

const ICON = { size: 13, 'aria-hidden': true } as const;
/** Fewer wait for the next batch all the time while calls are made. */
const WAITING_WORTH_SAYING = 100;
const RECOVERY_SHOWN_MS = 24 * 3_600_000;

/** A quiet word when records wait, the last start found calls that had been cut off, or keys rest. */
export function StatusLine() {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  const now = useNow();
  const { data } = useUsageStatus();
  if (data === undefined) return null;
  const { pendingRecords, lastError, recovery, restingKeys } = data;
  const lines: { id: string; icon: ReactNode; tone?: string; text: ReactNode }[] = [];
  if (lastError !== null)
    lines.push({
      id: 'error',
      icon: <TriangleAlert {...ICON} />,
      tone: 'attention',
      text: t('status.error', { count: pendingRecords }),
    });
  else if (pendingRecords >= WAITING_WORTH_SAYING)
    lines.push({ id: 'pending', icon: <Hourglass {...ICON} />, text: t('status.pending', { count: pendingRecords }) });
  if (recovery.interrupted > 0 && now - Date.parse(recovery.at) < RECOVERY_SHOWN_MS)
    lines.push({
      id: 'recovery',
      icon: <LifeBuoy {...ICON} />,
      text: (
        <Link to="/usage/log" search={{ outcome: 'interrupted' }} title={formatExact(recovery.at, locale)}>
          {t('status.recovered', { count: recovery.interrupted, when: formatRelative(recovery.at, now, locale) })}
        </Link>
      ),
    });
  if (restingKeys.length > 0)
    lines.push({
      id: 'resting',
      icon: <MoonStar {...ICON} />,
      tone: 'attention',
      text: <Link to="/keys">{t('status.resting', { count: restingKeys.length })}</Link>,
    });
  if (lines.length === 0) return null;
  return (
    <ul className={classes.lines} aria-label={t('status.label')}>
      {lines.map(({ id, icon, tone, text }) => (
        <li key={id} className={classes.line} data-tone={tone}>
          {icon}
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
