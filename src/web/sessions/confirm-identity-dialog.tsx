import { Button, Modal, PasswordInput, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import type { OperationRequest } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { useMe } from '../accounts/me.ts';
import { api, read } from '../api.ts';
import { readField } from '../form-fields.ts';
import { CodeField } from '../second-factors/code-field.tsx';
import { ProofError } from '../second-factors/proof-error.tsx';
import own from '../second-factors/second-factors.module.css';
import { useSecurity } from '../second-factors/security-queries.ts';
import { passkeysWork, provePasskey } from '../second-factors/webauthn.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { Or } from './second-step.tsx';
import { startSso } from './sso-return.ts';

type Proof = NonNullable<OperationRequest<Operations['POST /api/me/confirm']>['body']>;
type Answer = (isConfirmed: boolean) => void;

/**
 * Asks who is there before something sensitive: for the second factor where the account has one, else for the password.
 * `answer` is called once.
 */
export default function ConfirmIdentityDialog({ answer }: { answer: Answer }) {
  const { t } = useTranslation(['sessions', 'shell']);
  useFocusBack();
  const security = useSecurity();
  const { totp, passkeys } = security.data?.secondFactors ?? { totp: false, passkeys: 0 };
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={t('sessions:confirm.title')}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
      size="sm"
      zIndex={400}
    >
      <p className={own.lead}>{t('sessions:confirm.text')}</p>
      {security.isPending && <Skeleton height={104} radius="md" />}
      {security.isError && <ErrorState error={security.error} onRetry={() => void security.refetch()} />}
      {security.data !== undefined &&
        (totp || passkeys > 0 ? (
          <ByFactor hasApp={totp} hasPasskey={passkeys > 0} answer={answer} />
        ) : (
          <ByPassword isByOrganisation={security.data.session.method === 'oidc'} answer={answer} />
        ))}
    </Modal>
  );
}

/** Sends a proof and answers; what failed is kept to be told. */
function useProof(answer: Answer) {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const prove = async (make: () => Promise<Proof>) => {
    if (isBusy) return;
    setIsBusy(true);
    setError(null);
    try {
      await api('POST /api/me/confirm', { body: await make() });
      answer(true);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return { isBusy, error, prove, code: error instanceof ApiError ? error.code : null };
}

function ByPassword({ isByOrganisation, answer }: { isByOrganisation: boolean; answer: Answer }) {
  const { t } = useTranslation(['sessions', 'shell']);
  const { user } = useMe();
  const { isBusy, error, prove, code } = useProof(answer);
  const isWrong = code === 'wrong_password';
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = readField(event.currentTarget, 'password');
    void prove(async () => ({ password }));
  };
  return (
    <form className={own.steps} onSubmit={submit} noValidate>
      {isByOrganisation && <ByOrganisation />}
      <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
      <PasswordInput
        name="password"
        label={t('sessions:password')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        // It comes after the dialog has given the focus away.
        autoFocus
        maxLength={256}
        error={isWrong ? t('sessions:confirm.wrong') : null}
        visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
      />
      {error !== null && !isWrong && <ProofError error={error} />}
      <Button type="submit" fullWidth loading={isBusy} variant={isByOrganisation ? 'default' : 'filled'}>
        {t('sessions:confirm.submit')}
      </Button>
    </form>
  );
}

/** The organisation asks anew and sends the person back to this page, where what they wanted is begun once more. */
function ByOrganisation() {
  const { t } = useTranslation('sessions');
  const instance = useQuery(read('GET /api/instance'));
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const sso = instance.data?.sso ?? null;
  if (sso === null) return null;
  const leave = async () => {
    setIsBusy(true);
    setError(null);
    try {
      const { pathname, search } = window.location;
      await startSso('POST /api/me/sso/confirm', pathname + search);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <>
      <Button fullWidth loading={isBusy} onClick={() => void leave()}>
        {t('signIn.organisation', { name: sso.name })}
      </Button>
      {error !== null && <ProofError error={error} />}
      <Or />
    </>
  );
}

function ByFactor({ hasApp, hasPasskey, answer }: { hasApp: boolean; hasPasskey: boolean; answer: Answer }) {
  const { t } = useTranslation(['sessions', 'secondFactors']);
  const target = useRef<HTMLFormElement>(null);
  const [isRecovery, setIsRecovery] = useState(!hasApp);
  const { isBusy, error, prove, code } = useProof(answer);
  const isWrong = code === 'totp_wrong';
  const isPasskeyOffered = hasPasskey && passkeysWork();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const totp = readField(event.currentTarget, 'totp');
    void prove(async () => ({ totp }));
  };
  const byPasskey = () =>
    void prove(async () => ({ passkey: await provePasskey(await api('POST /api/login/passkey/options')) }));
  return (
    <form ref={target} className={own.steps} onSubmit={submit}>
      {isPasskeyOffered && (
        <>
          <Button fullWidth variant={hasApp ? 'default' : 'filled'} loading={isBusy} onClick={byPasskey}>
            {t('secondFactors:step.usePasskey')}
          </Button>
          <Or />
        </>
      )}
      <CodeField
        key={String(isRecovery)}
        name="totp"
        kind={isRecovery ? 'recovery' : 'app'}
        label={t(isRecovery ? 'sessions:confirm.byRecovery' : 'sessions:confirm.byApp')}
        error={isWrong ? t(isRecovery ? 'secondFactors:step.wrongRecovery' : 'secondFactors:step.wrong') : null}
        hasFocus
        onComplete={() => target.current?.requestSubmit()}
      />
      {error !== null && !isWrong && <ProofError error={error} />}
      <Button type="submit" fullWidth loading={isBusy} variant={hasApp ? 'filled' : 'default'}>
        {t('sessions:confirm.submit')}
      </Button>
      {hasApp && (
        <div className={own.links}>
          <Button variant="subtle" size="compact-sm" onClick={() => setIsRecovery(!isRecovery)}>
            {t(isRecovery ? 'secondFactors:step.useApp' : 'secondFactors:step.useRecovery')}
          </Button>
        </div>
      )}
    </form>
  );
}
