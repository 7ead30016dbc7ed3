import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CredentialStatusBadge } from '../../credentials/credential-status.tsx';
import { useProviders } from '../../credentials/key-queries.ts';
import shared from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { usePoolKeys } from '../pool-keys.ts';
import type { VirtualKey } from '../virtual-key.ts';
import classes from './panel.module.css';

/** The API keys behind a virtual key, in the order they are used. */
export function KeysSection({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const { nameOf } = useProviders();
  const { find, isLoading } = usePoolKeys();
  const { keyIds, pool } = virtualKey;
  if (keyIds === 'all')
    return (
      <Section title={t('panel.keys')}>
        <p className={shared.hint}>{t('panel.keysAll')}</p>
      </Section>
    );
  const members = pool.toSorted((left, right) => left.priority - right.priority || right.weight - left.weight);
  const known = members.flatMap((member) => {
    const credential = find(member.keyId);
    return credential === undefined ? [] : [{ ...member, credential }];
  });
  const gone = isLoading ? 0 : keyIds.length - known.length;
  const hasShares = pool.some(({ priority, weight }) => priority !== 1 || weight !== 1);
  return (
    <Section title={t('panel.keys')}>
      <ul className={`${shared.box} ${shared.lines}`}>
        {known.map(({ credential, priority, weight }) => (
          <li key={credential.id} className={shared.line}>
            <ProviderMark providerId={credential.provider} name={nameOf(credential.provider)} size={20} />
            <span className={shared.lineMain}>
              <Link to="/keys" search={{ key: credential.id }} className={classes.keyName}>
                {credential.name}
              </Link>
              {hasShares && <div className={shared.lineSide}>{t('panel.share', { priority, weight })}</div>}
            </span>
            <CredentialStatusBadge status={credential.status} />
          </li>
        ))}
        {gone > 0 && <li className={`${shared.line} ${shared.empty}`}>{t('keys.gone', { count: gone })}</li>}
        {keyIds.length === 0 && <li className={`${shared.line} ${shared.danger}`}>{t('keys.nothing')}</li>}
      </ul>
    </Section>
  );
}
