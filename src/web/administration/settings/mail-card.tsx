import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { mailSecurities } from '../../../contract/vocabulary.ts';
import { useMe } from '../../accounts/me.ts';
import { api, read } from '../../api.ts';
import { readField } from '../../form-fields.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import settings from '../../settings/settings.module.css';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../use-action.ts';
import classes from './instance-settings.module.css';
import { SecretInput } from './secret-input.tsx';
import { SettingCard, SetUpBadge } from './setting-card.tsx';
import { secretOf, useFieldErrors } from './setting-fields.ts';

type Mail = OperationReply<Operations['GET /api/admin/settings/mail']>;

const options = read('GET /api/admin/settings/mail');

const usual = { host: '', port: 587, security: 'starttls', username: '', from: '' } as const;
/** The port that goes with a protection, by custom. */
const usualPorts = { tls: 465, starttls: 587, none: 25 } as const;

export function MailCard() {
  const { t } = useTranslation('administration');
  return (
    <SettingCard
      id={useId()}
      title={t('mail.title')}
      lead={t('mail.lead')}
      query={useQuery(options)}
      height={420}
      status={(mail) => <SetUpBadge updatedAt={mail.updatedAt} />}
    >
      {(mail) => <MailForm mail={mail} />}
    </SettingCard>
  );
}

function toDraft({ value }: Pick<Mail, 'value'>) {
  return { ...usual, ...value, username: value?.username ?? '' };
}

function MailForm({ mail }: { mail: Mail }) {
  const { t } = useTranslation('administration');
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => toDraft(mail));
  const change = (patch: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...patch }));
  const form = useRef<HTMLFormElement>(null);
  const saving = useAction();
  const { errorOf, check } = useFieldErrors<'host' | 'port' | 'security' | 'username' | 'from' | 'secret'>(
    saving.error,
  );
  const isComplete = () => check({ host: draft.host.trim(), from: draft.from.trim() });
  const readBody = () => ({
    ...draft,
    username: draft.username.trim() === '' ? null : draft.username,
    ...(form.current === null ? {} : secretOf(readField(form.current, 'secret'))),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (saving.isBusy || !isComplete()) return;
    const body = readBody();
    const isDone = await saving.run(async () => {
      const saved = await withFreshSignIn(() => api('PUT /api/admin/settings/mail', { body }));
      queryClient.setQueryData<Mail>(options.queryKey, saved);
      setDraft(toDraft(saved));
    });
    if (!isDone) return;
    // Takes the password out of its field.
    form.current?.reset();
    toastDone(t('saved'));
    await queryClient.invalidateQueries({ queryKey: ['GET /api/instance'] });
  };
  return (
    <>
      <form
        ref={form}
        className={settings.form}
        noValidate
        autoComplete="off"
        aria-label={t('mail.title')}
        onSubmit={(event) => void submit(event)}
      >
        <div className={classes.pair}>
          <TextInput
            label={t('mail.host')}
            placeholder="smtp.example.com"
            value={draft.host}
            onChange={(event) => change({ host: event.currentTarget.value })}
            error={errorOf('host')}
            maxLength={253}
            spellCheck={false}
          />
          <NumberInput
            label={t('mail.port')}
            value={draft.port}
            onChange={(port) => change({ port: Number(port) })}
            error={errorOf('port')}
            min={1}
            max={65_535}
            allowDecimal={false}
            hideControls
          />
        </div>
        <Select
          label={t('mail.security')}
          value={draft.security}
          data={mailSecurities.map((value) => ({ value, label: t(`mail.securities.${value}`) }))}
          allowDeselect={false}
          error={errorOf('security')}
          onChange={(value) => {
            const security = mailSecurities.find((known) => known === value) ?? draft.security;
            const isUsualPort = draft.port === usualPorts[draft.security];
            change({ security, ...(isUsualPort ? { port: usualPorts[security] } : {}) });
          }}
        />
        <TextInput
          label={t('mail.username')}
          description={t('mail.usernameHint')}
          value={draft.username}
          onChange={(event) => change({ username: event.currentTarget.value })}
          error={errorOf('username')}
          maxLength={254}
          autoComplete="off"
          spellCheck={false}
        />
        {draft.username.trim() !== '' && (
          <SecretInput label={t('mail.secret')} isStored={mail.hasSecret} error={errorOf('secret')} />
        )}
        <TextInput
          type="email"
          label={t('mail.from')}
          description={t('mail.fromHint')}
          placeholder="keys@example.com"
          value={draft.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
          error={errorOf('from')}
          maxLength={254}
        />
        {saving.error !== null && <InlineError error={saving.error} />}
        <div className={settings.buttons}>
          <Button type="submit" size="xs" loading={saving.isBusy}>
            {t('save')}
          </Button>
          {mail.value !== null && (
            <RemoveMail host={mail.value.host} onRemoved={() => setDraft(toDraft({ value: null }))} />
          )}
        </div>
      </form>
      <TestMail readBody={() => (isComplete() ? readBody() : null)} />
    </>
  );
}

type MailBody = { host: string; port: number; security: 'tls' | 'starttls' | 'none'; username: string | null } & {
  from: string;
  secret?: string;
};

/** Sends a mail with what stands in the form, so that settings can be tried before they hold. */
function TestMail({ readBody }: { readBody: () => MailBody | null }) {
  const { t } = useTranslation('administration');
  const me = useMe().user;
  const [to, setTo] = useState(me.email);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { isBusy, error, run } = useAction();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSentTo(null);
    const body = readBody();
    if (isBusy || body === null) return;
    const isDone = await run(() =>
      withFreshSignIn(() => api('POST /api/admin/settings/mail/test', { body: { to, settings: body } })),
    );
    if (isDone) setSentTo(to);
  };
  return (
    <form className={classes.test} noValidate aria-label={t('mail.test')} onSubmit={(event) => void submit(event)}>
      <div>
        <h3>{t('mail.test')}</h3>
        <p className={settings.plain}>{t('mail.testText')}</p>
      </div>
      <div className={classes.line}>
        <TextInput
          type="email"
          className={classes.grow}
          label={t('mail.testTo')}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          maxLength={254}
        />
        <Button
          type="submit"
          size="sm"
          variant="default"
          leftSection={<Send size={14} aria-hidden />}
          loading={isBusy}
          disabled={to.trim() === ''}
        >
          {t('mail.send')}
        </Button>
      </div>
      <div aria-live="polite" className={settings.live}>
        {sentTo !== null && <p className={settings.good}>{t('mail.sent', { to: sentTo })}</p>}
        {error !== null && <InlineError error={error} />}
      </div>
    </form>
  );
}

function RemoveMail({ host, onRemoved }: { host: string; onRemoved: () => void }) {
  const { t } = useTranslation('administration');
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const remove = async () => {
    await withFreshSignIn(() => api('DELETE /api/admin/settings/mail'));
    onRemoved();
    toastDone(t('mail.removed'));
    for (const name of [options.queryKey[0], 'GET /api/instance'])
      await queryClient.invalidateQueries({ queryKey: [name] });
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
        {t('settings.remove')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('mail.removeTitle')}
        confirmLabel={t('settings.remove')}
        onConfirm={remove}
      >
        <p>{t('mail.removeText', { host })}</p>
      </ConfirmDialog>
    </>
  );
}
