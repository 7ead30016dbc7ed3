import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { Bell } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import bell from '../virtual-keys/alerts/alerts.module.css';
import { NotificationList } from './notification-list.tsx';
import { useNotifications } from './notification-queries.ts';
import classes from './notifications.module.css';

const SHOWN_MAX = 9;

/** The bell of the top bar: how much is new, and behind it what it is. */
export function NotificationBell() {
  const { t } = useTranslation('notifications');
  const notifications = useNotifications();
  const [isOpen, setIsOpen] = useState(false);
  const unread = notifications.data?.pages[0]?.unread ?? 0;
  const label = unread === 0 ? t('bell') : t('bellCount', { count: unread });
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-end" width={400} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={isOpen}>
          <ActionIcon
            size={34}
            className={classes.bell}
            aria-label={label}
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            <Bell size={17} aria-hidden />
            {unread > 0 && (
              <span className={classes.count} aria-hidden>
                {unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}
              </span>
            )}
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={bell.dropdown ?? ''} aria-label={t('title')}>
        <NotificationList notifications={notifications} unread={unread} onClose={() => setIsOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
