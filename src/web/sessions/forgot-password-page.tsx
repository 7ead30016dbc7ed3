import { Alert, Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailQuestion } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, read } from '../api.ts';
import { readField } from '../form-fields.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { useDocumentTitle } from '../ui/page.tsx';

/** Asks for a link to choose a new password. The answer is the same for every address. */
export default function ForgotPasswordPage() {
  const { t } = useTranslation('sessions');
  const instance = useQuery(read('GET /api/instance'));
  const [sentTo, setSentTo] = useState<string | null>(null);
  const title = t(sentTo === null ? 'forgot.title' : 'forgot.sentTitle');
  useDocumentTitle(title);
  return (
    <PublicPage>
      <h1 tabIndex={-1}>{title}</h1>
      {sentTo === null ? (
        <>
          <p className={form.lead}>{t('forgot.lead')}</p>
          {instance.data?.mailIsSetUp === false && (
            <Alert mb="md" variant="light" color="gray" icon={<MailQuestion size={17} aria-hidden />}>
              {t('forgot.noMail')}
            </Alert>
          )}
          {instance.data?.mailIsSetUp !== false && <AskForm onSent={setSentTo} />}
        </>
      ) : (
        <div role="status">
          <p className={form.lead}>{t('forgot.sent', { email: sentTo })}</p>
          <p className={form.lead}>{t('forgot.nothing')}</p>
        </div>
      )}
      <p className={form.foot}>
        <Link to="/sign-in">{t('forgot.back')}</Link>
      </p>
    </PublicPage>
  );
}

function AskForm({ onSent }: { onSent: (email: string) => void }) {
  const { t } = useTranslation('sessions');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = readField(event.currentTarget, 'email').trim();
    setIsBusy(true);
    setError(null);
    try {
      await api('POST /api/password-reset', { body: { email } });
      onSent(email);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={form.form} onSubmit={(event) => void submit(event)}>
      <TextInput
        name="email"
        type="email"
        label={t('email')}
        autoComplete="username"
        required
        withAsterisk={false}
        maxLength={254}
        autoFocus
      />
      {error !== null && <InlineError error={error} />}
      <Button type="submit" size="md" className={form.submit ?? ''} loading={isBusy}>
        {t('forgot.submit')}
      </Button>
    </form>
  );
}
