import { useTranslation } from 'react-i18next';
import { useProviders } from '../credentials/key-queries.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { usePoolKeys } from './pool-keys.ts';
import type { VirtualKey } from './virtual-key.ts';
import classes from './virtual-keys.module.css';

const MARKS_MAX = 4;
const NAMES_MAX = 6;

/** The marks of the providers whose keys a virtual key uses, with the words beside them. */
export function PoolMarks({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const { nameOf } = useProviders();
  const { find, isLoading } = usePoolKeys();
  const { keyIds } = virtualKey;
  if (keyIds === 'all') return <span>{t('keys.all')}</span>;
  if (keyIds.length === 0) return <span className={classes.trouble}>{t('keys.nothing')}</span>;
  const known = keyIds.flatMap((id) => find(id) ?? []);
  const providers = [...new Set(known.map(({ provider }) => provider))];
  const [only] = known;
  const isOne = keyIds.length === 1 && only !== undefined;
  const names = known.slice(0, NAMES_MAX).map(({ name }) => name);
  return (
    <span className={classes.pool} title={isLoading ? undefined : names.join(', ')}>
      {providers.length > 0 && (
        <span className={classes.marks}>
          {providers.slice(0, MARKS_MAX).map((id) => (
            <ProviderMark key={id} providerId={id} name={nameOf(id)} size={18} />
          ))}
        </span>
      )}
      <span className={classes.poolWords}>{isOne ? only.name : t('keys.count', { count: keyIds.length })}</span>
    </span>
  );
}
