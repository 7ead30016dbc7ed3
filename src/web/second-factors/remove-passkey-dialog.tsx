import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { isLastFactor, type Passkey, type Security, useRefreshSecurity } from './security-queries.ts';

interface RemovePasskeyDialogProps {
  passkey: Passkey;
  security: Security | undefined;
  onClose: () => void;
}

export function RemovePasskeyDialog({ passkey, security, onClose }: RemovePasskeyDialogProps) {
  const { t } = useTranslation('secondFactors');
  const refresh = useRefreshSecurity();
  const { id, name } = passkey;
  const remove = async () => {
    await withFreshSignIn(() => api('DELETE /api/me/passkeys/{id}', { params: { id } }));
    toastDone(t('passkeys.removed', { name }));
    await refresh();
  };
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('passkeys.removeTitle', { name })}
      confirmLabel={t('passkeys.remove')}
      onConfirm={remove}
    >
      <p>{t('passkeys.removeText')}</p>
      {security !== undefined && isLastFactor(security, 'passkey') && <p>{t('passkeys.removeLast')}</p>}
    </ConfirmDialog>
  );
}
