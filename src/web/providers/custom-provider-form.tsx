import { Button, Checkbox, Modal, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Dialect, dialects } from '../../contract/vocabulary.ts';
import { api } from '../api.ts';
import { refusedFields } from '../errors.ts';
import { readField } from '../form-fields.ts';
import { InlineError } from '../ui/error-state.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { type CustomProvider, useRefreshProviders } from './custom-provider-queries.ts';
import classes from './providers.module.css';

interface CustomProviderFormProps {
  /** Absent for a new one. */
  provider?: CustomProvider;
  onClose: () => void;
}

/** A provider of one's own: a name, a host, and what it speaks. */
export function CustomProviderForm({ provider, onClose }: CustomProviderFormProps) {
  const { t } = useTranslation(['providers', 'shell']);
  useFocusBack();
  const refresh = useRefreshProviders();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [spoken, setSpoken] = useState<readonly Dialect[]>(provider?.dialects ?? ['openai-chat']);
  const fields = refusedFields(error);
  const toggle = (dialect: Dialect, isSpoken: boolean) =>
    setSpoken(dialects.filter((other) => (other === dialect ? isSpoken : spoken.includes(other))));
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = readField(form, 'name');
    const body = { name, baseUrl: readField(form, 'baseUrl'), dialects: [...spoken], note: readField(form, 'note') };
    setIsBusy(true);
    setError(null);
    try {
      if (provider === undefined) await api('POST /api/custom-providers', { body });
      else await api('PUT /api/custom-providers/{id}', { params: { id: provider.id }, body });
      await refresh();
      toastDone(t('providers:custom.saved', { name }));
      onClose();
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        provider === undefined ? t('providers:custom.add') : t('providers:custom.editNamed', { name: provider.name })
      }
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form className={classes.form} onSubmit={(event) => void submit(event)}>
        <TextInput
          name="name"
          label={t('providers:custom.name')}
          defaultValue={provider?.name ?? ''}
          required
          withAsterisk={false}
          maxLength={80}
          data-autofocus
          error={fields.has('name') ? t('providers:custom.nameWrong') : null}
        />
        <TextInput
          name="baseUrl"
          type="url"
          label={t('providers:custom.baseUrl')}
          description={t('providers:custom.baseUrlHint')}
          placeholder="https://api.example.com/v1"
          defaultValue={provider?.baseUrl ?? ''}
          required
          withAsterisk={false}
          maxLength={2048}
          spellCheck={false}
          error={fields.has('baseUrl') ? t('providers:custom.baseUrlWrong') : null}
        />
        <Checkbox.Group
          label={t('providers:custom.dialects')}
          description={t('providers:custom.dialectsHint')}
          value={[...spoken]}
          error={spoken.length === 0 ? t('providers:custom.dialectsWrong') : null}
        >
          <div className={classes.choices}>
            {dialects.map((dialect) => (
              <Checkbox
                key={dialect}
                value={dialect}
                label={t(`providers:dialects.${dialect}`)}
                onChange={(event) => toggle(dialect, event.currentTarget.checked)}
              />
            ))}
          </div>
        </Checkbox.Group>
        <Textarea
          name="note"
          label={`${t('providers:custom.note')} (${t('shell:ui.optional')})`}
          defaultValue={provider?.note ?? ''}
          maxLength={2000}
          autosize
          minRows={2}
          maxRows={6}
        />
        {error !== null && <InlineError error={error} />}
        <div className={classes.formButtons}>
          <Button variant="default" onClick={onClose}>
            {t('shell:ui.cancel')}
          </Button>
          <Button type="submit" loading={isBusy} disabled={spoken.length === 0}>
            {t('shell:ui.save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
