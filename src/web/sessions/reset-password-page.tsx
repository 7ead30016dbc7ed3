import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { LENGTH_MIN, NewPasswordField } from '../accounts/new-password-field.tsx';
import { api, read } from '../api.ts';
import { readField } from '../form-fields.ts';
import { CodeField } from '../second-factors/code-field.tsx';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { useLinkToken } from './link-token.ts';
import { neededMethods } from './second-step.tsx';

/** `/reset#<token>`: the page that the link in the mail, or of an administrator, leads to. */
export default function ResetPasswordPage() {
  const { t } = useTranslation('sessions');
  const token = useLinkToken();
  const [isDone, setIsDone] = useState(false);
  const state = token === null ? 'noTokenTitle' : isDone ? 'doneTitle' : 'title';
  const title = t(`reset.${state}`);
  useDocumentTitle(title);
  return (
    <PublicPage>
      <h1 tabIndex={-1}>{title}</h1>
      {token === null && (
        <>
          <p className={form.lead}>{t('reset.noToken')}</p>
          <LinkButton to="/forgot-password" size="md">
            {t('reset.askAgain')}
          </LinkButton>
        </>
      )}
      {token !== null && !isDone && (
        <>
          <p className={form.lead}>{t('reset.lead')}</p>
          <ResetForm token={token} onDone={() => setIsDone(true)} />
        </>
      )}
      {isDone && (
        <div role="status">
          <p className={form.lead}>{t('reset.done')}</p>
          <LinkButton to="/sign-in" size="md">
            {t('reset.signIn')}
          </LinkButton>
        </div>
      )}
    </PublicPage>
  );
}

function ResetForm({ token, onDone }: { token: string; onDone: () => void }) {
  const { t } = useTranslation(['sessions', 'accounts', 'secondFactors']);
  const instance = useQuery(read('GET /api/instance'));
  const [isBusy, setIsBusy] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const code = error instanceof ApiError ? error.code : null;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const target = event.currentTarget;
    const totp = readField(target, 'totp').trim();
    setIsBusy(true);
    setError(null);
    try {
      const newPassword = readField(target, 'next');
      await api('POST /api/password-reset/finish', { body: { token, newPassword, ...(totp === '' ? {} : { totp }) } });
      onDone();
    } catch (thrown) {
      const isFactorNeeded = neededMethods(thrown) !== null;
      setNeedsCode((before) => before || isFactorNeeded);
      setError(isFactorNeeded ? null : thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={form.form} onSubmit={(event) => void submit(event)}>
      <NewPasswordField
        name="next"
        label={t('sessions:reset.next')}
        lengthMin={instance.data?.passwordLengthMin ?? LENGTH_MIN}
        error={code === 'weak_password' ? t('accounts:password.refused') : null}
      />
      {needsCode && (
        <CodeField
          name="totp"
          kind="either"
          label={t('sessions:reset.code')}
          description={t('sessions:reset.factor')}
          error={code === 'totp_wrong' ? t('secondFactors:step.wrong') : null}
          hasFocus
        />
      )}
      {error !== null && code !== 'weak_password' && code !== 'totp_wrong' && <InlineError error={error} />}
      {code === 'link_used' && <Link to="/forgot-password">{t('sessions:reset.askAgain')}</Link>}
      <Button type="submit" size="md" className={form.submit ?? ''} loading={isBusy}>
        {t('sessions:reset.submit')}
      </Button>
    </form>
  );
}
