import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import type { CredentialId } from '../credential.ts';
import { PHONE } from '../screen.ts';
import { OneKeyForm } from './one-key-form.tsx';
import type { PastedSecret } from './parse-pasted.ts';
import { SeveralKeys } from './several-keys.tsx';

interface AddKeyDialogProps {
  /** The provider the key is for, when the person came from one. */
  providerId: string | null;
  onClose: () => void;
  /** Closes the dialog and opens a key. */
  onOpen: (id: CredentialId) => void;
}

/** Adds one key, or, when several are pasted, a table of them. Secrets are gone with the dialog. */
export default function AddKeyDialog({ providerId, onClose, onOpen }: AddKeyDialogProps) {
  const { t } = useTranslation('credentials');
  useFocusBack();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const [isSeveral, setIsSeveral] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  // What was pasted passes through here once, from the field to the table, without becoming state.
  const handedOver = useRef<readonly PastedSecret[]>([]);
  const isDirty = useRef<() => boolean>(() => false);

  const close = () => (isDirty.current() ? setIsAsking(true) : onClose());
  const showSeveral = useCallback((found: readonly PastedSecret[]) => {
    handedOver.current = found;
    setIsSeveral(true);
  }, []);
  const onDirtyCheck = useCallback((check: () => boolean) => {
    isDirty.current = check;
  }, []);
  const takeOver = useCallback(() => {
    const found = handedOver.current;
    handedOver.current = [];
    return found;
  }, []);

  return (
    <>
      <Modal
        opened
        onClose={close}
        title={isSeveral ? t('several.title') : t('add.title')}
        size={isSeveral ? 960 : 560}
        fullScreen={isPhone}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('add.cancel') }}
      >
        {isSeveral ? (
          <SeveralKeys
            takeOver={takeOver}
            onDirtyCheck={onDirtyCheck}
            onClose={onClose}
            onOne={() => setIsSeveral(false)}
          />
        ) : (
          <OneKeyForm
            providerId={providerId}
            onDirtyCheck={onDirtyCheck}
            onClose={onClose}
            onCancel={close}
            onOpen={onOpen}
            onSeveral={showSeveral}
          />
        )}
      </Modal>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('add.discardTitle')}
        confirmLabel={t('add.discard')}
        onConfirm={async () => onClose()}
      >
        <p>{t('add.discardSentence')}</p>
      </ConfirmDialog>
    </>
  );
}
