import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { BookOpen, LogOut, ScrollText, Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSignOut } from '../sessions/sign-out.ts';
import classes from './account-menu.module.css';
import { useMe } from './me.ts';

/** One or two letters that stand for a person. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s@._-]+/u)
    .filter(Boolean);
  const [first = '?', second = ''] = words;
  const letters = /\p{Script=Han}/u.test(first) ? first.slice(-2) : (first[0] ?? '') + (second[0] ?? '');
  return letters.toUpperCase();
}

export function AccountMenu() {
  const { t } = useTranslation();
  const { user } = useMe();
  const signOut = useSignOut();
  const name = user.name === '' ? user.email : user.name;
  return (
    <Menu position="bottom-end" width={248} transitionProps={{ duration: 120 }}>
      <Menu.Target>
        <button
          type="button"
          className={classes.target}
          aria-label={t('account.label', { name: `${initials(name)}, ${name}` })}
        >
          <span className={classes.mark}>{initials(name)}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>{name}</strong>
          <span>{user.email}</span>
          {user.isInstanceAdmin && <span>{t('account.admin')}</span>}
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings/profile" leftSection={<Settings size={15} aria-hidden />}>
          {t('account.settings')}
        </Menu.Item>
        <Menu.Item component="a" href="/docs" target="_blank" leftSection={<BookOpen size={15} aria-hidden />}>
          {t('account.apiDocs')}
        </Menu.Item>
        <Menu.Item component={Link} to="/terms" leftSection={<ScrollText size={15} aria-hidden />}>
          {t('account.terms')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} aria-hidden />} onClick={() => void signOut()}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
