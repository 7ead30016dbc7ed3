import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatCount } from '../../ui/numbers.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import { useRefreshVirtualKeys } from '../virtual-key-queries.ts';
import classes from './panel.module.css';
import { useRecentTools } from './use-recent-tools.ts';

interface RevokeDialogProps {
  virtualKey: VirtualKey;
  isOpen: boolean;
  onClose: () => void;
}

/** Ends a virtual key for good, after saying by name what stops working. */
export function RevokeDialog({ virtualKey, isOpen, onClose }: RevokeDialogProps) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const refresh = useRefreshVirtualKeys();
  const tools = useRecentTools(virtualKey.id) ?? [];
  const { id, name, runningCalls } = virtualKey;
  const revoke = async () => {
    await api('DELETE /api/virtual-keys/{id}', { params: { id } });
    await refresh();
    toastDone(t('revoke.done', { name }));
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('revoke.title', { name })}
      confirmLabel={t('revoke.action')}
      onConfirm={revoke}
    >
      {tools.length === 0 ? (
        <p>{t('revoke.noTools')}</p>
      ) : (
        <>
          <p>{t('revoke.tools')}</p>
          <ul className={classes.stopping}>
            {tools.map((tool) => (
              <li key={tool.id}>
                {tool.name}{' '}
                <span>{t('panel.calls', { count: tool.requests, formatted: formatCount(tool.requests, locale) })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {runningCalls > 0 && <p>{t('revoke.running', { count: runningCalls })}</p>}
      <p>{t('revoke.forGood')}</p>
    </ConfirmDialog>
  );
}
