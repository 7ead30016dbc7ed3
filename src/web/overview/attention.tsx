import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../credentials/use-now.ts';
import { useLocale } from '../locales/use-locale.ts';
import { formatExact, formatRelative, Time } from '../ui/time.tsx';
import { KeyLine } from './key-line.tsx';
import classes from './overview.module.css';
import type { Overview } from './overview-page.tsx';
import { Section } from './section.tsx';

/** Keys that are broken, out of credit, or about to expire. */
export function Attention({ keys }: { keys: Overview['needAttention'] }) {
  const { t } = useTranslation('overview');
  const locale = useLocale();
  const now = useNow();
  return (
    <Section id="attention" title={t('attention.title')}>
      {keys.length === 0 ? (
        <p className={classes.calm}>
          <ShieldCheck size={17} aria-hidden />
          {t('attention.none')}
        </p>
      ) : (
        <ul className={classes.lines}>
          {keys.map((key) => (
            <KeyLine
              key={key.id}
              credential={key}
              note={
                key.expiresAt !== null && key.status !== 'invalid' ? (
                  <time dateTime={key.expiresAt} title={formatExact(key.expiresAt, locale)}>
                    {t(Date.parse(key.expiresAt) < now ? 'attention.expired' : 'attention.expires', {
                      when: formatRelative(key.expiresAt, now, locale),
                    })}
                  </time>
                ) : (
                  <Time value={key.lastTestedAt} fallback={t('neverTested')} />
                )
              }
            />
          ))}
        </ul>
      )}
    </Section>
  );
}
