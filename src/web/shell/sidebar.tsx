import { ActionIcon, Tooltip } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../accounts/me.ts';
import { Logo } from '../ui/logo.tsx';
import { useActiveWorkspace } from '../workspaces/active-workspace.ts';
import { WorkspaceSwitcher } from '../workspaces/workspace-switcher.tsx';
import { isCurrent, type NavigationEntry, placesOf } from './navigation.ts';
import { useProductName } from './product-name.ts';
import classes from './sidebar.module.css';

function NavigationLink({ entry, isCollapsed }: { entry: NavigationEntry; isCollapsed: boolean }) {
  const { t } = useTranslation();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const isHere = isCurrent(entry, pathname);
  const Icon = entry.icon;
  return (
    <Tooltip label={t(`nav.${entry.name}`)} position="right" disabled={!isCollapsed}>
      <Link
        to={entry.to}
        className={classes.link}
        data-current={isHere}
        {...(isHere ? { 'aria-current': 'page' as const } : {})}
        {...(isCollapsed ? { 'aria-label': t(`nav.${entry.name}`) } : {})}
      >
        <Icon size={17} strokeWidth={1.9} aria-hidden />
        {!isCollapsed && <span>{t(`nav.${entry.name}`)}</span>}
      </Link>
    </Tooltip>
  );
}

/** Logo, workspace and places. Stands in the sidebar and, on phones, in the drawer (without `onToggle`). */
export function SidebarContent({ isCollapsed = false, onToggle }: { isCollapsed?: boolean; onToggle?: () => void }) {
  const { t } = useTranslation();
  const name = useProductName();
  const places = Object.entries(
    Object.groupBy(placesOf(useMe().user, useActiveWorkspace().role), ({ group }) => group),
  );
  const Toggle = isCollapsed ? PanelLeftOpen : PanelLeftClose;
  return (
    <div className={classes.content} data-collapsed={isCollapsed}>
      <Link to="/" className={classes.brand} aria-label={name}>
        <Logo size={26} />
        {!isCollapsed && <span translate="no">{name}</span>}
      </Link>
      <WorkspaceSwitcher isCollapsed={isCollapsed} />
      <nav aria-label={t('nav.label')} className={classes.nav}>
        {places.map(([group, entries]) => (
          <ul key={group} className={classes.group}>
            {entries.map((entry) => (
              <li key={entry.to}>
                <NavigationLink entry={entry} isCollapsed={isCollapsed} />
              </li>
            ))}
          </ul>
        ))}
      </nav>
      {onToggle !== undefined && (
        <ActionIcon
          className={classes.toggle}
          aria-label={t(isCollapsed ? 'nav.expand' : 'nav.collapse')}
          aria-expanded={!isCollapsed}
          onClick={onToggle}
        >
          <Toggle size={17} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}
