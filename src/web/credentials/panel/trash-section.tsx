import { Button } from '@mantine/core';
import { RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { api } from '../../api.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatRelative } from '../../ui/time.tsx';
import { toastDone, toastError } from '../../ui/toasts.tsx';
import { type Credential, may } from '../credential.ts';
import { useRefreshKeyLists, useRefreshKeys } from '../key-queries.ts';
import { toastWithUndo } from '../undo-toast.tsx';
import { useNow } from '../use-now.ts';
import classes from './panel.module.css';

interface TrashProps {
  credential: Credential;
  /** The key left the list that stands beside the panel. */
  onGone: () => void;
}

/** Moves a key into the trash after saying what stops working; it can be undone from the toast. */
export function TrashSection({ credential, onGone }: TrashProps) {
  const { t } = useTranslation('credentials');
  const refresh = useRefreshKeys();
  const [isAsking, setIsAsking] = useState(false);
  const { id, name } = credential;
  if (credential.deletedAt !== null || !may(credential, 'manage')) return null;
  const move = async () => {
    await api('DELETE /api/keys/{id}', { params: { id } });
    onGone();
    await refresh();
    toastWithUndo({
      message: t('trash.moved', { name }),
      undoLabel: t('trash.undo'),
      onUndo: async () => {
        await api('POST /api/keys/{id}/restore', { params: { id } });
        await refresh();
      },
    });
  };
  return (
    <div>
      <Button
        variant="default"
        className={classes.danger ?? ''}
        leftSection={<Trash2 size={15} aria-hidden />}
        onClick={() => setIsAsking(true)}
      >
        {t('trash.move')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('trash.moveTitle', { name })}
        confirmLabel={t('trash.move')}
        onConfirm={move}
      >
        <p>{t('trash.moveSentence')}</p>
      </ConfirmDialog>
    </div>
  );
}

/** For a key in the trash: since when, the way back, and the way out for good. */
export function TrashNotice({ credential, onGone }: TrashProps) {
  const { t } = useTranslation('credentials');
  const locale = useLocale();
  const now = useNow();
  const refresh = useRefreshKeys();
  const refreshLists = useRefreshKeyLists();
  const [isAsking, setIsAsking] = useState(false);
  const [isRestoring, setIsRestoring] = useState(false);
  const mayPurge = useAllowed('credential:purge');
  const { id, name, deletedAt } = credential;
  if (deletedAt === null) return null;

  const restore = async () => {
    setIsRestoring(true);
    try {
      await api('POST /api/keys/{id}/restore', { params: { id } });
      toastDone(t('trash.restored', { name }));
      onGone();
      await refresh();
    } catch (error) {
      toastError(error);
      setIsRestoring(false);
    }
  };
  const purge = async () => {
    await withFreshSignIn(() => api('POST /api/keys/{id}/purge', { params: { id } }));
    toastDone(t('trash.purged', { name }));
    onGone();
    await refreshLists();
  };

  return (
    <div className={classes.notice}>
      <p>{t('panel.trashedAt', { when: formatRelative(deletedAt, Math.max(now, Date.parse(deletedAt)), locale) })}</p>
      {may(credential, 'manage') && (
        <div className={classes.buttons}>
          <Button
            size="compact-sm"
            variant="default"
            loading={isRestoring}
            leftSection={<RotateCcw size={14} aria-hidden />}
            onClick={() => void restore()}
          >
            {t('trash.restore')}
          </Button>
          {mayPurge && (
            <Button
              size="compact-sm"
              variant="default"
              className={classes.danger ?? ''}
              onClick={() => setIsAsking(true)}
            >
              {t('trash.purge')}
            </Button>
          )}
        </div>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('trash.purgeTitle', { name })}
        confirmLabel={t('trash.purge')}
        onConfirm={purge}
      >
        <p>{t('trash.purgeSentence')}</p>
      </ConfirmDialog>
    </div>
  );
}
