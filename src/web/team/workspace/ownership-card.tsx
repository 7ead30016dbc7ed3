import { Button, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../accounts/me.ts';
import { api } from '../../api.ts';
import { GivenUp } from '../../errors.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import danger from '../../ui/confirm-dialog.module.css';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useRefreshWorkspace, type Workspace } from '../../workspaces/workspace-queries.ts';
import { useEveryMember, useRefreshMembers } from '../members/member-queries.ts';
import classes from '../team.module.css';
import { Card } from './card.tsx';

export function OwnershipCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspaces');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Card
        title={t('ownership.title')}
        lead={t('ownership.lead')}
        action={
          <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
            {t('ownership.action')}
          </Button>
        }
      />
      {isOpen && <TransferDialog workspace={workspace} onClose={() => setIsOpen(false)} />}
    </>
  );
}

function TransferDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const { t } = useTranslation(['workspaces', 'shell']);
  useFocusBack();
  const { user } = useMe();
  const refresh = useRefreshWorkspace();
  const refreshMembers = useRefreshMembers();
  const everyone = useEveryMember();
  const [chosen, setChosen] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const others = everyone.data?.filter(({ userId, state }) => userId !== user.id && state === 'active') ?? [];
  const next = others.find(({ userId }) => userId === chosen);
  const transfer = async () => {
    if (next === undefined) return;
    setIsBusy(true);
    setError(null);
    try {
      await withFreshSignIn(() => api('POST /api/workspace/transfer', { body: { userId: next.userId } }));
      toastDone(t('workspaces:ownership.done', { person: next.name }));
      onClose();
      await Promise.all([refresh(), refreshMembers()]);
    } catch (thrown) {
      setError(thrown instanceof GivenUp ? null : thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('workspaces:ownership.dialogTitle', { name: workspace.name })}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <div className={classes.form}>
        <p className={classes.text}>{t('workspaces:ownership.text')}</p>
        <Select
          label={t('workspaces:ownership.to')}
          placeholder={t('workspaces:ownership.choose')}
          data={others.map(({ userId, name, email }) => ({
            value: userId,
            label: email === null ? name : `${name} (${email})`,
          }))}
          value={chosen}
          searchable
          disabled={others.length === 0}
          {...(everyone.isSuccess && others.length === 0 ? { description: t('workspaces:ownership.nobody') } : {})}
          nothingFoundMessage={t('shell:ui.nothingFound')}
          data-autofocus
          onChange={setChosen}
        />
        {everyone.isError && <InlineError error={everyone.error} />}
        {error !== null && <InlineError error={error} />}
        <div className={classes.footer}>
          <Button variant="default" disabled={isBusy} onClick={onClose}>
            {t('shell:ui.cancel')}
          </Button>
          <Button
            {...(next === undefined ? {} : { className: danger.danger ?? '' })}
            disabled={next === undefined}
            loading={isBusy}
            onClick={() => void transfer()}
          >
            {t('workspaces:ownership.confirm')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
