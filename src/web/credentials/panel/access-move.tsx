import { Button, Modal, Select } from '@mantine/core';
import { ArrowRightLeft } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAllowed } from '../../../contract/permissions.ts';
import { useMe } from '../../accounts/me.ts';
import { api } from '../../api.ts';
import { GivenUp } from '../../errors.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import team from '../../team/team.module.css';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { isOverseer, type OwnWorkspace, useActiveWorkspace } from '../../workspaces/active-workspace.ts';
import type { Credential } from '../credential.ts';
import { useRefreshKeyLists } from '../key-queries.ts';

interface MoveKeyProps {
  credential: Credential;
  /** The key left the list that stands beside the panel. */
  onGone: () => void;
}

/** The workspaces that a key may go to: the person may add keys there, and take this one away here. */
function useTargets(credential: Credential): OwnWorkspace[] {
  const { workspaces } = useMe();
  const here = useActiveWorkspace();
  const mayLeave = credential.mayCopy && (here.kind === 'personal' || isOverseer(here.role));
  // The address of a custom provider belongs to its workspace.
  if (!mayLeave || credential.provider.startsWith('cp_')) return [];
  return workspaces.filter(({ id, role }) => id !== here.id && isAllowed('credential:create', role, null));
}

/** The way of a key to another workspace; nothing where there is none. */
export function MoveKey({ credential, onGone }: MoveKeyProps) {
  const { t } = useTranslation('workspaces');
  const targets = useTargets(credential);
  const [isOpen, setIsOpen] = useState(false);
  if (targets.length === 0) return null;
  return (
    <div>
      <Button variant="default" leftSection={<ArrowRightLeft size={15} aria-hidden />} onClick={() => setIsOpen(true)}>
        {t('move.action')}
      </Button>
      {isOpen && (
        <MoveDialog credential={credential} targets={targets} onGone={onGone} onClose={() => setIsOpen(false)} />
      )}
    </div>
  );
}

interface MoveDialogProps extends MoveKeyProps {
  targets: readonly OwnWorkspace[];
  onClose: () => void;
}

function MoveDialog({ credential, targets, onGone, onClose }: MoveDialogProps) {
  const { t } = useTranslation(['workspaces', 'shell']);
  useFocusBack();
  const refresh = useRefreshKeyLists();
  const [chosen, setChosen] = useState<string | null>(targets.length === 1 ? (targets[0]?.id ?? null) : null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { id, name } = credential;
  const target = targets.find((workspace) => workspace.id === chosen);
  const move = async () => {
    if (target === undefined) return;
    setIsBusy(true);
    setError(null);
    try {
      const body = { workspaceId: target.id };
      await withFreshSignIn(() => api('POST /api/keys/{id}/move', { params: { id }, body }));
      toastDone(t('workspaces:move.done', { name, workspace: target.name }));
      onGone();
      await refresh();
    } catch (thrown) {
      setError(thrown instanceof GivenUp ? null : thrown);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('workspaces:move.title', { name })}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <div className={team.form}>
        <p className={team.text}>{t('workspaces:move.text')}</p>
        <Select
          label={t('workspaces:move.to')}
          placeholder={t('workspaces:move.choose')}
          data={targets.map((workspace) => ({ value: workspace.id, label: workspace.name }))}
          value={chosen}
          allowDeselect={false}
          data-autofocus
          onChange={setChosen}
        />
        {error !== null && <InlineError error={error} />}
        <div className={team.footer}>
          <Button variant="default" disabled={isBusy} onClick={onClose}>
            {t('shell:ui.cancel')}
          </Button>
          <Button disabled={target === undefined} loading={isBusy} onClick={() => void move()}>
            {t('workspaces:move.confirm')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
