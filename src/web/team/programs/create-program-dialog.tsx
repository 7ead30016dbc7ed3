import { Button, Modal, Switch, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { NOTE_LENGTH_MAX } from '../../credentials/limits.ts';
import { readField } from '../../form-fields.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useActiveWorkspace } from '../../workspaces/active-workspace.ts';
import classes from '../team.module.css';
import { NAME_LENGTH_MAX, useRefreshPrograms } from './program.ts';

interface CreateProgramDialogProps {
  onClose: () => void;
  onCreated: (id: string) => void;
}

export default function CreateProgramDialog({ onClose, onCreated }: CreateProgramDialogProps) {
  const { t } = useTranslation(['serviceAccounts', 'shell']);
  useFocusBack();
  const { role } = useActiveWorkspace();
  const refresh = useRefreshPrograms();
  const [mayCopy, setMayCopy] = useState(false);
  const [isMissing, setIsMissing] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = readField(event.currentTarget, 'name').trim();
    const note = readField(event.currentTarget, 'note').trim();
    setIsMissing(name === '');
    if (name === '') return;
    setIsBusy(true);
    setError(null);
    try {
      const { id } = await api('POST /api/service-accounts', {
        body: { name, ...(note === '' ? {} : { note }), ...(mayCopy ? { mayCopy } : {}) },
      });
      await refresh();
      toastDone(t('serviceAccounts:form.done', { name }));
      onClose();
      onCreated(id);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={t('serviceAccounts:form.title')}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextInput
          name="name"
          label={t('serviceAccounts:form.name')}
          placeholder={t('serviceAccounts:form.placeholder')}
          maxLength={NAME_LENGTH_MAX}
          autoComplete="off"
          error={isMissing && t('serviceAccounts:form.nameMissing')}
          data-autofocus
        />
        <Textarea
          name="note"
          label={`${t('serviceAccounts:form.note')} (${t('shell:ui.optional')})`}
          maxLength={NOTE_LENGTH_MAX}
          autosize
          minRows={2}
          maxRows={6}
        />
        <Switch
          label={t('serviceAccounts:form.mayCopy')}
          description={role === 'owner' ? t('serviceAccounts:form.mayCopyHint') : t('serviceAccounts:form.ownersOnly')}
          checked={mayCopy}
          disabled={role !== 'owner'}
          onChange={(event) => setMayCopy(event.currentTarget.checked)}
        />
        {error !== null && <InlineError error={error} />}
        <div className={classes.footer}>
          <Button variant="default" disabled={isBusy} onClick={onClose}>
            {t('shell:ui.cancel')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t('serviceAccounts:form.submit')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
