import { useTranslation } from 'react-i18next';
import { Time } from '../../ui/time.tsx';
import type { Credential } from '../credential.ts';
import classes from './panel.module.css';
import { Section } from './section.tsx';

/** Where and when the key was last needed. */
export function UseSection({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  const facts = [
    { name: t('use.lastUsed'), time: credential.lastUsedAt },
    { name: t('use.lastCopied'), time: credential.lastCopiedAt },
    { name: t('use.lastTested'), time: credential.lastTestedAt },
  ];
  return (
    <Section title={t('use.title')}>
      <dl className={`${classes.box} ${classes.facts}`}>
        {facts.map(({ name, time }) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>
              <Time value={time} fallback={t('use.never')} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
