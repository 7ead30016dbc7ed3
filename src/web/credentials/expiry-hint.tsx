import { CalendarClock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatExact, formatRelative } from '../ui/time.tsx';
import { type Credential, expiryNotice } from './credential.ts';
import classes from './keys-table.module.css';
import { useNow } from './use-now.ts';

/** A word about the date of expiry when it is near or past, and nothing otherwise. */
export function ExpiryHint({ credential }: { credential: Pick<Credential, 'expiresAt'> }) {
  const { t } = useTranslation('credentials');
  const locale = useLocale();
  const now = useNow();
  const notice = expiryNotice(credential, now);
  if (notice === 'none' || credential.expiresAt === null) return null;
  const when = formatRelative(credential.expiresAt, now, locale);
  return (
    <span className={classes.expiry} data-notice={notice} title={formatExact(credential.expiresAt, locale)}>
      <CalendarClock size={12} aria-hidden />
      {notice === 'past' ? t('row.expired', { when }) : t('row.expires', { when })}
    </span>
  );
}
