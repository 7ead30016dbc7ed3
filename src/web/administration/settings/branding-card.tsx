import { Button, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { api, read } from '../../api.ts';
import { readField } from '../../form-fields.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import settings from '../../settings/settings.module.css';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../use-action.ts';
import { SettingCard } from './setting-card.tsx';
import { useFieldErrors } from './setting-fields.ts';

type Branding = OperationReply<Operations['GET /api/admin/settings/branding']>;

const options = read('GET /api/admin/settings/branding');

export function BrandingCard() {
  const { t } = useTranslation('administration');
  return (
    <SettingCard
      id={useId()}
      title={t('branding.title')}
      lead={t('branding.lead')}
      query={useQuery(options)}
      height={210}
    >
      {(branding) => <BrandingForm branding={branding} />}
    </SettingCard>
  );
}

function BrandingForm({ branding }: { branding: Branding }) {
  const { t } = useTranslation(['administration', 'shell']);
  const queryClient = useQueryClient();
  const { isBusy, error, run } = useAction();
  const { errorOf } = useFieldErrors<'name' | 'signInNote'>(error);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy) return;
    const name = readField(event.currentTarget, 'name').trim();
    const note = readField(event.currentTarget, 'signInNote').trim();
    const body = { name: name === '' ? null : name, signInNote: note === '' ? null : note };
    const isDone = await run(async () => {
      const saved = await withFreshSignIn(() => api('PUT /api/admin/settings/branding', { body }));
      queryClient.setQueryData<Branding>(options.queryKey, saved);
    });
    if (!isDone) return;
    toastDone(t('administration:saved'));
    await queryClient.invalidateQueries({ queryKey: ['GET /api/instance'] });
  };
  return (
    <form
      className={settings.form}
      noValidate
      aria-label={t('administration:branding.title')}
      onSubmit={(event) => void submit(event)}
    >
      <TextInput
        name="name"
        label={t('administration:branding.name')}
        description={t('administration:branding.nameHint')}
        placeholder={t('shell:product')}
        defaultValue={branding.name ?? ''}
        error={errorOf('name')}
        maxLength={60}
      />
      <Textarea
        name="signInNote"
        label={t('administration:branding.note')}
        description={t('administration:branding.noteHint')}
        defaultValue={branding.signInNote ?? ''}
        error={errorOf('signInNote')}
        maxLength={500}
        autosize
        minRows={2}
        maxRows={8}
      />
      {error !== null && <InlineError error={error} />}
      <div className={settings.buttons}>
        <Button type="submit" size="xs" loading={isBusy}>
          {t('administration:save')}
        </Button>
      </div>
    </form>
  );
}
