import { useTranslation } from 'react-i18next';
import type { Dialect } from '../../contract/vocabulary.ts';
import classes from './providers.module.css';

/** The wire formats a provider speaks. */
export function DialectTags({ dialects }: { dialects: readonly Dialect[] }) {
  const { t } = useTranslation('providers');
  return (
    <ul className={classes.tags} aria-label={t('dialect')}>
      {dialects.map((dialect) => (
        <li key={dialect}>{t(`dialects.${dialect}`)}</li>
      ))}
    </ul>
  );
}
