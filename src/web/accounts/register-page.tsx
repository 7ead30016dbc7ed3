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
import { forgetInvitation, waitingInvitation } from '../invitations/invitation-token.ts';
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

interface Asked {
  needsSetupToken: boolean;
  /** Of the link that the person came by. */
  invitationToken: string | null;
}

async function register(target: HTMLFormElement, { needsSetupToken, invitationToken }: Asked): Promise<void> {
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
      ...(invitationToken === null ? {} : { invitationToken }),
    },
  });
  await api('POST /api/login', { body: { email, password } });
}

/** A new account has no team but the one it was invited to: that is where the person wants to be. */
async function chooseJoinedWorkspace(): Promise<void> {
  forgetInvitation();
  const { workspaces } = await api('GET /api/me');
  chooseWorkspace(workspaces.find(({ kind }) => kind === 'team')?.id ?? null);
}

function RegisterForm({ instance, invitationToken }: { instance: Instance; invitationToken: string | null }) {
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
      await register(event.currentTarget, { needsSetupToken: instance.needsSetupToken, invitationToken });
      noteSignedIn();
      chooseWorkspace(null);
      if (invitationToken !== null) await chooseJoinedWorkspace();
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
  const invitationToken = isFirst ? null : waitingInvitation();
  const isInvited = invitationToken !== null && data?.signUp !== 'closed';
  const isClosed = data !== undefined && !isFirst && !isInvited && data.signUp !== 'open';
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
                  : isInvited
                    ? 'accounts:register.leadInvited'
                    : 'accounts:register.lead',
            )}
          </p>
          {isFirst && (
            <Alert mb="md" variant="light" icon={<ShieldCheck size={17} aria-hidden />}>
              {t('accounts:register.firstNote')}
            </Alert>
          )}
          {!isClosed && <RegisterForm instance={data} invitationToken={invitationToken} />}
          {!isFirst && (
            <p className={form.foot}>
              {t('accounts:register.haveAccount')}{' '}
              <Link to="/sign-in" search={isInvited ? { next: '/invite' } : {}}>
                {t('accounts:register.signIn')}
              </Link>
            </p>
          )}
        </>
      )}
    </PublicPage>
  );
}
