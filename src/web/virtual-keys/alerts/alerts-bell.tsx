import { ActionIcon, Button, Popover, Tooltip } from '@mantine/core';
import { Bell, BellRing, CircleAlert, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { formatMoney } from '../../ui/numbers.tsx';
import { Time } from '../../ui/time.tsx';
import { toastError } from '../../ui/toasts.tsx';
import { isVirtualKeyId, type VirtualKeyId } from '../virtual-key.ts';
import { type Alert, useAlerts, useDismissAlerts } from './alert-queries.ts';
import classes from './alerts.module.css';

/** Budgets that passed 50, 80 or 100 percent and that nobody has marked as seen. */
export function AlertsBell({ onOpen }: { onOpen: (id: VirtualKeyId) => void }) {
  const { t } = useTranslation('virtualKeys');
  const mayDismiss = useAllowed('alert:edit');
  const [isOpen, setIsOpen] = useState(false);
  const unseen = useAlerts().data?.items.filter(({ dismissedAt }) => dismissedAt === null) ?? [];
  const label = unseen.length === 0 ? t('alerts.bell') : t('alerts.bellCount', { count: unseen.length });
  const Icon = unseen.length === 0 ? Bell : BellRing;
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-end" width={380} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={isOpen}>
          <ActionIcon
            className={classes.bell}
            variant="default"
            size={36}
            aria-label={label}
            aria-expanded={isOpen}
            data-unseen={unseen.length > 0}
            onClick={() => setIsOpen(!isOpen)}
          >
            <Icon size={17} aria-hidden />
            {unseen.length > 0 && (
              <span className={classes.count} aria-hidden>
                {unseen.length > 9 ? '9+' : unseen.length}
              </span>
            )}
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown ?? ''} aria-label={t('alerts.title')}>
        <AlertList
          alerts={unseen}
          mayDismiss={mayDismiss}
          onOpen={(id) => {
            setIsOpen(false);
            onOpen(id);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface AlertListProps {
  alerts: readonly Alert[];
  mayDismiss: boolean;
  onOpen: (id: VirtualKeyId) => void;
}

function AlertList({ alerts, mayDismiss, onOpen }: AlertListProps) {
  const { t } = useTranslation('virtualKeys');
  const dismissAlerts = useDismissAlerts();
  const dismiss = (some: readonly Alert[]) => void dismissAlerts(some).catch(toastError);
  return (
    <>
      <div className={classes.head}>
        <h2>{t('alerts.title')}</h2>
        {alerts.length > 1 && mayDismiss && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => dismiss(alerts)}>
            {t('alerts.dismissAll')}
          </Button>
        )}
      </div>
      {alerts.length === 0 && <p className={classes.none}>{t('alerts.none')}</p>}
      <ul className={classes.list}>
        {alerts.map((alert) => (
          <AlertLine
            key={alert.id}
            alert={alert}
            onOpen={onOpen}
            {...(mayDismiss ? { onDismiss: () => dismiss([alert]) } : {})}
          />
        ))}
      </ul>
      {mayDismiss && (
        <div className={classes.foot}>
          <LinkButton to="/settings/alerts" size="compact-sm" variant="subtle">
            {t('alerts.settings')}
          </LinkButton>
        </div>
      )}
    </>
  );
}

interface AlertLineProps {
  alert: Alert;
  onOpen: (id: VirtualKeyId) => void;
  onDismiss?: () => void;
}

function AlertLine({ alert, onOpen, onDismiss }: AlertLineProps) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const { subject, period, threshold, spentUsd, limitUsd, time } = alert;
  const isOver = threshold >= 100;
  const Icon = isOver ? CircleAlert : TriangleAlert;
  const values = { label: subject.label, threshold, period: t(`per.${period}`) };
  const words = isOver ? t('alerts.usedUp', values) : t('alerts.passed', values);
  const { id } = subject;
  return (
    <li className={classes.line} data-over={isOver}>
      <Icon size={16} aria-hidden />
      <div className={classes.words}>
        {isVirtualKeyId(id) ? (
          <button type="button" className={classes.open} onClick={() => onOpen(id)}>
            {words}
          </button>
        ) : (
          <span>{words}</span>
        )}
        <span className={classes.under}>
          {t('budget.of', {
            spent: formatMoney(Number(spentUsd), locale),
            limit: formatMoney(Number(limitUsd), locale),
          })}{' '}
          · <Time value={time} />
        </span>
      </div>
      {onDismiss !== undefined && (
        <ActionIcon size={26} aria-label={t('alerts.dismiss', { label: subject.label })} onClick={onDismiss}>
          <X size={14} aria-hidden />
        </ActionIcon>
      )}
    </li>
  );
}
