import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { formatExact } from '../../ui/time.tsx';
import { useWorkspace } from '../../workspaces/workspace-queries.ts';
import { IssuedOnce } from '../issued-once.tsx';
import classes from '../team.module.css';
import type { IssuedInvitation } from './invitation.ts';

interface InvitationReadyProps {
  issued: IssuedInvitation;
  readLink: () => string;
  onCopied: () => void;
  onDone: () => void;
}

/** The link, to be copied once, and what became of the mail. */
export function InvitationReady({ issued, readLink, onCopied, onDone }: InvitationReadyProps) {
  const { t } = useTranslation('invitations');
  const locale = useLocale();
  const needsConfirmation = useWorkspace().data?.policy.confirmsMembers === true;
  const { invitation, mail } = issued;
  const { email } = invitation;
  return (
    <div className={classes.form}>
      {mail !== 'not_asked' && email !== null && (
        <p className={classes.text} role="status">
          {t(`issued.mail.${mail}`, { email })}
        </p>
      )}
      <IssuedOnce
        preview={`${window.location.host}/invite#…`}
        read={readLink}
        name={t('issued.copyName')}
        copyLabel={t('issued.copy')}
        copiedLabel={t('issued.copied')}
        onCopied={onCopied}
      >
        <p>{t('issued.once')}</p>
        <p>{t('issued.until', { when: formatExact(invitation.expiresAt, locale) })}</p>
      </IssuedOnce>
      {needsConfirmation && <p className={classes.text}>{t('issued.confirmed')}</p>}
      <div className={classes.footer}>
        <Button variant="default" onClick={onDone}>
          {t('issued.done')}
        </Button>
      </div>
    </div>
  );
}
