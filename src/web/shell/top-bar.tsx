import { ActionIcon, Kbd } from '@mantine/core';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AccountMenu } from '../accounts/account-menu.tsx';
import { NotificationBell } from '../notifications/notification-bell.tsx';
import { LanguageMenu } from '../settings/language-menu.tsx';
import { ThemeMenu } from '../settings/theme-menu.tsx';
import { Logo } from '../ui/logo.tsx';
import { openPalette } from './palette-host.tsx';
import classes from './top-bar.module.css';

export const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

export function TopBar({ onMenu }: { onMenu: () => void }) {
  const { t } = useTranslation();
  const keys = isMac ? '⌘ K' : 'Ctrl K';
  return (
    <section className={classes.bar} aria-label={t('search.bar')}>
      <ActionIcon className={classes.menu} size={34} aria-label={t('nav.open')} onClick={onMenu}>
        <MenuIcon size={19} aria-hidden />
      </ActionIcon>
      <span className={classes.logo}>
        <Logo size={24} />
      </span>
      <button type="button" className={classes.search} aria-keyshortcuts="Control+K Meta+K" onClick={openPalette}>
        <Search size={15} aria-hidden />
        <span className={classes.searchText}>{t('search.label')}</span>
        <Kbd className={classes.keys}>{keys}</Kbd>
      </button>
      <div className={classes.end}>
        <NotificationBell />
        <LanguageMenu />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </section>
  );
}
