import { Button, Switch, TagsInput, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { api, read } from '../../api.ts';
import { readField } from '../../form-fields.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import settings from '../../settings/settings.module.css';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../use-action.ts';
import classes from './instance-settings.module.css';
import { SecretInput } from './secret-input.tsx';
import { SettingCard, SetUpBadge } from './setting-card.tsx';
import { secretOf, useFieldErrors } from './setting-fields.ts';

type Sso = OperationReply<Operations['GET /api/admin/settings/sso']>;

const DOMAINS_MAX = 50;
const options = read('GET /api/admin/settings/sso');

function toDraft({ value }: Pick<Sso, 'value'>): NonNullable<Sso['value']> {
  const usual = { issuer: '', clientId: '', name: '', createsAccounts: false, domains: [], trustsProviderMfa: false };
  return { ...usual, ...value };
}

export function SsoCard() {
  const { t } = useTranslation('administration');
  return (
    <SettingCard
      id={useId()}
      title={t('sso.title')}
      lead={t('sso.lead')}
      query={useQuery(options)}
      height={560}
      status={(sso) => <SetUpBadge updatedAt={sso.updatedAt} />}
    >
      {(sso) => (
        <>
          <RedirectAddress uri={sso.redirectUri} />
          <SsoForm sso={sso} />
        </>
      )}
    </SettingCard>
  );
}

/** What the provider must be told first. */
function RedirectAddress({ uri }: { uri: string | null }) {
  const { t } = useTranslation('administration');
  return (
    <div className={classes.address}>
      <strong>{t('sso.redirect')}</strong>
      {uri === null ? (
        <p className={settings.trouble}>{t('sso.redirectUnknown')}</p>
      ) : (
        <>
          <p className={settings.plain}>{t('sso.redirectHint')}</p>
          <div className={classes.addressLine}>
            <code translate="no">{uri}</code>
            <CopyButton value={uri} label={t('sso.redirectCopy')} name={t('sso.redirect')} />
          </div>
        </>
      )}
    </div>
  );
}

function SsoForm({ sso }: { sso: Sso }) {
  const { t } = useTranslation('administration');
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => toDraft(sso));
  const change = (patch: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...patch }));
  const { isBusy, error, run } = useAction();
  const { errorOf, check } = useFieldErrors<'issuer' | 'clientId' | 'secret' | 'name' | 'domains'>(error);
  const { issuer, clientId, name } = draft;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const needed = { issuer: issuer.trim(), clientId: clientId.trim(), name: name.trim() };
    if (isBusy || !check(needed)) return;
    const body = { ...draft, ...secretOf(readField(form, 'secret')) };
    const isDone = await run(async () => {
      const saved = await withFreshSignIn(() => api('PUT /api/admin/settings/sso', { body }));
      queryClient.setQueryData<Sso>(options.queryKey, saved);
      // The issuer comes back as the provider itself spells it.
      setDraft(toDraft(saved));
    });
    if (!isDone) return;
    // Takes the secret out of its field.
    form.reset();
    toastDone(t('saved'));
    await queryClient.invalidateQueries({ queryKey: ['GET /api/instance'] });
  };
  return (
    <form
      className={settings.form}
      noValidate
      autoComplete="off"
      aria-label={t('sso.title')}
      onSubmit={(event) => void submit(event)}
    >
      <TextInput
        type="url"
        label={t('sso.issuer')}
        description={t('sso.issuerHint')}
        placeholder="https://login.example.com/realms/staff"
        value={issuer}
        onChange={(event) => change({ issuer: event.currentTarget.value })}
        error={errorOf('issuer')}
        maxLength={2048}
        spellCheck={false}
      />
      <TextInput
        label={t('sso.clientId')}
        value={clientId}
        onChange={(event) => change({ clientId: event.currentTarget.value })}
        error={errorOf('clientId')}
        maxLength={400}
        spellCheck={false}
        autoComplete="off"
      />
      <SecretInput label={t('sso.secret')} isStored={sso.hasSecret} error={errorOf('secret')} />
      <TextInput
        label={t('sso.name')}
        description={t('sso.nameHint', { name: name.trim() === '' ? t('sso.nameExample') : name })}
        value={name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={errorOf('name')}
        maxLength={60}
      />
      <Switch
        label={t('sso.createsAccounts')}
        description={t('sso.createsAccountsHint')}
        checked={draft.createsAccounts}
        onChange={(event) => change({ createsAccounts: event.currentTarget.checked })}
      />
      {draft.createsAccounts && (
        <TagsInput
          label={t('sso.domains')}
          description={t('sso.domainsHint')}
          placeholder="example.com"
          value={draft.domains}
          onChange={(domains) => change({ domains })}
          error={errorOf('domains')}
          maxTags={DOMAINS_MAX}
          splitChars={[',', ' ', ';']}
          acceptValueOnBlur
        />
      )}
      <Switch
        label={t('sso.trustsProviderMfa')}
        description={t('sso.trustsProviderMfaHint')}
        checked={draft.trustsProviderMfa}
        onChange={(event) => change({ trustsProviderMfa: event.currentTarget.checked })}
      />
      {error !== null && <InlineError error={error} />}
      <div className={settings.buttons}>
        <Button type="submit" size="xs" loading={isBusy}>
          {t('save')}
        </Button>
        {sso.value !== null && <RemoveSso name={sso.value.name} onRemoved={() => setDraft(toDraft({ value: null }))} />}
      </div>
    </form>
  );
}

function RemoveSso({ name, onRemoved }: { name: string; onRemoved: () => void }) {
  const { t } = useTranslation('administration');
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const remove = async () => {
    await withFreshSignIn(() => api('DELETE /api/admin/settings/sso'));
    onRemoved();
    toastDone(t('sso.removed'));
    for (const operation of [options.queryKey[0], 'GET /api/instance'])
      await queryClient.invalidateQueries({ queryKey: [operation] });
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
        {t('settings.remove')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('sso.removeTitle')}
        confirmLabel={t('settings.remove')}
        onConfirm={remove}
      >
        <p>{t('sso.removeText', { name })}</p>
      </ConfirmDialog>
    </>
  );
}
