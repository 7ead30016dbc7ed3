import { Button, Modal, TextInput } from '@mantine/core';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './copy.module.css';
import type { RefusedCopy } from './copy-dialog-host.tsx';
import { useFocusBack } from './use-focus-back.ts';

/** The last way out: the value stands selected in a field, and the dialog says why. Closing it forgets the value. */
export default function CopyDialog({ refused, onClose }: { refused: RefusedCopy; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const fill = useCallback(
    (field: HTMLInputElement | null) => {
      if (field === null) return;
      // Set as a property: an attribute would put the value into the page's HTML.
      field.value = refused.value;
      field.select();
      return () => {
        field.value = '';
      };
    },
    [refused],
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('ui.copyDialog.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      transitionProps={{ duration: 0 }}
    >
      <p>{window.isSecureContext ? t('ui.copyDialog.refused') : t('ui.copyDialog.insecure')}</p>
      <TextInput
        ref={fill}
        readOnly
        data-autofocus
        label={refused.name ?? t('ui.copyDialog.value')}
        description={t('ui.copyDialog.hint')}
        classNames={{ input: classes.field ?? '' }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button mt="md" fullWidth variant="default" onClick={onClose}>
        {t('ui.copyDialog.done')}
      </Button>
    </Modal>
  );
}
