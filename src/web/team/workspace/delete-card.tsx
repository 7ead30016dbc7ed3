import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import panel from '../../credentials/panel/panel.module.css';
import { GivenUp } from '../../errors.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import danger from '../../ui/confirm-dialog.module.css';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useSwitchWorkspace } from '../../workspaces/active-workspace.ts';
import { WORKSPACE_NAME_LENGTH_MAX } from '../../workspaces/limits.ts';
import type { Workspace } from '../../workspaces/workspace-queries.ts';
import classes from '../team.module.css';
import { Card } from './card.tsx';

export function DeleteCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspaces');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Card
        title={t('delete.title')}
        lead={t('delete.lead')}
        action={
          <Button size="xs" variant="default" className={panel.danger ?? ''} onClick={() => setIsOpen(true)}>
            {t('delete.action')}
          </Button>
        }
      />
      {isOpen && <DeleteDialog workspace={workspace} onClose={() => setIsOpen(false)} />}
    </>
  );
}

/** The name has to be typed: what is lost is everybody's. */
function DeleteDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const { t } = useTranslation(['workspaces', 'shell']);
  useFocusBack();
  const switchTo = useSwitchWorkspace();
  const [typed, setTyped] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { name, counts } = workspace;
  const isTyped = typed.trim() === name;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isTyped) return;
    setIsBusy(true);
    setError(null);
    try {
      await withFreshSignIn(() => api('DELETE /api/workspace'));
      toastDone(t('workspaces:delete.done', { name }));
      await switchTo(null, '/');
    } catch (thrown) {
      setError(thrown instanceof GivenUp ? null : thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('workspaces:delete.dialogTitle', { name })}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
        <p className={classes.text}>{t('workspaces:delete.text')}</p>
        <p className={classes.text}>
          {counts.keys !== null && counts.keys > 0 && t('workspaces:delete.keys', { count: counts.keys })}{' '}
          {counts.members > 1 && t('workspaces:delete.members', { count: counts.members - 1 })}
        </p>
        <TextInput
          label={t('workspaces:delete.type', { name })}
          value={typed}
          maxLength={WORKSPACE_NAME_LENGTH_MAX}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {error !== null && <InlineError error={error} />}
        <div className={classes.footer}>
          <Button variant="default" disabled={isBusy} onClick={onClose}>
            {t('shell:ui.cancel')}
          </Button>
          <Button
            type="submit"
            {...(isTyped ? { className: danger.danger ?? '' } : {})}
            disabled={!isTyped}
            loading={isBusy}
          >
            {t('workspaces:delete.confirm')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
