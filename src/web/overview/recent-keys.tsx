import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Time } from '../ui/time.tsx';
import { KeyLine } from './key-line.tsx';
import classes from './overview.module.css';
import type { Overview } from './overview-page.tsx';
import { Section } from './section.tsx';

export function RecentKeys({ keys }: { keys: Overview['recentKeys'] }) {
  const { t } = useTranslation('overview');
  return (
    <Section id="recent-keys" title={t('recent.title')} more={<Link to="/keys">{t('recent.all')}</Link>}>
      <ul className={classes.lines}>
        {keys.map((key) => (
          <KeyLine key={key.id} credential={key} note={<Time value={key.createdAt} />} />
        ))}
      </ul>
    </Section>
  );
}
