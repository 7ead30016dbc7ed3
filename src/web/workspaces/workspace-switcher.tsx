import { Menu, Tooltip, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Check, ChevronsUpDown, User, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../accounts/me.ts';
import { chooseWorkspace } from './chosen-workspace.ts';
import classes from './workspace-switcher.module.css';

/** The current workspace and, where there are several, the way to another. */
export function WorkspaceSwitcher({ isCollapsed }: { isCollapsed: boolean }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { workspaces, activeWorkspaceId } = useMe();
  const current = workspaces.find(({ id }) => id === activeWorkspaceId);
  if (current === undefined) return null;
  const Icon = current.kind === 'personal' ? User : Users;
  const change = async (id: string) => {
    chooseWorkspace(id);
    // What was loaded belongs to the workspace before.
    await queryClient.resetQueries();
  };
  return (
    <Menu position="bottom-start" width={220} transitionProps={{ duration: 120 }}>
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
                  <span className={classes.kind}>{t(`workspace.${current.kind}`)}</span>
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
      <Menu.Dropdown aria-label={t('workspace.label')}>
        <Menu.Label>{t('workspace.label')}</Menu.Label>
        {workspaces.map(({ id, name, role }) => (
          <Menu.Item
            key={id}
            onClick={() => void change(id)}
            aria-current={id === activeWorkspaceId}
            rightSection={id === activeWorkspaceId ? <Check size={15} aria-hidden /> : null}
          >
            {name}
            <span className={classes.role}>{t(`workspace.role.${role}`)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
