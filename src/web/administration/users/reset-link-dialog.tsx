import { Button, Modal } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import settings from '../../settings/settings.module.css';
import dialog from '../../ui/confirm-dialog.module.css';
import { SECRET_CLEAR_MS, useCopy } from '../../ui/copy.tsx';
import { Mono } from '../../ui/mono.tsx';
import { formatExact } from '../../ui/time.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';

interface ResetLinkDialogProps {
  /** Whom it is for. */
  name: string;
  expiresAt: string;
  /** Reads the link at the moment it is copied; it never stands on the page. */
  readLink: () => string;
  onClose: () => void;
}

/** Hands a link over that sets a password: copied now or made anew. */
export function ResetLinkDialog({ name, expiresAt, readLink, onClose }: ResetLinkDialogProps) {
  const { t } = useTranslation(['administration', 'shell']);
  const locale = useLocale();
  const { copy, isCopied, isBusy } = useCopy();
  useFocusBack();
  const Icon = isCopied ? Check : Copy;
  const options = { name: t('administration:link.name'), clearAfterMs: SECRET_CLEAR_MS };
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t('administration:link.title', { name })}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <div className={dialog.text}>
        <p>{t('administration:link.text')}</p>
        <p>{t('administration:link.until', { when: formatExact(expiresAt, locale) })}</p>
      </div>
      <div className={settings.secret}>
        <Mono tone="secret">{`${window.location.host}/reset#…`}</Mono>
        <Button
          color="brass"
          data-autofocus
          leftSection={<Icon size={16} aria-hidden />}
          loading={isBusy}
          onClick={() => void copy(async () => readLink(), options)}
        >
          {t(isCopied ? 'administration:link.copied' : 'administration:link.copy')}
        </Button>
      </div>
      <div className={dialog.buttons}>
        <Button variant="default" onClick={onClose}>
          {t('administration:link.done')}
        </Button>
      </div>
    </Modal>
  );
}
