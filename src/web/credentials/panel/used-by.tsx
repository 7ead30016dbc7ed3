import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { read } from '../../api.ts';
import { VirtualKeyStateBadge } from '../../virtual-keys/virtual-key-state.tsx';
import type { CredentialId } from '../credential.ts';
import classes from './panel.module.css';
import { Section } from './section.tsx';

const SHOWN_MAX = 8;

/** The virtual keys through which a key is used, each a way to its details. */
export function UsedBy({ id }: { id: CredentialId }) {
  const { t } = useTranslation('virtualKeys');
  const maySee = useAllowed('virtual-key:see');
  const { data } = useQuery({
    ...read('GET /api/virtual-keys', { query: { keyId: id, state: 'active', limit: SHOWN_MAX } }),
    enabled: maySee,
  });
  if (data === undefined) return null;
  return (
    <Section
      title={t('usedBy.title')}
      action={
        data.nextCursor !== null && (
          <Link to="/virtual-keys" search={{ keyId: id }}>
            {t('usedBy.more')}
          </Link>
        )
      }
    >
      {data.items.length === 0 ? (
        <p className={classes.hint}>{t('usedBy.none')}</p>
      ) : (
        <ul className={`${classes.box} ${classes.lines}`}>
          {data.items.map((virtualKey) => (
            <li key={virtualKey.id} className={classes.line}>
              <span className={classes.lineMain}>
                <Link to="/virtual-keys" search={{ open: virtualKey.id }}>
                  {virtualKey.name}
                </Link>
                {virtualKey.keyIds === 'all' && <div className={classes.lineSide}>{t('usedBy.throughAll')}</div>}
              </span>
              <VirtualKeyStateBadge state={virtualKey.state} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
