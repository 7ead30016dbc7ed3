import { Button, Skeleton } from '@mantine/core';
import { CircleAlert, LifeBuoy, ShieldCheck, ShieldOff, Smartphone } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import classes from '../settings/settings.module.css';
import { ErrorState } from '../ui/error-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { toastError } from '../ui/toasts.tsx';
import type { Beginning } from './connect-app-dialog.tsx';
import { DisconnectAppDialog } from './disconnect-app-dialog.tsx';
import { RenewCodesDialog } from './renew-codes-dialog.tsx';
import own from './second-factors.module.css';
import { type Security, useSecurity } from './security-queries.ts';

const ConnectAppDialog = lazy(() => import('./connect-app-dialog.tsx'));

/** The authenticator app of the account and its recovery codes. */
export function SecondFactorCard() {
  const { t } = useTranslation('secondFactors');
  const security = useSecurity();
  // Kept here and not beside the button: that goes away once the app is connected, while the codes are on the screen.
  const [beginning, setBeginning] = useState<Beginning | null>(null);
  return (
    <section className={classes.card} aria-labelledby="second-factor">
      <header className={classes.cardHeader}>
        <div>
          <h2 id="second-factor">{t('card.title')}</h2>
          <p>{t('card.lead')}</p>
        </div>
      </header>
      {security.isPending && <Skeleton height={112} m={20} radius="md" width="auto" />}
      {security.isError && <ErrorState error={security.error} onRetry={() => void security.refetch()} />}
      {security.data !== undefined && <Factors security={security.data} onBegun={setBeginning} />}
      {beginning !== null && (
        <Suspense fallback={null}>
          <ConnectAppDialog beginning={beginning} onClose={() => setBeginning(null)} />
        </Suspense>
      )}
    </section>
  );
}

interface FactorsProps {
  security: Security;
  onBegun: (beginning: Beginning) => void;
}

function Factors({ security, onBegun }: FactorsProps) {
  const { t } = useTranslation('secondFactors');
  const { totp, passkeys, recoveryCodesLeft } = security.secondFactors;
  const hasFactor = totp || passkeys > 0;
  const hasCodes = recoveryCodesLeft > 0;
  return (
    <>
      {!hasFactor && <p className={own.note}>{t('card.off')}</p>}
      <ul className={classes.list}>
        <Factor
          icon={Smartphone}
          name={t('card.app')}
          badge={
            <StatusBadge tone={totp ? 'good' : 'unknown'} icon={totp ? ShieldCheck : ShieldOff}>
              {t(totp ? 'card.appOn' : 'card.appOff')}
            </StatusBadge>
          }
          hint={t('card.appHint')}
          action={totp ? <Disconnect security={security} /> : <Connect onBegun={onBegun} />}
        />
        {hasFactor && (
          <Factor
            icon={LifeBuoy}
            name={t('card.codes')}
            badge={
              <StatusBadge tone={hasCodes ? 'good' : 'attention'} icon={hasCodes ? ShieldCheck : CircleAlert}>
                {hasCodes ? t('card.codesLeft', { count: recoveryCodesLeft }) : t('card.codesNone')}
              </StatusBadge>
            }
            hint={t('card.codesHint')}
            action={<Renew />}
          />
        )}
      </ul>
    </>
  );
}

interface FactorProps {
  icon: typeof Smartphone;
  name: string;
  badge: ReactNode;
  hint: string;
  action: ReactNode;
}

function Factor({ icon: Icon, name, badge, hint, action }: FactorProps) {
  return (
    <li className={classes.item}>
      <Icon size={20} strokeWidth={1.75} className={classes.itemIcon} aria-hidden />
      <div className={classes.itemWords}>
        <strong>
          {name} {badge}
        </strong>
        <span>{hint}</span>
      </div>
      {action}
    </li>
  );
}

function Connect({ onBegun }: { onBegun: (beginning: Beginning) => void }) {
  const { t } = useTranslation('secondFactors');
  const [isBusy, setIsBusy] = useState(false);
  const begin = async () => {
    setIsBusy(true);
    try {
      onBegun(await withFreshSignIn(() => api('POST /api/me/totp')));
    } catch (error) {
      toastError(error);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Button size="xs" loading={isBusy} onClick={() => void begin()}>
      {t('card.connect')}
    </Button>
  );
}

function Disconnect({ security }: { security: Security }) {
  const { t } = useTranslation('secondFactors');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
        {t('card.disconnect')}
      </Button>
      {isOpen && <DisconnectAppDialog security={security} onClose={() => setIsOpen(false)} />}
    </>
  );
}

function Renew() {
  const { t } = useTranslation('secondFactors');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
        {t('card.renew')}
      </Button>
      {isOpen && <RenewCodesDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}
