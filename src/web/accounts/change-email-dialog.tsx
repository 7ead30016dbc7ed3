import { Button, Modal, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { GivenUp, refusedFields } from '../errors.ts';
import { readField } from '../form-fields.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import confirm from '../ui/confirm-dialog.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';

interface ChangeEmailDialogProps {
  /** Whether the new address has to be confirmed by a link before anything changes. */
  isConfirmedByMail: boolean;
  onClose: () => void;
}

export function ChangeEmailDialog({ isConfirmedByMail, onClose }: ChangeEmailDialogProps) {
  const { t } = useTranslation(['sessions', 'shell']);
  useFocusBack();
  const queryClient = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isWrong = refusedFields(error).has('email');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = readField(event.currentTarget, 'email').trim();
    setIsBusy(true);
    setError(null);
    try {
      const { confirmationSent } = await withFreshSignIn(() => api('PUT /api/me/email', { body: { email } }));
      const words = confirmationSent ? 'sessions:emailAddress.confirmationSent' : 'sessions:emailAddress.changed';
      toastDone(t(words, { email }));
      onClose();
      await Promise.all(
        ['GET /api/me', 'GET /api/me/security'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })),
      );
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('sessions:emailAddress.changeTitle')}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          name="email"
          type="email"
          label={t('sessions:emailAddress.next')}
          description={t(isConfirmedByMail ? 'sessions:emailAddress.confirmHint' : 'sessions:emailAddress.atOnceHint')}
          autoComplete="email"
          required
          withAsterisk={false}
          maxLength={254}
          data-autofocus
          error={isWrong ? t('sessions:emailAddress.wrong') : null}
        />
        {error !== null && !isWrong && (
          <div className={confirm.buttons}>
            <InlineError error={error} />
          </div>
        )}
        <div className={confirm.buttons}>
          <Button variant="default" onClick={onClose} disabled={isBusy}>
            {t('shell:ui.cancel')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t('sessions:emailAddress.submit')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
