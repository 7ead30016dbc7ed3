import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { api } from '../api.ts';
import { GivenUp } from '../errors.ts';
import { readField } from '../form-fields.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import confirm from '../ui/confirm-dialog.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { CodeField } from './code-field.tsx';
import { isLastFactor, type Security, useRefreshSecurity } from './security-queries.ts';

/** Takes the app away, with one of its codes or a recovery code. */
export function DisconnectAppDialog({ security, onClose }: { security: Security; onClose: () => void }) {
  const { t } = useTranslation(['secondFactors', 'shell']);
  useFocusBack();
  const refresh = useRefreshSecurity();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isWrong = error instanceof ApiError && error.code === 'totp_wrong';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = readField(event.currentTarget, 'code');
    setIsBusy(true);
    setError(null);
    try {
      await withFreshSignIn(() => api('DELETE /api/me/totp', { body: { code } }));
      toastDone(t('secondFactors:disconnect.done'));
      onClose();
      await refresh();
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('secondFactors:disconnect.title')}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <div className={confirm.text}>
          <p>{t('secondFactors:disconnect.text')}</p>
          {isLastFactor(security, 'totp') && <p>{t('secondFactors:disconnect.last')}</p>}
        </div>
        <CodeField
          name="code"
          kind="either"
          label={t('secondFactors:disconnect.byCode')}
          error={isWrong ? t('secondFactors:step.wrong') : null}
        />
        {error !== null && !isWrong && <InlineError error={error} />}
        <div className={confirm.buttons}>
          <Button variant="default" onClick={onClose} disabled={isBusy}>
            {t('shell:ui.cancel')}
          </Button>
          <Button
            type="submit"
            {...(confirm.danger === undefined ? {} : { className: confirm.danger })}
            loading={isBusy}
          >
            {t('secondFactors:disconnect.action')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
