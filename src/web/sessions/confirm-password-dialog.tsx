import { Button, Modal, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { useMe } from '../accounts/me.ts';
import { api } from '../api.ts';
import { readField } from '../form-fields.ts';
import { InlineError } from '../ui/error-state.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';

/** Asks for the password before something sensitive. `answer` is called once. */
export default function ConfirmPasswordDialog({ answer }: { answer: (isConfirmed: boolean) => void }) {
  const { t } = useTranslation(['sessions', 'shell', 'errors']);
  const { user } = useMe();
  useFocusBack();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isWrong = error instanceof ApiError && error.code === 'wrong_password';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      await api('POST /api/me/confirm', { body: { password: readField(event.currentTarget, 'password') } });
      answer(true);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={t('sessions:confirm.title')}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
      size="sm"
      zIndex={400}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p>{t('sessions:confirm.text')}</p>
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        <PasswordInput
          name="password"
          label={t('sessions:password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          maxLength={256}
          error={isWrong ? t('sessions:confirm.wrong') : null}
          visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
        />
        {error !== null && !isWrong && <InlineError error={error} />}
        <Button type="submit" fullWidth mt="md" loading={isBusy}>
          {t('sessions:confirm.submit')}
        </Button>
      </form>
    </Modal>
  );
}
