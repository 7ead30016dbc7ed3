import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from '../settings/settings.module.css';

const tabs = [
  { to: '/administration/users', name: 'users' },
  { to: '/administration/settings', name: 'settings' },
  { to: '/administration/system', name: 'system' },
  { to: '/administration/usage', name: 'usage' },
  { to: '/administration/audit', name: 'audit' },
] as const;

/** The pages of instance administrators, one beside the other. */
export default function AdministrationLayout() {
  const { t } = useTranslation('administration');
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className={classes.layout}>
      <nav className={classes.tabs} aria-label={t('tabs.label')}>
        {tabs.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            {...(pathname === to ? { 'aria-current': 'page' as const } : {})}
          >
            {t(`tabs.${name}`)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
