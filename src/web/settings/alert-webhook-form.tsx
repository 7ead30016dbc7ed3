import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isHttpAddress } from '../credentials/address.ts';
import { readField } from '../form-fields.ts';
import { InlineError } from '../ui/error-state.tsx';
import classes from './settings.module.css';

const URL_LENGTH_MAX = 2048;

interface WebhookFormProps {
  /** Saves; a rejection is shown in the form. */
  onSave: (url: string) => Promise<void>;
  onCancel?: () => void;
}

/** The address stays in its field: for a webhook it is often a secret in itself. */
export function WebhookForm({ onSave, onCancel }: WebhookFormProps) {
  const { t } = useTranslation('settings');
  const [isWrong, setIsWrong] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const url = readField(event.currentTarget, 'url').trim();
    setIsWrong(!isHttpAddress(url));
    if (!isHttpAddress(url)) return;
    setIsBusy(true);
    setError(null);
    try {
      await onSave(url);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={classes.form} noValidate autoComplete="off" onSubmit={(event) => void submit(event)}>
      <TextInput
        name="url"
        type="url"
        label={t('alerts.address')}
        description={t('alerts.addressHint')}
        placeholder={t('alerts.addressPlaceholder')}
        error={isWrong && t('alerts.addressMissing')}
        maxLength={URL_LENGTH_MAX}
        required
        withAsterisk={false}
        spellCheck={false}
        autoComplete="off"
        data-1p-ignore=""
        data-lpignore="true"
      />
      {error !== null && <InlineError error={error} />}
      <div className={classes.buttons}>
        <Button type="submit" size="xs" loading={isBusy}>
          {t('alerts.set')}
        </Button>
        {onCancel !== undefined && (
          <Button size="xs" variant="default" disabled={isBusy} onClick={onCancel}>
            {t('alerts.cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}
