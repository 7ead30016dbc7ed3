import { Button, Skeleton } from '@mantine/core';
import {
  CalendarClock,
  CalendarX,
  CircleAlert,
  Gauge,
  KeyRound,
  type LucideIcon,
  MailPlus,
  ShieldAlert,
  UserPlus,
  Wallet,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { NotificationKind } from '../../contract/vocabulary.ts';
import { InlineError } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Time } from '../ui/time.tsx';
import { toastError } from '../ui/toasts.tsx';
import bell from '../virtual-keys/alerts/alerts.module.css';
import { type Notification, useMarkRead, type useNotifications } from './notification-queries.ts';
import classes from './notifications.module.css';
import { useNotificationWords } from './use-notification-words.ts';
import { useOpenNotification } from './use-open-notification.ts';

const icons: Readonly<Record<NotificationKind, LucideIcon>> = {
  key_expiring: CalendarClock,
  key_expired: CalendarX,
  key_invalid: CircleAlert,
  balance_low: Wallet,
  budget_reached: Gauge,
  invitation: MailPlus,
  member_joined: UserPlus,
  access_granted: KeyRound,
  security: ShieldAlert,
};

interface NotificationListProps {
  notifications: ReturnType<typeof useNotifications>;
  unread: number;
  onClose: () => void;
}

/** The content of the bell: newest first, each leads to what it is about and counts as read from then on. */
export function NotificationList({ notifications, unread, onClose }: NotificationListProps) {
  const { t } = useTranslation('notifications');
  const markRead = useMarkRead();
  const items = notifications.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className={bell.head}>
        <h2>{t('title')}</h2>
        {unread > 0 && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => void markRead('all').catch(toastError)}
          >
            {t('markAll')}
          </Button>
        )}
      </div>
      {notifications.isPending && <Skeleton height={96} mx={16} mb={8} width="auto" radius="md" />}
      {notifications.isError && notifications.data === undefined && (
        <div className={classes.failed}>
          <InlineError error={notifications.error} />
        </div>
      )}
      {notifications.isSuccess && items.length === 0 && <p className={bell.none}>{t('none')}</p>}
      {items.length > 0 && (
        <ul className={bell.list}>
          {items.map((notification) => (
            <Line key={notification.id} notification={notification} onOpen={onClose} />
          ))}
          {notifications.hasNextPage && (
            <li className={classes.more}>
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                loading={notifications.isFetchingNextPage}
                onClick={() => void notifications.fetchNextPage()}
              >
                {t('more')}
              </Button>
            </li>
          )}
        </ul>
      )}
      <div className={bell.foot}>
        <LinkButton to="/settings/notifications" size="compact-sm" variant="subtle" onClick={onClose}>
          {t('settings')}
        </LinkButton>
      </div>
    </>
  );
}

function Line({ notification, onOpen }: { notification: Notification; onOpen: () => void }) {
  const { t } = useTranslation('notifications');
  const sentence = useNotificationWords()(notification);
  const open = useOpenNotification();
  const markRead = useMarkRead();
  const { id, kind, readAt, time, workspace } = notification;
  const Icon = icons[kind];
  const isNew = readAt === null;
  const choose = async () => {
    onOpen();
    if (isNew) void markRead([id]).catch(toastError);
    await open(notification);
  };
  return (
    <li className={`${bell.line} ${classes.line}`} data-new={isNew}>
      <Icon size={16} aria-hidden />
      <div className={bell.words}>
        <button type="button" className={bell.open} onClick={() => void choose()}>
          {sentence}
        </button>
        <span className={bell.under}>
          {isNew && <span className={classes.tag}>{t('unread')}</span>}
          <Time value={time} />
          {workspace !== null && ` · ${workspace.name}`}
        </span>
      </div>
    </li>
  );
}
