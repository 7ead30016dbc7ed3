import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { readField } from '../form-fields.ts';
import confirm from '../ui/confirm-dialog.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { type Passkey, useRefreshSecurity } from './security-queries.ts';

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { t } = useTranslation(['secondFactors', 'shell']);
  useFocusBack();
  const refresh = useRefreshSecurity();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { id } = passkey;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = readField(event.currentTarget, 'name').trim();
    setIsBusy(true);
    setError(null);
    try {
      await api('PUT /api/me/passkeys/{id}', { params: { id }, body: { name } });
      toastDone(t('secondFactors:passkeys.renamed', { name }));
      onClose();
      await refresh();
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('secondFactors:passkeys.renameTitle')}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          name="name"
          label={t('secondFactors:passkeys.name')}
          defaultValue={passkey.name}
          required
          withAsterisk={false}
          maxLength={80}
          pattern=".*\S.*"
          data-autofocus
          autoComplete="off"
        />
        {error !== null && <InlineError error={error} />}
        <div className={confirm.buttons}>
          <Button variant="default" onClick={onClose} disabled={isBusy}>
            {t('shell:ui.cancel')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t('shell:ui.save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
