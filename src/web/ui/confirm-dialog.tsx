import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { GivenUp } from '../errors.ts';
import classes from './confirm-dialog.module.css';
import { InlineError } from './error-state.tsx';

interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What will stop working, by name. */
  children: ReactNode;
  /** A verb and its object: "Delete 3 keys". */
  confirmLabel: string;
  isDangerous?: boolean;
  /** The dialog closes when this resolves and shows the error when it rejects. */
  onConfirm: () => Promise<unknown>;
}

export function ConfirmDialog({ isOpen, onClose, title, children, confirmLabel, ...rest }: ConfirmDialogProps) {
  const { isDangerous = true, onConfirm } = rest;
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const confirm = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Modal opened={isOpen} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <div className={classes.text}>{children}</div>
      {error !== null && <InlineError error={error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={close} disabled={isBusy} data-autofocus>
          {t('ui.cancel')}
        </Button>
        <Button {...(isDangerous ? { className: classes.danger } : {})} loading={isBusy} onClick={() => void confirm()}>
          {confirmLabel}
        </Button>
      </div>
    </Modal>
  );
}
