import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { GivenUp } from '../errors.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import confirm from '../ui/confirm-dialog.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useRefreshSecurity } from './security-queries.ts';

/** Asks first, because the codes that lie in a drawer somewhere stop working; then shows the new ones. */
export function RenewCodesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['secondFactors', 'shell']);
  useFocusBack();
  const refresh = useRefreshSecurity();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const renew = async () => {
    setIsBusy(true);
    setError(null);
    try {
      setCodes((await withFreshSignIn(() => api('POST /api/me/recovery-codes'))).recoveryCodes);
      await refresh();
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(codes === null ? 'secondFactors:renew.title' : 'secondFactors:codes.title')}
      size={codes === null ? 'md' : 'lg'}
      withCloseButton={codes === null}
      closeOnClickOutside={codes === null}
      closeOnEscape={codes === null}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      {codes === null ? (
        <>
          <div className={confirm.text}>
            <p>{t('secondFactors:renew.text')}</p>
          </div>
          {error !== null && <InlineError error={error} />}
          <div className={confirm.buttons}>
            <Button variant="default" onClick={onClose} disabled={isBusy} data-autofocus>
              {t('shell:ui.cancel')}
            </Button>
            <Button loading={isBusy} onClick={() => void renew()}>
              {t('secondFactors:renew.action')}
            </Button>
          </div>
        </>
      ) : (
        <RecoveryCodes codes={codes} onDone={onClose} />
      )}
    </Modal>
  );
}
