import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { api } from '../api.ts';
import { readField } from '../form-fields.ts';
import { useLocale } from '../locales/use-locale.ts';
import form from '../shell/public-form.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { joinSentences } from '../ui/sentences.ts';
import { formatExact } from '../ui/time.tsx';
import type { SharedSecret } from './share-queries.ts';

const PASSPHRASE_LENGTH_MAX = 200;

interface OpenFormProps {
  token: string;
  found: SharedSecret;
  onOpened: (secret: string) => void;
  onGone: () => void;
}

/** What waits behind the link, and the button that opens it: only that counts as a view. */
export function OpenForm({ token, found, onOpened, onGone }: OpenFormProps) {
  const { t } = useTranslation(['shareLinks', 'shell']);
  const locale = useLocale();
  const { label, needsPassphrase, expiresAt, viewsLeft } = found;
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isWrong = error instanceof ApiError && error.code === 'passphrase_wrong';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const passphrase = readField(event.currentTarget, 'passphrase').trim();
    setIsBusy(true);
    setError(null);
    try {
      const body = { token, ...(passphrase === '' ? {} : { passphrase }) };
      onOpened((await api('POST /api/shared/open', { body })).secret);
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.code === 'link_used') onGone();
      else setError(thrown);
      setIsBusy(false);
    }
  };
  const sentences = [
    t('shareLinks:shared.views', { count: viewsLeft }),
    t('shareLinks:shared.until', { when: formatExact(expiresAt, locale) }),
  ];
  return (
    <>
      <p className={form.lead}>{t('shareLinks:shared.lead', { label })}</p>
      <form className={form.form} autoComplete="off" onSubmit={(event) => void submit(event)}>
        {needsPassphrase && (
          <PasswordInput
            name="passphrase"
            label={t('shareLinks:shared.passphrase')}
            description={t('shareLinks:shared.passphraseHint')}
            required
            withAsterisk={false}
            maxLength={PASSPHRASE_LENGTH_MAX}
            autoComplete="off"
            data-1p-ignore=""
            data-lpignore="true"
            error={isWrong ? t('shareLinks:shared.passphraseWrong') : null}
            visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
          />
        )}
        {error !== null && !isWrong && <InlineError error={error} />}
        <Button type="submit" size="md" color="brass" loading={isBusy}>
          {t('shareLinks:shared.open')}
        </Button>
      </form>
      <p className={form.foot}>{joinSentences(sentences, locale)}</p>
    </>
  );
}
