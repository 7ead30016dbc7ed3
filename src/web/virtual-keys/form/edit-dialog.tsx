import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { PHONE } from '../../credentials/screen.ts';
import { toastDone } from '../../ui/toasts.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import type { VirtualKey } from '../virtual-key.ts';
import { useUpdateVirtualKey } from '../virtual-key-queries.ts';
import { draftOf } from './draft.ts';
import { VirtualKeyForm } from './virtual-key-form.tsx';

/** Changes everything about a virtual key but its secret. */
export default function EditDialog({ virtualKey, onClose }: { virtualKey: VirtualKey; onClose: () => void }) {
  const { t } = useTranslation('virtualKeys');
  useFocusBack();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const update = useUpdateVirtualKey(virtualKey.id);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('form.edit', { name: virtualKey.name })}
      size={580}
      fullScreen={isPhone}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('form.cancel') }}
    >
      <VirtualKeyForm
        start={draftOf(virtualKey)}
        before={virtualKey}
        submitLabel={t('form.save')}
        onCancel={onClose}
        onSubmit={async (body) => {
          await update(body);
          toastDone(t('form.saved', { name: body.name }));
          onClose();
        }}
      />
    </Modal>
  );
}
