import { Button } from '@mantine/core';
import { Pencil, Send, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api } from '../api.ts';
import { useLocale } from '../locales/use-locale.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { SECRET_CLEAR_MS, useCopy } from '../ui/copy.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { Mono } from '../ui/mono.tsx';
import { joinSentences } from '../ui/sentences.ts';
import { Time } from '../ui/time.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { WebhookForm } from './alert-webhook-form.tsx';
import classes from './settings.module.css';

export type Webhook = NonNullable<OperationReply<Operations['GET /api/alerts/webhook']>['webhook']>;

interface AlertWebhookProps {
  webhook: Webhook | null;
  onChanged: () => void;
}

/** Set, test, replace and remove the address that hears of budgets. */
export function AlertWebhook({ webhook, onChanged }: AlertWebhookProps) {
  const { t } = useTranslation('settings');
  const [isEditing, setIsEditing] = useState(false);
  const [hasNewSecret, setHasNewSecret] = useState(false);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const signingSecret = useRef('');
  const save = async (url: string) => {
    const reply = await api('PUT /api/alerts/webhook', { body: { url } });
    signingSecret.current = reply.signingSecret;
    setHasNewSecret(true);
    setIsEditing(false);
    toastDone(t('alerts.saved', { host: reply.webhook.host }));
    onChanged();
  };
  return (
    <>
      {webhook === null || isEditing ? (
        <WebhookForm onSave={save} {...(webhook === null ? {} : { onCancel: () => setIsEditing(false) })} />
      ) : (
        <Current webhook={webhook} onEdit={() => setIsEditing(true)} onChanged={onChanged} />
      )}
      {hasNewSecret && <NewSecret readSecret={() => signingSecret.current} />}
    </>
  );
}

interface CurrentProps {
  webhook: Webhook;
  onEdit: () => void;
  onChanged: () => void;
}

type TestState =
  | { kind: 'idle' }
  | { kind: 'running' }
  | { kind: 'done'; ok: boolean; message: string }
  | { kind: 'failed'; error: unknown };

function Current({ webhook, onEdit, onChanged }: CurrentProps) {
  const { t } = useTranslation('settings');
  const [test, setTest] = useState<TestState>({ kind: 'idle' });
  const [isAsking, setIsAsking] = useState(false);
  const run = async () => {
    setTest({ kind: 'running' });
    try {
      setTest({ kind: 'done', ...(await api('POST /api/alerts/webhook/test')) });
      onChanged();
    } catch (error) {
      setTest({ kind: 'failed', error });
    }
  };
  const remove = async () => {
    await api('DELETE /api/alerts/webhook');
    toastDone(t('alerts.removed'));
    onChanged();
  };
  return (
    <>
      <Delivery webhook={webhook} test={test} />
      <div className={classes.buttons}>
        <Button
          size="xs"
          leftSection={<Send size={14} aria-hidden />}
          loading={test.kind === 'running'}
          onClick={() => void run()}
        >
          {t('alerts.test')}
        </Button>
        <Button size="xs" variant="default" leftSection={<Pencil size={14} aria-hidden />} onClick={onEdit}>
          {t('alerts.replace')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<Trash2 size={14} aria-hidden />}
          onClick={() => setIsAsking(true)}
        >
          {t('alerts.remove')}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('alerts.removeTitle')}
        confirmLabel={t('alerts.remove')}
        onConfirm={remove}
      >
        <p>{t('alerts.removeText', { host: webhook.host })}</p>
      </ConfirmDialog>
    </>
  );
}

/** Whether messages arrive. */
function Delivery({ webhook, test }: { webhook: Webhook; test: TestState }) {
  const { t } = useTranslation('settings');
  const locale = useLocale();
  return (
    <>
      <dl className={classes.facts}>
        <dt>{t('alerts.host')}</dt>
        <dd>
          <Mono>{webhook.host}</Mono>
        </dd>
        <dt>{t('alerts.lastSent')}</dt>
        <dd>
          <Time value={webhook.lastSentAt} fallback={t('alerts.never')} />
        </dd>
      </dl>
      {webhook.lastError !== null && test.kind !== 'done' && (
        <p className={classes.trouble}>
          {t('alerts.failed')} {webhook.lastError}
        </p>
      )}
      <div aria-live="polite" className={classes.live}>
        {test.kind === 'done' && (
          <p className={test.ok ? classes.good : classes.trouble}>
            {test.ok ? t('alerts.testOk') : joinSentences([t('alerts.testFailed'), test.message], locale)}
          </p>
        )}
        {test.kind === 'failed' && <InlineError error={test.error} />}
      </div>
    </>
  );
}

/** The secret that receivers check signatures with: copied now or never, and not shown. */
function NewSecret({ readSecret }: { readSecret: () => string }) {
  const { t } = useTranslation('settings');
  const { copy, isBusy } = useCopy();
  const options = { name: t('alerts.secretName'), clearAfterMs: SECRET_CLEAR_MS };
  return (
    <div className={classes.secret}>
      <div>
        <strong>{t('alerts.secretTitle')}</strong>
        <p>{t('alerts.secretText')}</p>
      </div>
      <Button size="xs" color="brass" loading={isBusy} onClick={() => void copy(async () => readSecret(), options)}>
        {t('alerts.secretCopy')}
      </Button>
    </div>
  );
}
