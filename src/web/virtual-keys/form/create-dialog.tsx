import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { isCredentialId } from '../../credentials/credential.ts';
import { PHONE } from '../../credentials/screen.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { IssuedSecret } from '../issued/issued-secret.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import { useRefreshVirtualKeys } from '../virtual-key-queries.ts';
import { emptyDraft } from './draft.ts';
import { VirtualKeyForm } from './virtual-key-form.tsx';

interface CreateDialogProps {
  /** The API key to start with, when the person came from one. */
  keyId: string | undefined;
  onClose: () => void;
}

/** Asks what the new virtual key may do, then hands its secret out once. The secret is gone with the dialog. */
export default function CreateDialog({ keyId, onClose }: CreateDialogProps) {
  const { t } = useTranslation('virtualKeys');
  useFocusBack();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const refresh = useRefreshVirtualKeys();
  const [start] = useState(() => emptyDraft(isCredentialId(keyId) ? keyId : null));
  const [issued, setIssued] = useState<VirtualKey | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const secret = useRef<string | null>(null);
  const isCopied = useRef(false);

  const close = () => (issued !== null && !isCopied.current ? setIsAsking(true) : onClose());
  return (
    <>
      <Modal
        opened
        onClose={close}
        title={issued === null ? t('form.create') : t('issued.ready', { name: issued.name })}
        size={issued === null ? 580 : 680}
        fullScreen={isPhone}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': issued === null ? t('form.cancel') : t('issued.done') }}
      >
        {issued === null ? (
          <VirtualKeyForm
            start={start}
            before={null}
            submitLabel={t('form.submit')}
            onCancel={onClose}
            onSubmit={async (body) => {
              // Called directly and never through a mutation, whose cache would keep the secret.
              const reply = await api('POST /api/virtual-keys', { body });
              secret.current = reply.secret;
              setIssued(reply.virtualKey);
              void refresh();
            }}
          />
        ) : (
          <IssuedSecret
            virtualKey={issued}
            readSecret={() => secret.current ?? ''}
            onCopied={() => {
              isCopied.current = true;
            }}
            onDone={close}
          />
        )}
      </Modal>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('issued.leaveTitle')}
        confirmLabel={t('issued.leave')}
        onConfirm={async () => onClose()}
      >
        <p>{t('issued.leaveText')}</p>
      </ConfirmDialog>
    </>
  );
}
