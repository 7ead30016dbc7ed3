import { ActionIcon, Button, Menu } from '@mantine/core';
import { Ban, DoorOpen, Ellipsis, FileKey2, UserCheck, UserMinus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../accounts/me.ts';
import { toastDone, toastError } from '../../ui/toasts.tsx';
import classes from '../team.module.css';
import type { Member } from './member.ts';
import { useChangeMember } from './member-queries.ts';

export interface MemberQuestion {
  kind: 'disable' | 'remove' | 'report';
  member: Member;
}

interface MemberActionsProps {
  member: Member;
  /** Opens a dialog, which outlives the row. */
  onAsk: (question: MemberQuestion) => void;
}

/** What the person may do to a member; nothing to themselves, because they leave on the page of the workspace. */
export function MemberActions({ member, onAsk }: MemberActionsProps) {
  const { t } = useTranslation('members');
  const { user } = useMe();
  const change = useChangeMember();
  const [isBusy, setIsBusy] = useState(false);
  const { userId, name, state, assignableRoles } = member;
  if (assignableRoles.length === 0 || userId === user.id) return null;
  const letIn = async () => {
    setIsBusy(true);
    try {
      await change(userId, { state: 'active' });
      toastDone(t(state === 'pending' ? 'done.confirmed' : 'done.enabled', { name }));
    } catch (error) {
      toastError(error);
    } finally {
      setIsBusy(false);
    }
  };
  const ask = (kind: MemberQuestion['kind']) => onAsk({ kind, member });
  return (
    <span className={classes.actions}>
      {state === 'pending' && (
        <Button
          size="compact-sm"
          loading={isBusy}
          leftSection={<UserCheck size={14} aria-hidden />}
          aria-label={t('action.confirmNamed', { name })}
          onClick={() => void letIn()}
        >
          {t('action.confirm')}
        </Button>
      )}
      <Menu position="bottom-end" width={220} transitionProps={{ duration: 120 }}>
        <Menu.Target>
          <ActionIcon aria-label={t('row.actionsOf', { name })}>
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {state !== 'pending' && (
            <Menu.Item leftSection={<FileKey2 size={15} aria-hidden />} onClick={() => ask('report')}>
              {t('action.report')}
            </Menu.Item>
          )}
          {state === 'active' && (
            <Menu.Item leftSection={<Ban size={15} aria-hidden />} onClick={() => ask('disable')}>
              {t('action.disable')}
            </Menu.Item>
          )}
          {state === 'disabled' && (
            <Menu.Item leftSection={<DoorOpen size={15} aria-hidden />} onClick={() => void letIn()}>
              {t('action.enable')}
            </Menu.Item>
          )}
          <Menu.Item
            color="var(--akm-bad)"
            leftSection={<UserMinus size={15} aria-hidden />}
            onClick={() => ask('remove')}
          >
            {t(state === 'pending' ? 'action.decline' : 'action.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
