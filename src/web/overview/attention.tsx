import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Time } from '../ui/time.tsx';
import { KeyLine } from './key-line.tsx';
import classes from './overview.module.css';
import type { Overview } from './overview-page.tsx';
import { Section } from './section.tsx';

/** Keys that are broken, out of credit, or about to expire. */
export function Attention({ keys }: { keys: Overview['needAttention'] }) {
  const { t } = useTranslation('overview');
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
                  <>
                    {t('attention.expires')} <Time value={key.expiresAt} />
                  </>
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
