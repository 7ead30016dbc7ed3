import { Alert, Button, Checkbox, Skeleton, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { api, read } from '../api.ts';
import { refusedFields } from '../errors.ts';
import { readField } from '../form-fields.ts';
import { noteSignedIn } from '../sessions/session-cookie.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { ErrorState, InlineError } from '../ui/error-state.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { chooseWorkspace } from '../workspaces/chosen-workspace.ts';
import { NewPasswordField } from './new-password-field.tsx';

interface Instance {
  needsFirstAccount: boolean;
  needsSetupToken: boolean;
  passwordLengthMin: number;
}

async function register(target: HTMLFormElement, needsSetupToken: boolean): Promise<void> {
  const email = readField(target, 'email');
  const password = readField(target, 'password');
  const name = readField(target, 'name').trim();
  const setupToken = readField(target, 'setupToken').trim();
  await api('POST /api/register', {
    body: {
      email,
      password,
      ...(name === '' ? {} : { name }),
      ...(needsSetupToken ? { setupToken } : {}),
    },
  });
  await api('POST /api/login', { body: { email, password } });
}

function RegisterForm({ instance }: { instance: Instance }) {
  const { t } = useTranslation(['accounts', 'sessions', 'shell']);
  const router = useRouter();
  const queryClient = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = refusedFields(error);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      await register(event.currentTarget, instance.needsSetupToken);
      noteSignedIn();
      chooseWorkspace(null);
      queryClient.clear();
      router.history.push('/');
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={form.form} onSubmit={(event) => void submit(event)}>
      {instance.needsSetupToken && (
        <TextInput
          name="setupToken"
          label={t('accounts:register.setupToken')}
          description={t('accounts:register.setupTokenHint')}
          required
          withAsterisk={false}
          autoComplete="off"
          maxLength={100}
        />
      )}
      <TextInput
        name="email"
        type="email"
        label={t('sessions:email')}
        autoComplete="username"
        required
        withAsterisk={false}
        maxLength={254}
        error={fields.has('email') ? t('accounts:register.emailWrong') : null}
      />
      <TextInput
        name="name"
        label={`${t('accounts:register.name')} (${t('shell:ui.optional')})`}
        autoComplete="name"
        maxLength={80}
        error={fields.has('name') ? t('accounts:register.nameWrong') : null}
      />
      <NewPasswordField
        name="password"
        label={t('sessions:password')}
        lengthMin={instance.passwordLengthMin}
        error={error instanceof ApiError && error.code === 'weak_password' ? t('accounts:password.refused') : null}
      />
      <Checkbox
        required
        name="terms"
        label={
          <Trans t={t} i18nKey="accounts:register.terms" components={{ terms: <Link to="/terms" target="_blank" /> }} />
        }
      />
      {error !== null && <InlineError error={error} />}
      <Button type="submit" size="md" className={form.submit ?? ''} loading={isBusy}>
        {t(instance.needsFirstAccount ? 'accounts:register.submitFirst' : 'accounts:register.submit')}
      </Button>
    </form>
  );
}

export default function RegisterPage() {
  const { t } = useTranslation(['accounts', 'sessions']);
  const instance = useQuery(read('GET /api/instance'));
  const { data } = instance;
  const isFirst = data?.needsFirstAccount === true;
  const isClosed = data !== undefined && !isFirst && data.signUp !== 'open';
  const title = t(
    isFirst ? 'accounts:register.titleFirst' : isClosed ? 'accounts:register.titleClosed' : 'accounts:register.title',
  );
  useDocumentTitle(title);
  return (
    <PublicPage>
      {instance.isPending && <Skeleton height={320} radius="lg" />}
      {instance.isError && <ErrorState error={instance.error} onRetry={() => void instance.refetch()} />}
      {data !== undefined && (
        <>
          <h1 tabIndex={-1}>{title}</h1>
          <p className={form.lead}>
            {t(
              isFirst
                ? 'accounts:register.leadFirst'
                : isClosed
                  ? `accounts:register.${data.signUp === 'invite' ? 'leadInvite' : 'leadClosed'}`
                  : 'accounts:register.lead',
            )}
          </p>
          {isFirst && (
            <Alert mb="md" variant="light" icon={<ShieldCheck size={17} aria-hidden />}>
              {t('accounts:register.firstNote')}
            </Alert>
          )}
          {!isClosed && <RegisterForm instance={data} />}
          {!isFirst && (
            <p className={form.foot}>
              {t('accounts:register.haveAccount')} <Link to="/sign-in">{t('accounts:register.signIn')}</Link>
            </p>
          )}
        </>
      )}
    </PublicPage>
  );
}
