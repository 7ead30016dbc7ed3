import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import { read } from '../api.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Page } from '../ui/page.tsx';
import { AlertWebhook } from './alert-webhook.tsx';
import classes from './settings.module.css';

/** Where the workspace hears of budgets that run out. */
export default function BudgetAlertsPage() {
  const { t } = useTranslation('settings');
  const isAllowed = useAllowed('alert:edit');
  const webhook = useQuery({ ...read('GET /api/alerts/webhook'), enabled: isAllowed });
  return (
    <Page title={t('alerts.title')} lead={t('alerts.lead')}>
      <section className={classes.card}>
        <header className={classes.cardHeader}>
          <div>
            <h2>{t('alerts.webhook')}</h2>
            <p>{t('alerts.webhookLead')}</p>
          </div>
        </header>
        <div className={`${classes.cardBody} ${classes.wide}`}>
          {!isAllowed && <p className={classes.plain}>{t('alerts.forbidden')}</p>}
          {isAllowed && webhook.isPending && <Skeleton height={84} radius="md" />}
          {webhook.isError && <ErrorState error={webhook.error} onRetry={() => void webhook.refetch()} />}
          {webhook.data !== undefined && (
            <AlertWebhook webhook={webhook.data.webhook} onChanged={() => void webhook.refetch()} />
          )}
        </div>
      </section>
    </Page>
  );
}
