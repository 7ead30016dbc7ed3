import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import classes from './settings.module.css';

const tabs = [
  { to: '/settings/profile', name: 'profile' },
  { to: '/settings/security', name: 'security' },
  { to: '/settings/appearance', name: 'appearance' },
  { to: '/settings/notifications', name: 'notifications' },
  { to: '/settings/alerts', name: 'alerts' },
] as const;

/** The pages of the settings, one beside the other. */
export default function SettingsLayout() {
  const { t } = useTranslation();
  const mayEditAlerts = useAllowed('alert:edit');
  const shown = tabs.filter(({ name }) => name !== 'alerts' || mayEditAlerts);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className={classes.layout}>
      <nav className={classes.tabs} aria-label={t('nav.settings')}>
        {shown.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            {...(pathname === to ? { 'aria-current': 'page' as const } : {})}
          >
            {t(`nav.${name}`)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
