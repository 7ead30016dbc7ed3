import { Button, CloseButton } from '@mantine/core';
import { Columns3 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useProviders } from '../credentials/key-queries.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import classes from './compare-bar.module.css';
import { splitModelKey } from './model.ts';
import { COMPARED_MAX } from './models-search.ts';

interface CompareBarProps {
  names: readonly string[];
  onRemove: (name: string) => void;
  onClear: () => void;
  onOpen: () => void;
}

/** The models chosen for comparison; stands at the bottom of the window while there are any. */
export function CompareBar({ names, onRemove, onClear, onOpen }: CompareBarProps) {
  const { t } = useTranslation('models');
  const { nameOf } = useProviders();
  if (names.length === 0) return null;
  return (
    <section className={classes.bar} aria-label={t('compare.bar')}>
      <ul className={classes.names}>
        {names.map((name) => {
          const { provider, id } = splitModelKey(name) ?? { provider: '', id: name };
          return (
            <li key={name} className={classes.name}>
              <ProviderMark providerId={provider} name={nameOf(provider)} size={16} />
              <span className={classes.id} title={name} translate="no">
                {id}
              </span>
              <CloseButton size="xs" aria-label={t('compare.remove', { id })} onClick={() => onRemove(name)} />
            </li>
          );
        })}
      </ul>
      <div className={classes.actions}>
        <span className={classes.count} role="status">
          {t('compare.chosen', { count: names.length, max: COMPARED_MAX })}
        </span>
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t('compare.clear')}
        </Button>
        <Button leftSection={<Columns3 size={15} aria-hidden />} disabled={names.length < 2} onClick={onOpen}>
          {t('compare.open')}
        </Button>
      </div>
    </section>
  );
}
