import { Button, PasswordInput, Skeleton, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, read } from '../api.ts';
import { readField } from '../form-fields.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { chooseWorkspace } from '../workspaces/chosen-workspace.ts';
import { noteSignedIn } from './session-cookie.ts';

export default function SignInPage() {
  const { t } = useTranslation(['sessions', 'shell']);
  const { next } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const queryClient = useQueryClient();
  const instance = useQuery(read('GET /api/instance'));
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useDocumentTitle(t('sessions:signIn.title'));

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const target = event.currentTarget;
    setIsBusy(true);
    setError(null);
    try {
      // The access token in the reply is for programs; the dashboard lives by the HttpOnly cookie alone.
      await api('POST /api/login', {
        body: { email: readField(target, 'email'), password: readField(target, 'password') },
      });
      noteSignedIn();
      chooseWorkspace(null);
      queryClient.clear();
      router.history.push(next ?? '/');
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };

  return (
    <PublicPage>
      <h1 tabIndex={-1}>{t('sessions:signIn.title')}</h1>
      <p className={form.lead}>{t(next === undefined ? 'sessions:signIn.lead' : 'sessions:signIn.leadBack')}</p>
      <form className={form.form} onSubmit={(event) => void submit(event)}>
        <TextInput
          name="email"
          type="email"
          label={t('sessions:email')}
          autoComplete="username"
          required
          withAsterisk={false}
          maxLength={254}
          autoFocus
        />
        <PasswordInput
          name="password"
          label={t('sessions:password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          maxLength={256}
          visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
        />
        {error !== null && <InlineError error={error} />}
        <Button type="submit" size="md" className={form.submit ?? ''} loading={isBusy}>
          {t('sessions:signIn.submit')}
        </Button>
      </form>
      <div className={form.foot}>
        {instance.data === undefined && instance.isPending && <Skeleton height={14} width={220} />}
        {instance.data?.needsFirstAccount === true && <Link to="/register">{t('sessions:signIn.firstAccount')}</Link>}
        {instance.data?.needsFirstAccount === false && instance.data.signUp === 'open' && (
          <>
            {t('sessions:signIn.noAccount')} <Link to="/register">{t('sessions:signIn.register')}</Link>
          </>
        )}
        {instance.data?.needsFirstAccount === false && instance.data.signUp !== 'open' && t('sessions:signIn.closed')}
      </div>
    </PublicPage>
  );
}
