import { Button, Modal } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api } from '../api.ts';
import { readField } from '../form-fields.ts';
import { CopyButton, SECRET_CLEAR_MS } from '../ui/copy.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { CodeField } from './code-field.tsx';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import classes from './second-factors.module.css';
import { useRefreshSecurity } from './security-queries.ts';

export type Beginning = OperationReply<Operations['POST /api/me/totp']>;

interface ConnectAppDialogProps {
  /** What the server gave to begin with. */
  beginning: Beginning;
  onClose: () => void;
}

/** Shows the secret of a new app, takes its first code, and hands out the recovery codes. */
export default function ConnectAppDialog({ beginning, onClose }: ConnectAppDialogProps) {
  const { t } = useTranslation(['secondFactors', 'shell']);
  useFocusBack();
  const refresh = useRefreshSecurity();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const finish = () => {
    toastDone(t('secondFactors:connect.done'));
    onClose();
  };
  return (
    <Modal
      opened
      onClose={codes === null ? onClose : finish}
      title={t(codes === null ? 'secondFactors:connect.title' : 'secondFactors:codes.title')}
      size="lg"
      withCloseButton={codes === null}
      closeOnClickOutside={false}
      closeOnEscape={codes === null}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      {codes === null ? (
        <Scan
          beginning={beginning}
          onConnected={(given) => {
            setCodes(given);
            void refresh();
          }}
        />
      ) : (
        <RecoveryCodes codes={codes} onDone={finish} />
      )}
    </Modal>
  );
}

function Scan({ beginning, onConnected }: { beginning: Beginning; onConnected: (codes: string[]) => void }) {
  const { t } = useTranslation('secondFactors');
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isWrong = error instanceof ApiError && error.code === 'totp_wrong';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = readField(event.currentTarget, 'code');
    setIsBusy(true);
    setError(null);
    try {
      onConnected((await api('POST /api/me/totp/confirm', { body: { code } })).recoveryCodes);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <div className={classes.scan}>
      <figure className={classes.figure}>
        <QrCode text={beginning.uri} label={t('connect.qr')} />
        <figcaption>{t('connect.scan')}</figcaption>
      </figure>
      <div className={classes.steps}>
        <div>
          <p className={classes.label}>{t('connect.byHand')}</p>
          <div className={classes.secret}>
            <code translate="no">{grouped(beginning.secret)}</code>
            <CopyButton
              value={beginning.secret}
              label={t('connect.copySecret')}
              name={t('connect.secretName')}
              clearAfterMs={SECRET_CLEAR_MS}
            />
          </div>
        </div>
        <form ref={form} className={classes.steps} onSubmit={(event) => void submit(event)}>
          <CodeField
            name="code"
            kind="app"
            label={t('connect.code')}
            description={t('connect.codeHint')}
            error={isWrong ? t('step.wrong') : null}
            onComplete={() => form.current?.requestSubmit()}
          />
          {error !== null && !isWrong && <InlineError error={error} />}
          <Button type="submit" fullWidth loading={isBusy}>
            {t('connect.submit')}
          </Button>
        </form>
      </div>
    </div>
  );
}

/** In fours, as people read and type it. */
function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
