import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../../contract/permissions.ts';
import { useMe } from '../../accounts/me.ts';
import { toastWithUndo } from '../../credentials/undo-toast.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toastError } from '../../ui/toasts.tsx';
import { useRefreshWorkspace } from '../../workspaces/workspace-queries.ts';
import type { Member } from './member.ts';
import { useChangeMember } from './member-queries.ts';
import { isRole } from './members-search.ts';

/** The role of a member: words, or a choice among the roles that the person may give. Their own asks first. */
export function RoleField({ member }: { member: Member }) {
  const { t } = useTranslation(['members', 'shell']);
  const { user } = useMe();
  const change = useChangeMember();
  const refreshMe = useRefreshWorkspace();
  const [isBusy, setIsBusy] = useState(false);
  const [own, setOwn] = useState<Role | null>(null);
  const { userId, name, role, assignableRoles } = member;
  const wordFor = (which: Role) => t(`shell:workspace.role.${which}`);
  if (assignableRoles.length < 2) return <span>{wordFor(role)}</span>;

  const give = async (next: Role) => {
    setIsBusy(true);
    try {
      await change(userId, { role: next });
      toastWithUndo({
        message: t('members:done.role', { name, role: wordFor(next) }),
        undoLabel: t('members:action.undo'),
        onUndo: () => change(userId, { role }),
      });
    } catch (error) {
      toastError(error);
    } finally {
      setIsBusy(false);
    }
  };
  const choose = (value: string | null) => {
    if (value === null || !isRole(value) || value === role) return;
    if (userId === user.id) setOwn(value);
    else void give(value);
  };
  return (
    <>
      <Select
        size="xs"
        aria-label={t('members:row.roleOf', { name })}
        value={role}
        disabled={isBusy}
        allowDeselect={false}
        data={assignableRoles.map((value) => ({ value, label: wordFor(value) }))}
        onChange={choose}
        comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      />
      {own !== null && (
        <ConfirmDialog
          isOpen
          onClose={() => setOwn(null)}
          title={t('members:ownRole.title')}
          confirmLabel={t('members:ownRole.confirm')}
          onConfirm={async () => {
            await change(userId, { role: own });
            await refreshMe();
          }}
        >
          <p>{t('members:ownRole.text', { role: wordFor(own) })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
