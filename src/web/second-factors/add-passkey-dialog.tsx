import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { GivenUp } from '../errors.ts';
import { readField } from '../form-fields.ts';
import { describeDevice } from '../sessions/device.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import confirm from '../ui/confirm-dialog.module.css';
import { toastDone } from '../ui/toasts.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { ProofError } from './proof-error.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import classes from './second-factors.module.css';
import { useRefreshSecurity } from './security-queries.ts';
import { makePasskey } from './webauthn.ts';

/** Names a passkey, has the browser make it, and shows recovery codes where the account had none. */
export default function AddPasskeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['secondFactors', 'shell']);
  useFocusBack();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(codes === null ? 'secondFactors:passkeys.addTitle' : 'secondFactors:codes.title')}
      size={codes === null ? 'md' : 'lg'}
      withCloseButton={codes === null}
      closeOnClickOutside={false}
      closeOnEscape={codes === null}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      {codes === null ? (
        <NameForm onAdded={(given) => (given === null ? onClose() : setCodes(given))} onCancel={onClose} />
      ) : (
        <RecoveryCodes codes={codes} onDone={onClose} />
      )}
    </Modal>
  );
}

interface NameFormProps {
  onAdded: (codes: readonly string[] | null) => void;
  onCancel: () => void;
}

function NameForm({ onAdded, onCancel }: NameFormProps) {
  const { t } = useTranslation(['secondFactors', 'shell']);
  const refresh = useRefreshSecurity();
  const suggestion = useSuggestedName();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = readField(event.currentTarget, 'name').trim();
    setIsBusy(true);
    setError(null);
    try {
      const options = await withFreshSignIn(() => api('POST /api/me/passkeys/options'));
      const registration = await makePasskey(options);
      const reply = await withFreshSignIn(() => api('POST /api/me/passkeys', { body: { name, registration } }));
      toastDone(t('secondFactors:passkeys.added', { name }));
      onAdded(reply.recoveryCodes);
      await refresh();
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={classes.steps} onSubmit={(event) => void submit(event)}>
      <p className={classes.text}>{t('secondFactors:passkeys.addText')}</p>
      <TextInput
        name="name"
        label={t('secondFactors:passkeys.name')}
        description={t('secondFactors:passkeys.nameHint')}
        defaultValue={suggestion}
        required
        withAsterisk={false}
        maxLength={80}
        pattern=".*\S.*"
        data-autofocus
        autoComplete="off"
      />
      {error !== null && <ProofError error={error} />}
      <div className={confirm.buttons}>
        <Button variant="default" onClick={onCancel} disabled={isBusy}>
          {t('shell:ui.cancel')}
        </Button>
        <Button type="submit" loading={isBusy}>
          {t('secondFactors:passkeys.addAction')}
        </Button>
      </div>
    </form>
  );
}

function useSuggestedName(): string {
  const { t } = useTranslation('secondFactors');
  const { browser, system } = describeDevice(navigator.userAgent);
  if (browser === null || system === null) return t('passkeys.otherName');
  return t('passkeys.defaultName', { browser, system });
}
