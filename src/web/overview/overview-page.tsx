import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { read } from '../api.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page } from '../ui/page.tsx';
import { CardsSkeleton, TableSkeleton } from '../ui/skeletons.tsx';
import { Activity } from './activity.tsx';
import { Attention } from './attention.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps, isFirstRun } from './first-steps.tsx';
import classes from './overview.module.css';
import { RecentKeys } from './recent-keys.tsx';
import { RecentUsage } from './recent-usage.tsx';

export type Overview = OperationReply<Operations['GET /api/overview']>;

function Loading() {
  return (
    <>
      <CardsSkeleton cards={4} height={92} />
      <TableSkeleton rows={5} columns={4} />
    </>
  );
}

function Content({ overview }: { overview: Overview }) {
  const isEmpty = overview.keys.total === 0;
  return (
    <>
      {isFirstRun(overview) && <FirstSteps overview={overview} />}
      {!isEmpty && (
        <>
          <Figures overview={overview} />
          <RecentUsage />
          <div className={classes.columns}>
            <div className={classes.column}>
              <Attention keys={overview.needAttention} />
              <RecentKeys keys={overview.recentKeys} />
            </div>
            <Activity events={overview.recentEvents} />
          </div>
        </>
      )}
    </>
  );
}

export default function OverviewPage() {
  const { t } = useTranslation('overview');
  const overview = useQuery(read('GET /api/overview'));
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      // While there are no keys, the first of the steps is the one primary action.
      action={
        overview.data?.keys.total === 0 ? null : (
          <LinkButton to="/keys" search={{ add: 1 }} leftSection={<Plus size={16} aria-hidden />}>
            {t('addKey')}
          </LinkButton>
        )
      }
    >
      {overview.isPending && <Loading />}
      {overview.isError && <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />}
      {overview.data !== undefined && <Content overview={overview.data} />}
    </Page>
  );
}
