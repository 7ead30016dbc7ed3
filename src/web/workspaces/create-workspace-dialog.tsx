import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { readField } from '../form-fields.ts';
import { InlineError } from '../ui/error-state.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { useSwitchWorkspace } from './active-workspace.ts';
import { WORKSPACE_NAME_LENGTH_MAX } from './limits.ts';
import classes from './workspaces.module.css';

/** Makes a team workspace and goes to it. */
export default function CreateWorkspaceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['workspaces', 'shell']);
  useFocusBack();
  const switchTo = useSwitchWorkspace();
  const [isMissing, setIsMissing] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = readField(event.currentTarget, 'name').trim();
    setIsMissing(name === '');
    if (name === '') return;
    setIsBusy(true);
    setError(null);
    try {
      const { id } = await api('POST /api/workspaces', { body: { name } });
      await switchTo(id, '/team');
      toastDone(t('workspaces:create.done', { name }));
      onClose();
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('workspaces:create.title')}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
        <p className={classes.text}>{t('workspaces:create.lead')}</p>
        <TextInput
          name="name"
          label={t('workspaces:create.name')}
          placeholder={t('workspaces:create.placeholder')}
          error={isMissing && t('workspaces:create.nameMissing')}
          maxLength={WORKSPACE_NAME_LENGTH_MAX}
          autoComplete="off"
          data-autofocus
        />
        {error !== null && <InlineError error={error} />}
        <div className={classes.footer}>
          <Button variant="default" disabled={isBusy} onClick={onClose}>
            {t('shell:ui.cancel')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t('workspaces:create.submit')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
