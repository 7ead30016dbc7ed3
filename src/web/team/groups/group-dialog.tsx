import { Button, Modal, MultiSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useEveryMember } from '../members/member-queries.ts';
import classes from '../team.module.css';
import { type Group, useRefreshGroups } from './group-queries.ts';

const NAME_LENGTH_MAX = 80;
const MEMBERS_MAX = 1000;

interface GroupDialogProps {
  /** null makes a new one. */
  group: Group | null;
  onClose: () => void;
}

export default function GroupDialog({ group, onClose }: GroupDialogProps) {
  const { t } = useTranslation(['groups', 'shell']);
  useFocusBack();
  const refresh = useRefreshGroups();
  const members = useEveryMember();
  const [name, setName] = useState(group?.name ?? '');
  const [chosen, setChosen] = useState<string[]>(group?.memberIds ?? []);
  const [isMissing, setIsMissing] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(members.error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsMissing(name.trim() === '');
    if (name.trim() === '') return;
    setIsBusy(true);
    setError(null);
    // Until the members are known, who is in the group is left as it is.
    const memberIds = members.data?.map(({ userId }) => userId).filter((userId) => chosen.includes(userId));
    const body = { name: name.trim(), ...(memberIds === undefined ? {} : { memberIds }) };
    try {
      if (group === null) await api('POST /api/groups', { body });
      else await api('PUT /api/groups/{id}', { params: { id: group.id }, body });
      toastDone(t(group === null ? 'groups:done.created' : 'groups:done.saved', { name: body.name }));
      void refresh();
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
      size={520}
      title={group === null ? t('groups:form.create') : t('groups:form.edit', { name: group.name })}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextInput
          label={t('groups:form.name')}
          placeholder={t('groups:form.placeholder')}
          value={name}
          maxLength={NAME_LENGTH_MAX}
          autoComplete="off"
          error={isMissing && t('groups:form.nameMissing')}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <MultiSelect
          label={t('groups:form.members')}
          placeholder={chosen.length === 0 ? t('groups:form.choose') : ''}
          data={(members.data ?? []).map(({ userId, name: label, email }) => ({
            value: userId,
            label: email === null ? label : `${label} (${email})`,
          }))}
          value={members.data === undefined ? [] : chosen}
          disabled={members.data === undefined}
          maxValues={MEMBERS_MAX}
          searchable
          hidePickedOptions
          nothingFoundMessage={t('shell:ui.nothingFound')}
          onChange={setChosen}
        />
        {error !== null && <InlineError error={error} />}
        <div className={classes.footer}>
          <Button variant="default" disabled={isBusy} onClick={onClose}>
            {t('shell:ui.cancel')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {group === null ? t('groups:form.submit') : t('shell:ui.save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
