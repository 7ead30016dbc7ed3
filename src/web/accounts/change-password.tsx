import { Button, PasswordInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { api, read } from '../api.ts';
import { readField } from '../form-fields.ts';
import classes from '../settings/settings.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useMe } from './me.ts';
import { LENGTH_MIN, NewPasswordField } from './new-password-field.tsx';

export function ChangePassword() {
  const { t } = useTranslation(['sessions', 'accounts', 'shell', 'errors']);
  const { user } = useMe();
  const instance = useQuery(read('GET /api/instance'));
  const queryClient = useQueryClient();
  const [round, setRound] = useState(0);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const code = error instanceof ApiError ? error.code : null;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setIsBusy(true);
    setError(null);
    try {
      const body = { currentPassword: readField(form, 'current'), newPassword: readField(form, 'next') };
      await api('POST /api/me/password', { body });
      toastDone(t('sessions:security.changed'));
      // A new round mounts empty fields, so that neither password stays in the page.
      setRound(round + 1);
      await queryClient.invalidateQueries({ queryKey: ['GET /api/sessions'] });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <section className={classes.card} aria-labelledby="password">
      <header className={classes.cardHeader}>
        <div>
          <h2 id="password">{t('sessions:security.passwordTitle')}</h2>
          <p>{t('sessions:security.passwordLead')}</p>
        </div>
      </header>
      <form key={round} className={classes.cardBody} onSubmit={(event) => void submit(event)}>
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        <PasswordInput
          name="current"
          label={t('sessions:security.current')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          maxLength={256}
          error={code === 'wrong_password' ? t('errors:wrong_password.text') : null}
          visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
        />
        <NewPasswordField
          name="next"
          label={t('sessions:security.next')}
          lengthMin={instance.data?.passwordLengthMin ?? LENGTH_MIN}
          error={code === 'weak_password' ? t('accounts:password.refused') : null}
        />
        {error !== null && code !== 'wrong_password' && code !== 'weak_password' && <InlineError error={error} />}
        <div>
          <Button type="submit" loading={isBusy}>
            {t('sessions:security.change')}
          </Button>
        </div>
      </form>
    </section>
  );
}
