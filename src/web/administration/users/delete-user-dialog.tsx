import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import dialog from '../../ui/confirm-dialog.module.css';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useAction } from '../use-action.ts';
import { type AdminUser, nameOf } from './user-queries.ts';

interface DeleteUserDialogProps {
  user: AdminUser;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** Deleting cannot be undone, so the address is typed: nobody does that by mistake. */
export function DeleteUserDialog({ user, onDone, onClose }: DeleteUserDialogProps) {
  const { t } = useTranslation(['administration', 'shell']);
  const [typed, setTyped] = useState('');
  const { isBusy, error, run } = useAction();
  useFocusBack();
  const name = nameOf(user);
  const isRight = typed.trim().toLowerCase() === user.email.toLowerCase();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isRight || isBusy) return;
    const params = { userId: user.id };
    const isDone = await run(() => withFreshSignIn(() => api('DELETE /api/admin/users/{userId}', { params })));
    if (!isDone) return;
    toastDone(t('administration:action.delete.done', { name }));
    await onDone();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('administration:action.delete.ask', { name })}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <div className={dialog.text}>
          <p>{t('administration:action.delete.consequence', { name })}</p>
          <TextInput
            data-autofocus
            label={t('administration:action.delete.type', { email: user.email })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            maxLength={254}
          />
        </div>
        {error !== null && <InlineError error={error} />}
        <div className={dialog.buttons}>
          <Button variant="default" onClick={onClose} disabled={isBusy}>
            {t('shell:ui.cancel')}
          </Button>
          <Button
            type="submit"
            {...(isRight ? { className: dialog.danger ?? '' } : {})}
            disabled={!isRight}
            loading={isBusy}
          >
            {t('administration:action.delete.submit')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
