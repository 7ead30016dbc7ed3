import { Skeleton } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { readField } from '../form-fields.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useArrive } from './arrive.ts';
import { type FactorMethod, neededMethods, SecondStep } from './second-step.tsx';
import { takeSsoReturn } from './sso-return.ts';

/** Whether the answer is to a sign-in; else it is to something that a signed-in person began. */
function isSignIn(query: string): boolean {
  return new URLSearchParams(query).get('state')?.startsWith('sign_in.') === true;
}

/** `/sso/callback`: the organisation sends people back here, with an answer that goes to the server as it is, once. */
export default function SsoCallbackPage() {
  const { t } = useTranslation(['sessions', 'secondFactors']);
  const router = useRouter();
  const arrive = useArrive();
  // Kept from the first look: what follows takes it out of the address.
  const [query] = useState(() => window.location.search);
  const [methods, setMethods] = useState<readonly FactorMethod[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const hasBegun = useRef(false);
  const title = t(
    methods !== null ? 'secondFactors:step.title' : error === null ? 'sessions:sso.title' : 'sessions:sso.failedTitle',
  );
  useDocumentTitle(title);

  const finish = useEffectEvent(async () => {
    window.history.replaceState(window.history.state, '', window.location.pathname);
    try {
      if (isSignIn(query)) {
        await api('POST /api/sso/finish', { body: { query } });
        arrive(takeSsoReturn());
        return;
      }
      const { purpose } = await api('POST /api/me/sso/finish', { body: { query } });
      const { sso } = await api('GET /api/instance');
      toastDone(purpose === 'link' ? t('sessions:sso.linked', { name: sso?.name ?? '' }) : t('sessions:sso.confirmed'));
      router.history.replace(takeSsoReturn());
    } catch (thrown) {
      setMethods(neededMethods(thrown));
      setError(neededMethods(thrown) === null ? thrown : null);
    }
  });
  useEffect(() => {
    // The answer is good once; strict mode runs effects twice.
    if (hasBegun.current) return;
    hasBegun.current = true;
    void finish();
  }, []);

  return (
    <PublicPage>
      <h1 tabIndex={-1}>{title}</h1>
      {methods !== null && <CodeForm methods={methods} onDone={() => arrive(takeSsoReturn())} />}
      {methods === null && error === null && (
        <>
          <p className={form.lead}>{t('sessions:sso.lead')}</p>
          <Skeleton height={42} radius="sm" />
        </>
      )}
      {error !== null && (
        <div className={`${form.form} ${form.second}`}>
          <InlineError error={error} />
          <LinkButton to={isSignIn(query) ? '/sign-in' : '/settings/security'} size="md">
            {t(isSignIn(query) ? 'sessions:sso.again' : 'sessions:sso.security')}
          </LinkButton>
        </div>
      )}
    </PublicPage>
  );
}

function CodeForm({ methods, onDone }: { methods: readonly FactorMethod[]; onDone: () => void }) {
  const router = useRouter();
  const target = useRef<HTMLFormElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy) return;
    const totp = readField(event.currentTarget, 'totp');
    setIsBusy(true);
    setError(null);
    try {
      await api('POST /api/sso/second-factor', { body: { totp } });
      onDone();
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form ref={target} className={`${form.form} ${form.second}`} onSubmit={(event) => void submit(event)}>
      <SecondStep
        methods={methods}
        isBusy={isBusy}
        error={error}
        onComplete={() => target.current?.requestSubmit()}
        onBack={() => router.history.push('/sign-in')}
      />
    </form>
  );
}
