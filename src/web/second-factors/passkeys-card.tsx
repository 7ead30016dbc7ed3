import { Button, Skeleton } from '@mantine/core';
import { Cloud, Fingerprint, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from '../settings/settings.module.css';
import { ErrorState } from '../ui/error-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { RemovePasskeyDialog } from './remove-passkey-dialog.tsx';
import { RenamePasskeyDialog } from './rename-passkey-dialog.tsx';
import own from './second-factors.module.css';
import { type Passkey, type Security, usePasskeys, useSecurity } from './security-queries.ts';
import { passkeysWork } from './webauthn.ts';

const AddPasskeyDialog = lazy(() => import('./add-passkey-dialog.tsx'));

/** The passkeys of the account: added, renamed, removed. */
export function PasskeysCard() {
  const { t } = useTranslation('secondFactors');
  const security = useSecurity();
  const passkeys = usePasskeys();
  const [isAdding, setIsAdding] = useState(false);
  const hindrance = useHindrance(security.data);
  const items = passkeys.data?.items ?? [];
  return (
    <section className={classes.card} aria-labelledby="passkeys">
      <header className={classes.cardHeader}>
        <div>
          <h2 id="passkeys">{t('passkeys.title')}</h2>
          <p>{t('passkeys.lead')}</p>
        </div>
        {security.data !== undefined && hindrance === null && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => setIsAdding(true)}
          >
            {t('passkeys.add')}
          </Button>
        )}
      </header>
      {hindrance !== null && <p className={own.note}>{hindrance}</p>}
      {passkeys.isPending && <Skeleton height={44} m={20} radius="md" width="auto" />}
      {passkeys.isError && <ErrorState error={passkeys.error} onRetry={() => void passkeys.refetch()} />}
      {passkeys.isSuccess && items.length === 0 && <p className={own.quiet}>{t('passkeys.empty')}</p>}
      {items.length > 0 && (
        <ul className={classes.list}>
          {items.map((passkey) => (
            <PasskeyItem key={passkey.id} passkey={passkey} security={security.data} />
          ))}
        </ul>
      )}
      {isAdding && (
        <Suspense fallback={null}>
          <AddPasskeyDialog onClose={() => setIsAdding(false)} />
        </Suspense>
      )}
    </section>
  );
}

/** Why no passkey can be added here, in words; null when one can. */
function useHindrance(security: Security | undefined): string | null {
  const { t } = useTranslation('secondFactors');
  if (security === undefined) return null;
  const { passkeyDomain } = security;
  const { hostname } = window.location;
  if (passkeyDomain === null) return t('passkeys.needAddress');
  if (hostname !== passkeyDomain && !hostname.endsWith(`.${passkeyDomain}`))
    return t('passkeys.otherAddress', { domain: passkeyDomain });
  return passkeysWork() ? null : t('passkeys.unsupported');
}

function PasskeyItem({ passkey, security }: { passkey: Passkey; security: Security | undefined }) {
  const { t } = useTranslation('secondFactors');
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const { name, isBackedUp, createdAt, lastUsedAt } = passkey;
  return (
    <li className={classes.item}>
      <Fingerprint size={20} strokeWidth={1.75} className={classes.itemIcon} aria-hidden />
      <div className={classes.itemWords}>
        <strong>
          {name}
          {isBackedUp && (
            <span title={t('passkeys.syncedHint')}>
              <StatusBadge tone="unknown" icon={Cloud}>
                {t('passkeys.synced')}
              </StatusBadge>
            </span>
          )}
        </strong>
        <span>
          {t('passkeys.created')} <Time value={createdAt} /> ·{' '}
          {lastUsedAt === null ? (
            t('passkeys.never')
          ) : (
            <>
              {t('passkeys.lastUsed')} <Time value={lastUsedAt} />
            </>
          )}
        </span>
      </div>
      <Button.Group>
        <Button
          size="xs"
          variant="default"
          aria-label={t('passkeys.renameNamed', { name })}
          onClick={() => setOpen('rename')}
        >
          {t('passkeys.rename')}
        </Button>
        <Button
          size="xs"
          variant="default"
          aria-label={t('passkeys.removeNamed', { name })}
          onClick={() => setOpen('remove')}
        >
          {t('passkeys.remove')}
        </Button>
      </Button.Group>
      {open === 'rename' && <RenamePasskeyDialog passkey={passkey} onClose={close} />}
      {open === 'remove' && <RemovePasskeyDialog passkey={passkey} security={security} onClose={close} />}
    </li>
  );
}
