import { Button, PasswordInput, Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Building2, Fingerprint } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api, read } from '../api.ts';
import { readField } from '../form-fields.ts';
import { ProofError } from '../second-factors/proof-error.tsx';
import { passkeysWork, provePasskey } from '../second-factors/webauthn.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { useArrive } from './arrive.ts';
import { type FactorMethod, neededMethods, Or, SecondStep } from './second-step.tsx';
import { startSso } from './sso-return.ts';

type Instance = OperationReply<Operations['GET /api/instance']>;

/** What was tried last: a refusal is told where it was made. */
type Attempt = 'form' | 'passkey' | 'organisation';

/** The ways in, each of which ends on the page that was wanted. */
function useSignIn(next: string | undefined) {
  const arrive = useArrive();
  const [busy, setBusy] = useState<Attempt | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [methods, setMethods] = useState<readonly FactorMethod[] | null>(null);
  const attempt = async (kind: Attempt, signIn: () => Promise<unknown>) => {
    setBusy(kind);
    setError(null);
    try {
      await signIn();
    } catch (thrown) {
      setMethods((before) => neededMethods(thrown) ?? before);
      setError(neededMethods(thrown) === null ? thrown : null);
      setBusy(null);
    }
  };
  return {
    busy,
    error,
    methods,
    forgetMethods: () => {
      setMethods(null);
      setError(null);
    },
    byPassword: (target: HTMLFormElement) =>
      attempt('form', async () => {
        const totp = readField(target, 'totp').trim();
        // The access token in the reply is for programs; the dashboard lives by the HttpOnly cookie alone.
        await api('POST /api/login', {
          body: {
            email: readField(target, 'email'),
            password: readField(target, 'password'),
            ...(totp === '' ? {} : { totp }),
          },
        });
        arrive(next);
      }),
    byPasskey: () =>
      attempt('passkey', async () => {
        const authentication = await provePasskey(await api('POST /api/login/passkey/options'));
        await api('POST /api/login/passkey', { body: { authentication } });
        arrive(next);
      }),
    byOrganisation: () => attempt('organisation', () => startSso('POST /api/sso/start', next ?? '/')),
  };
}

export default function SignInPage() {
  const { t } = useTranslation(['sessions', 'secondFactors', 'shell']);
  const { next } = useSearch({ from: '/sign-in' });
  const instance = useQuery(read('GET /api/instance'));
  const target = useRef<HTMLFormElement>(null);
  const signIn = useSignIn(next);
  const { busy, error, methods } = signIn;
  const isSecond = methods !== null;
  const title = t(isSecond ? 'secondFactors:step.title' : 'sessions:signIn.title');
  useDocumentTitle(title);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy === null) void signIn.byPassword(event.currentTarget);
  };
  return (
    <PublicPage>
      <h1 tabIndex={-1}>{title}</h1>
      {!isSecond && (
        <p className={form.lead}>{t(next === undefined ? 'sessions:signIn.lead' : 'sessions:signIn.leadBack')}</p>
      )}
      {!isSecond && instance.data?.signInNote != null && <p className={form.note}>{instance.data.signInNote}</p>}
      <form ref={target} className={isSecond ? `${form.form} ${form.second}` : form.form} onSubmit={submit}>
        {/* Kept while the code is asked for: the password stays in its field and is read once more from there. */}
        <div className={form.form} hidden={isSecond}>
          <PasswordFields />
        </div>
        {isSecond ? (
          <SecondStep
            methods={methods}
            isBusy={busy !== null}
            error={error}
            onComplete={() => target.current?.requestSubmit()}
            onPasskey={() => void signIn.byPasskey()}
            onBack={signIn.forgetMethods}
          />
        ) : (
          <>
            {error !== null && <ProofError error={error} />}
            <Button type="submit" size="md" className={form.submit ?? ''} loading={busy === 'form'}>
              {t('sessions:signIn.submit')}
            </Button>
          </>
        )}
      </form>
      {!isSecond && <OtherWays instance={instance.data} signIn={signIn} />}
      {!isSecond && <Foot instance={instance.data} isPending={instance.isPending} />}
    </PublicPage>
  );
}

function PasswordFields() {
  const { t } = useTranslation(['sessions', 'shell']);
  return (
    <>
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
      <div>
        <PasswordInput
          name="password"
          label={t('sessions:password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          maxLength={256}
          visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
        />
        <p className={form.under}>
          <Link to="/forgot-password">{t('sessions:signIn.forgot')}</Link>
        </p>
      </div>
    </>
  );
}

function OtherWays({ instance, signIn }: { instance: Instance | undefined; signIn: ReturnType<typeof useSignIn> }) {
  const { t } = useTranslation('sessions');
  const sso = instance?.sso ?? null;
  // Nobody has an account yet, so nobody has a passkey.
  const hasPasskeys = passkeysWork() && instance?.needsFirstAccount !== true;
  if (!hasPasskeys && sso === null) return null;
  return (
    <div className={form.ways}>
      <Or />
      {sso !== null && (
        <Button
          size="md"
          variant="default"
          leftSection={<Building2 size={17} aria-hidden />}
          loading={signIn.busy === 'organisation'}
          onClick={() => void signIn.byOrganisation()}
        >
          {t('signIn.organisation', { name: sso.name })}
        </Button>
      )}
      {hasPasskeys && (
        <Button
          size="md"
          variant="default"
          leftSection={<Fingerprint size={17} aria-hidden />}
          loading={signIn.busy === 'passkey'}
          onClick={() => void signIn.byPasskey()}
        >
          {t('signIn.passkey')}
        </Button>
      )}
    </div>
  );
}

function Foot({ instance, isPending }: { instance: Instance | undefined; isPending: boolean }) {
  const { t } = useTranslation('sessions');
  return (
    <div className={form.foot}>
      {instance === undefined && isPending && <Skeleton height={14} width={220} />}
      {instance?.needsFirstAccount === true && <Link to="/register">{t('signIn.firstAccount')}</Link>}
      {instance?.needsFirstAccount === false && instance.signUp === 'open' && (
        <>
          {t('signIn.noAccount')} <Link to="/register">{t('signIn.register')}</Link>
        </>
      )}
      {instance?.needsFirstAccount === false && instance.signUp !== 'open' && t('signIn.closed')}
    </div>
  );
}
