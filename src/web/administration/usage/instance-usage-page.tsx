import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ChartNoAxesCombined, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OperationInput } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { read } from '../../api.ts';
import { useNow } from '../../credentials/use-now.ts';
import { pick } from '../../search-params.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page } from '../../ui/page.tsx';
import { CardsSkeleton, TableSkeleton } from '../../ui/skeletons.tsx';
import { InstanceChartCard } from './instance-chart.tsx';
import { InstanceFigures } from './instance-figures.tsx';
import classes from './instance-usage.module.css';
import { readChart, readSpan, spanOfDays, spans } from './usage-days.ts';
import { WorkspaceTable } from './workspace-table.tsx';

const route = getRouteApi('/app/administration/usage');

type WorkspaceId = NonNullable<OperationInput<Operations['GET /api/admin/usage']>['query']['workspaceId']>;

function isWorkspaceId(text: string | undefined): text is WorkspaceId {
  return text?.startsWith('ws_') === true;
}

/** How much the whole instance uses, by workspace and by day; nothing of what was asked or answered. */
export default function InstanceUsagePage() {
  const { t } = useTranslation('administration');
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const days = readSpan(address.days);
  const change = (patch: { days?: string; workspace?: string | undefined; chart?: string }) =>
    void navigate({
      search: (before) => pick({ ...before, ...patch }, 'days', 'workspace', 'chart'),
      replace: true,
      resetScroll: false,
    });
  return (
    <Page title={t('usage.title')} lead={t('usage.lead')}>
      <div className={classes.toolbar}>
        <SegmentedControl
          size="xs"
          aria-label={t('usage.range')}
          value={String(days)}
          data={spans.map((span) => ({ value: String(span), label: t('usage.days', { count: span }) }))}
          onChange={(value) => change({ days: value })}
        />
      </div>
      <Content
        days={days}
        workspaceId={isWorkspaceId(address.workspace) ? address.workspace : undefined}
        chart={address.chart}
        onChange={change}
      />
    </Page>
  );
}

interface ContentProps {
  days: ReturnType<typeof readSpan>;
  workspaceId: WorkspaceId | undefined;
  chart: string | undefined;
  onChange: (patch: { workspace?: string | undefined; chart?: string }) => void;
}

function Content({ days, workspaceId, chart, onChange }: ContentProps) {
  const { t } = useTranslation('administration');
  const span = spanOfDays(days, useNow());
  const query = { ...span, ...(workspaceId === undefined ? {} : { workspaceId }) };
  const usage = useQuery({ ...read('GET /api/admin/usage', { query }), placeholderData: keepPreviousData });
  if (usage.data === undefined && usage.error !== null)
    return <ErrorState error={usage.error} onRetry={() => void usage.refetch()} />;
  if (usage.data === undefined)
    return (
      <>
        <CardsSkeleton cards={4} height={92} />
        <Skeleton height={400} radius="lg" />
        <TableSkeleton rows={5} columns={5} />
      </>
    );
  const { totals, workspaces } = usage.data;
  if (totals.requests === 0 && workspaceId === undefined)
    return <EmptyState icon={ChartNoAxesCombined} title={t('usage.quiet')} text={t('usage.quietText')} />;
  const chosen = workspaces.find(({ id }) => id === workspaceId);
  return (
    <>
      {workspaceId !== undefined && (
        <div className={classes.chosen}>
          <span>{t('usage.only', { name: chosen?.name ?? workspaceId })}</span>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<X size={14} aria-hidden />}
            onClick={() => onChange({ workspace: undefined })}
          >
            {t('usage.all')}
          </Button>
        </div>
      )}
      <InstanceFigures totals={totals} />
      <InstanceChartCard
        usage={usage.data}
        chart={readChart(chart)}
        isStale={usage.isPlaceholderData}
        onChart={(next) => onChange({ chart: next })}
      />
      <WorkspaceTable
        workspaces={workspaces}
        chosenId={workspaceId}
        isStale={usage.isPlaceholderData}
        onChoose={(id) => onChange({ workspace: id })}
      />
    </>
  );
}
