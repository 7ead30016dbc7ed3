import { Button } from '@mantine/core';
import { CircleAlert, CircleCheck, Mail } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import own from '../second-factors/second-factors.module.css';
import { type Security, useSecurity } from '../second-factors/security-queries.ts';
import classes from '../settings/settings.module.css';
import { StatusBadge } from '../ui/status-badge.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import { ChangeEmailDialog } from './change-email-dialog.tsx';
import { useMe } from './me.ts';

/** The address of the account: whether it is verified, and the way to another one. */
export function EmailCard() {
  const { t } = useTranslation('sessions');
  const { user } = useMe();
  const security = useSecurity().data;
  const [isChanging, setIsChanging] = useState(false);
  return (
    <section className={classes.card} aria-labelledby="email">
      <header className={classes.cardHeader}>
        <div>
          <h2 id="email">{t('emailAddress.title')}</h2>
          <p>{t('emailAddress.lead')}</p>
        </div>
      </header>
      <ul className={classes.list}>
        <li className={classes.item}>
          <Mail size={20} strokeWidth={1.75} className={classes.itemIcon} aria-hidden />
          <div className={classes.itemWords}>
            <strong>
              {user.email}
              {security !== undefined && <Verified security={security} />}
            </strong>
            {security?.mailIsSetUp === false && <span>{t('emailAddress.noMail')}</span>}
          </div>
          <div className={own.buttons}>
            {security?.mailIsSetUp === true && !security.emailVerified && <SendLink email={user.email} />}
            <Button size="xs" variant="default" onClick={() => setIsChanging(true)}>
              {t('emailAddress.change')}
            </Button>
          </div>
        </li>
      </ul>
      {isChanging && (
        <ChangeEmailDialog isConfirmedByMail={security?.mailIsSetUp === true} onClose={() => setIsChanging(false)} />
      )}
    </section>
  );
}

function Verified({ security }: { security: Security }) {
  const { t } = useTranslation('sessions');
  // Without mail nothing can be verified, so nothing is wrong either.
  if (!security.mailIsSetUp && !security.emailVerified) return null;
  return security.emailVerified ? (
    <StatusBadge tone="good" icon={CircleCheck}>
      {t('emailAddress.verified')}
    </StatusBadge>
  ) : (
    <StatusBadge tone="attention" icon={CircleAlert}>
      {t('emailAddress.unverified')}
    </StatusBadge>
  );
}

function SendLink({ email }: { email: string }) {
  const { t } = useTranslation('sessions');
  const [isBusy, setIsBusy] = useState(false);
  const send = async () => {
    setIsBusy(true);
    try {
      await api('POST /api/me/email/verify');
      toastDone(t('emailAddress.verifySent', { email }));
    } catch (error) {
      toastError(error);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Button size="xs" loading={isBusy} onClick={() => void send()}>
      {t('emailAddress.verify')}
    </Button>
  );
}
