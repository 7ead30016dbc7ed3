import { Menu, Tooltip, VisuallyHidden } from '@mantine/core';
import { Check, ChevronsUpDown, Clock, LogOut, Plus, User, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Me, useMe } from '../accounts/me.ts';
import { api } from '../api.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import { type OwnWorkspace, useActiveWorkspace, useSwitchWorkspace } from './active-workspace.ts';
import { useRefreshWorkspace } from './workspace-queries.ts';
import classes from './workspace-switcher.module.css';

const CreateWorkspaceDialog = lazy(() => import('./create-workspace-dialog.tsx'));

type Waiting = Me['pendingWorkspaces'][number];

/** The current workspace, the way to the others, those that one waits for, and a new one. */
export function WorkspaceSwitcher({ isCollapsed }: { isCollapsed: boolean }) {
  const { t } = useTranslation(['shell', 'workspaces']);
  const switchTo = useSwitchWorkspace();
  const { workspaces, pendingWorkspaces } = useMe();
  const current = useActiveWorkspace();
  const [isCreating, setIsCreating] = useState(false);
  const [leaving, setLeaving] = useState<Waiting | null>(null);
  const change = async ({ id, name }: OwnWorkspace) => {
    if (id === current.id) return;
    try {
      await switchTo(id);
      toastDone(t('workspaces:switcher.switched', { name }));
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <>
      <Menu position="bottom-start" width={264} transitionProps={{ duration: 120 }}>
        <Target current={current} isCollapsed={isCollapsed} />
        <Menu.Dropdown aria-label={t('workspace.label')} className={classes.dropdown}>
          <Menu.Label>{t('workspace.label')}</Menu.Label>
          {workspaces.map((workspace) => (
            <Choice
              key={workspace.id}
              workspace={workspace}
              isCurrent={workspace.id === current.id}
              onChoose={() => void change(workspace)}
            />
          ))}
          {pendingWorkspaces.length > 0 && <Menu.Label>{t('workspaces:switcher.pending')}</Menu.Label>}
          {pendingWorkspaces.map((workspace) => (
            <Menu.Item
              key={workspace.id}
              className={classes.item}
              leftSection={<Clock size={15} aria-hidden />}
              rightSection={<LogOut size={14} aria-hidden />}
              title={t('workspaces:switcher.pendingHint')}
              aria-label={t('workspaces:leave.stopWaiting', { name: workspace.name })}
              onClick={() => setLeaving(workspace)}
            >
              {workspace.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Plus size={15} aria-hidden />} onClick={() => setIsCreating(true)}>
            {t('workspaces:switcher.create')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isCreating && (
        <Suspense fallback={null}>
          <CreateWorkspaceDialog onClose={() => setIsCreating(false)} />
        </Suspense>
      )}
      {leaving !== null && <StopWaiting workspace={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function Target({ current, isCollapsed }: { current: OwnWorkspace; isCollapsed: boolean }) {
  const { t } = useTranslation();
  const Icon = current.kind === 'personal' ? User : Users;
  return (
    <Tooltip label={current.name} position="right" disabled={!isCollapsed}>
      <Menu.Target>
        <button type="button" className={classes.target} data-collapsed={isCollapsed}>
          <span className={classes.icon}>
            <Icon size={15} aria-hidden />
          </span>
          {!isCollapsed && (
            <>
              <span className={classes.words}>
                <span className={classes.name}>{current.name}</span>{' '}
                <span className={classes.kind}>
                  {current.kind === 'personal' ? t('workspace.personal') : t(`workspace.role.${current.role}`)}
                </span>
              </span>
              <ChevronsUpDown size={14} aria-hidden />
            </>
          )}
          <VisuallyHidden>
            {isCollapsed && current.name} {t('workspace.switchTo')}
          </VisuallyHidden>
        </button>
      </Menu.Target>
    </Tooltip>
  );
}

interface ChoiceProps {
  workspace: OwnWorkspace;
  isCurrent: boolean;
  onChoose: () => void;
}

function Choice({ workspace, isCurrent, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const { name, kind, role } = workspace;
  const Icon = kind === 'personal' ? User : Users;
  return (
    <Menu.Item
      className={classes.item}
      onClick={onChoose}
      aria-current={isCurrent}
      leftSection={<Icon size={15} aria-hidden />}
      rightSection={isCurrent ? <Check size={15} aria-hidden /> : null}
    >
      <span className={classes.choice}>
        <span className={classes.choiceName}>{name}</span>
        <span className={classes.role}>
          {kind === 'personal' ? t('workspace.personal') : t(`workspace.role.${role}`)}
        </span>
      </span>
    </Menu.Item>
  );
}

function StopWaiting({ workspace, onClose }: { workspace: Waiting; onClose: () => void }) {
  const { t } = useTranslation('workspaces');
  const refresh = useRefreshWorkspace();
  const { id, name } = workspace;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('leave.dialogTitle', { name })}
      confirmLabel={t('leave.confirm')}
      onConfirm={async () => {
        await api('POST /api/workspaces/{id}/leave', { params: { id } });
        toastDone(t('leave.done', { name }));
        await refresh();
      }}
    >
      <p>{t('switcher.pendingHint')}</p>
      <p>{t('leave.textPending')}</p>
    </ConfirmDialog>
  );
}
