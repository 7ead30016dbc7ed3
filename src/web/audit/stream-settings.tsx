import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isHttpAddress } from '../credentials/address.ts';
import { GivenUp } from '../errors.ts';
import { readField } from '../form-fields.ts';
import settingsClasses from '../settings/settings.module.css';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { SECRET_CLEAR_MS, useCopy } from '../ui/copy.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { Mono } from '../ui/mono.tsx';
import { toastDone } from '../ui/toasts.tsx';
import classes from './audit.module.css';
import type { AuditSettings, SaveSettings } from './keep-panel.tsx';

const URL_LENGTH_MAX = 2048;

interface StreamSettingsProps {
  stream: AuditSettings['stream'];
  mayEdit: boolean;
  onSave: SaveSettings;
}

/** Where every event is sent: set, changed, ended. The signing secret of a new address is copied now or never. */
export function StreamSettings({ stream, mayEdit, onSave }: StreamSettingsProps) {
  const { t } = useTranslation('audit');
  const [isEditing, setIsEditing] = useState(false);
  const [hasNewSecret, setHasNewSecret] = useState(false);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const signingSecret = useRef('');
  const send = async (streamUrl: string) => {
    signingSecret.current = (await onSave({ streamUrl })) ?? '';
    setHasNewSecret(true);
    setIsEditing(false);
    toastDone(t('keep.started', { host: URL.parse(streamUrl)?.host ?? '' }));
  };
  return (
    <section className={classes.part} aria-labelledby="audit-stream">
      <h3 id="audit-stream">{t('keep.stream')}</h3>
      <p>{t('keep.streamHint')}</p>
      {stream === null && !mayEdit && <p>{t('keep.none')}</p>}
      {mayEdit && (stream === null || isEditing) && (
        <AddressForm onSend={send} {...(stream === null ? {} : { onCancel: () => setIsEditing(false) })} />
      )}
      {stream !== null && !isEditing && (
        <Current
          stream={stream}
          mayEdit={mayEdit}
          onEdit={() => setIsEditing(true)}
          onStop={async () => {
            await onSave({ streamUrl: null });
            setHasNewSecret(false);
            toastDone(t('keep.stopped'));
          }}
        />
      )}
      {hasNewSecret && <NewSecret readSecret={() => signingSecret.current} />}
    </section>
  );
}

function AddressForm({ onSend, onCancel }: { onSend: (url: string) => Promise<void>; onCancel?: () => void }) {
  const { t } = useTranslation(['audit', 'shell']);
  const [isWrong, setIsWrong] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const url = readField(event.currentTarget, 'streamUrl').trim();
    setIsWrong(!isHttpAddress(url));
    if (!isHttpAddress(url)) return;
    setIsBusy(true);
    setError(null);
    try {
      await onSend(url);
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={classes.part} noValidate autoComplete="off" onSubmit={(event) => void submit(event)}>
      {/* The address stays in its field: for a collector it is often a secret in itself. */}
      <TextInput
        name="streamUrl"
        type="url"
        label={t('audit:keep.address')}
        description={t('audit:keep.addressHint')}
        placeholder="https://logs.example.com/…"
        error={isWrong && t('audit:keep.addressMissing')}
        maxLength={URL_LENGTH_MAX}
        required
        withAsterisk={false}
        spellCheck={false}
        autoComplete="off"
        data-1p-ignore=""
        data-lpignore="true"
      />
      {error !== null && <InlineError error={error} />}
      <div className={settingsClasses.buttons}>
        <Button type="submit" size="xs" loading={isBusy}>
          {t('audit:keep.send')}
        </Button>
        {onCancel !== undefined && (
          <Button size="xs" variant="default" disabled={isBusy} onClick={onCancel}>
            {t('shell:ui.cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}

interface CurrentProps {
  stream: NonNullable<AuditSettings['stream']>;
  mayEdit: boolean;
  onEdit: () => void;
  onStop: () => Promise<void>;
}

function Current({ stream: { host, waiting, lastError }, mayEdit, onEdit, onStop }: CurrentProps) {
  const { t } = useTranslation('audit');
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <dl className={settingsClasses.facts}>
        <dt>{t('keep.to')}</dt>
        <dd>
          <Mono>{host}</Mono>
        </dd>
        <dt>{t('keep.waiting')}</dt>
        <dd>{waiting === 0 ? t('keep.allArrived') : t('keep.waitingText', { count: waiting })}</dd>
      </dl>
      {lastError !== null && (
        <p className={settingsClasses.trouble}>
          {t('keep.failed')} {lastError}
        </p>
      )}
      {mayEdit && (
        <div className={settingsClasses.buttons}>
          <Button size="xs" variant="default" onClick={onEdit}>
            {t('keep.change')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
            {t('keep.stop')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('keep.stopTitle', { host })}
        confirmLabel={t('keep.stop')}
        onConfirm={onStop}
      >
        <p>{t('keep.stopText')}</p>
      </ConfirmDialog>
    </>
  );
}

function NewSecret({ readSecret }: { readSecret: () => string }) {
  const { t } = useTranslation('audit');
  const { copy, isBusy } = useCopy();
  const options = { name: t('keep.secretName'), clearAfterMs: SECRET_CLEAR_MS };
  return (
    <div className={settingsClasses.secret}>
      <div>
        <strong>{t('keep.secretTitle')}</strong>
        <p>{t('keep.secretText')}</p>
      </div>
      <Button size="xs" color="brass" loading={isBusy} onClick={() => void copy(async () => readSecret(), options)}>
        {t('keep.secretCopy')}
      </Button>
    </div>
  );
}
