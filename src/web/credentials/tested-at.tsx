import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatExact, formatRelative } from '../ui/time.tsx';
import { useNow } from './use-now.ts';

/** `tested 3 min. ago`, with the exact time on hover. */
export function TestedAt({ time }: { time: string }) {
  const { t } = useTranslation('credentials');
  const locale = useLocale();
  // A test that ended just now may be later than the last step of the clock.
  const when = formatRelative(time, Math.max(useNow(), Date.parse(time)), locale);
  return (
    <time dateTime={time} title={formatExact(time, locale)}>
      {t('row.tested', { when })}
    </time>
  );
}
