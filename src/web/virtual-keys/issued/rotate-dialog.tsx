import { Button, Modal, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { PHONE } from '../../credentials/screen.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import type { VirtualKey } from '../virtual-key.ts';
import { useRefreshVirtualKeys } from '../virtual-key-queries.ts';
import classes from './issued.module.css';
import { IssuedSecret } from './issued-secret.tsx';

/** In seconds. */
const graces = ['0', '3600', '86400', '604800', '2592000'] as const;
type Grace = (typeof graces)[number];

/** Makes a new secret and hands it out once; the present one works on for as long as the person says. */
export default function RotateDialog({ virtualKey, onClose }: { virtualKey: VirtualKey; onClose: () => void }) {
  const { t } = useTranslation('virtualKeys');
  useFocusBack();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const refresh = useRefreshVirtualKeys();
  const [rotated, setRotated] = useState<VirtualKey | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const secret = useRef<string | null>(null);
  const isCopied = useRef(false);
  const { id, name } = virtualKey;

  const rotate = async (graceSeconds: number) => {
    const reply = await api('POST /api/virtual-keys/{id}/rotate', { params: { id }, body: { graceSeconds } });
    secret.current = reply.secret;
    setRotated(reply.virtualKey);
    void refresh();
  };
  const close = () => (rotated !== null && !isCopied.current ? setIsAsking(true) : onClose());
  return (
    <>
      <Modal
        opened
        onClose={close}
        title={rotated === null ? t('rotate.title', { name }) : t('issued.rotated', { name })}
        size={rotated === null ? 'md' : 680}
        fullScreen={isPhone && rotated !== null}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': rotated === null ? t('form.cancel') : t('issued.done') }}
      >
        {rotated === null ? (
          <GraceForm onRotate={rotate} onCancel={onClose} />
        ) : (
          <IssuedSecret
            virtualKey={rotated}
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

interface GraceFormProps {
  onRotate: (graceSeconds: number) => Promise<void>;
  onCancel: () => void;
}

function GraceForm({ onRotate, onCancel }: GraceFormProps) {
  const { t } = useTranslation('virtualKeys');
  const [grace, setGrace] = useState<Grace>('86400');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await onRotate(Number(grace));
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <div className={classes.section}>
      <p className={classes.text}>{t('rotate.text')}</p>
      <Select
        label={t('rotate.grace')}
        description={t('rotate.graceHint')}
        data={graces.map((value) => ({ value, label: t(`rotate.grace${value}`) }))}
        value={grace}
        allowDeselect={false}
        data-autofocus
        onChange={(value) => setGrace(graces.find((known) => known === value) ?? '86400')}
      />
      {error !== null && <InlineError error={error} />}
      <div className={classes.footer}>
        <Button variant="default" disabled={isBusy} onClick={onCancel}>
          {t('form.cancel')}
        </Button>
        <Button loading={isBusy} onClick={() => void submit()}>
          {t('rotate.action')}
        </Button>
      </div>
    </div>
  );
}
