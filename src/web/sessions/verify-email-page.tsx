import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { useLinkToken } from './link-token.ts';

/** `/verify-email#<token>`. Waits for a click, because programs that look into mails open links too. */
export default function VerifyEmailPage() {
  const { t } = useTranslation('sessions');
  const queryClient = useQueryClient();
  const token = useLinkToken();
  const [state, setState] = useState<'asked' | 'busy' | 'done'>('asked');
  const [error, setError] = useState<unknown>(null);
  const title =
    token === null ? t('reset.noTokenTitle') : t(state === 'done' ? 'verifyEmail.doneTitle' : 'verifyEmail.title');
  useDocumentTitle(title);
  const verify = async (given: string) => {
    setState('busy');
    setError(null);
    try {
      await api('POST /api/email/verify', { body: { token: given } });
      setState('done');
      await queryClient.invalidateQueries();
    } catch (thrown) {
      setError(thrown);
      setState('asked');
    }
  };
  return (
    <PublicPage>
      <h1 tabIndex={-1}>{title}</h1>
      <p className={form.lead} role="status">
        {token === null ? t('reset.noToken') : t(state === 'done' ? 'verifyEmail.done' : 'verifyEmail.lead')}
      </p>
      <div className={form.form}>
        {error !== null && <InlineError error={error} />}
        {token !== null && state !== 'done' && (
          <Button size="md" loading={state === 'busy'} onClick={() => void verify(token)}>
            {t('verifyEmail.submit')}
          </Button>
        )}
        {(token === null || state === 'done') && (
          <LinkButton to="/" size="md">
            {t('verifyEmail.go')}
          </LinkButton>
        )}
      </div>
    </PublicPage>
  );
}
