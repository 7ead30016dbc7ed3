import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../accounts/me.ts';
import { useApplyPreferences } from '../settings/preferences.ts';
import { WorkspaceGate } from '../workspaces/workspace-gate.tsx';
import { openPalette, PaletteHost } from './palette-host.tsx';
import classes from './shell.module.css';
import { SidebarContent } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';

const PhoneMenu = lazy(() => import('./phone-menu.tsx'));

const STORAGE_NAME = 'akm.sidebar';

function useCollapsed(): [boolean, () => void] {
  const [isCollapsed, setIsCollapsed] = useState(() => localStorage.getItem(STORAGE_NAME) === 'collapsed');
  const toggle = () => {
    localStorage.setItem(STORAGE_NAME, isCollapsed ? 'open' : 'collapsed');
    setIsCollapsed(!isCollapsed);
  };
  return [isCollapsed, toggle];
}

function usePaletteShortcut(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      openPalette();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Sidebar, top bar and the page between them, for signed-in people. */
export default function Shell() {
  const { t } = useTranslation();
  const [isCollapsed, toggleCollapsed] = useCollapsed();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  // The menu of phones belongs to the page it was opened on: arriving at another one closes it.
  const [menuOpenedAt, setMenuOpenedAt] = useState<string | null>(null);
  useApplyPreferences(useMe());
  usePaletteShortcut();
  return (
    <div className={classes.shell} data-collapsed={isCollapsed}>
      <a className={classes.skip} href="#main">
        {t('skip')}
      </a>
      <aside className={classes.sidebar}>
        <SidebarContent isCollapsed={isCollapsed} onToggle={toggleCollapsed} />
      </aside>
      <div className={classes.column}>
        <TopBar onMenu={() => setMenuOpenedAt(pathname)} />
        <main id="main" className={classes.main} tabIndex={-1}>
          <WorkspaceGate>
            <Outlet />
          </WorkspaceGate>
        </main>
      </div>
      {menuOpenedAt === pathname && (
        <Suspense fallback={null}>
          <PhoneMenu onClose={() => setMenuOpenedAt(null)} />
        </Suspense>
      )}
      <PaletteHost />
    </div>
  );
}
