import { Skeleton } from '@mantine/core';
import { ChartNoAxesCombined, ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../credentials/use-now.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { FacetBar } from '../ui/facet-bar.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page } from '../ui/page.tsx';
import { CardsSkeleton, TableSkeleton } from '../ui/skeletons.tsx';
import { Breakdown } from './breakdown.tsx';
import { Budgets } from './budgets.tsx';
import { UsageFigures } from './figures.tsx';
import { type Span, spanBefore, spanOf } from './range.ts';
import { RangePicker } from './range-picker.tsx';
import { StatusLine } from './status-line.tsx';
import { UsageChart } from './usage-chart.tsx';
import classes from './usage-page.module.css';
import { useUsageSeries, useUsageSummary } from './usage-queries.ts';
import { emptyFilter, narrowTo, type UsageSearch, writeFilter, writeRange } from './usage-search.ts';
import { useFilterFacets } from './use-filter-facets.ts';
import { type UsageSearchState, useUsageSearch } from './use-usage-search.ts';

/** What was used and what it cost: figures, a chart, breakdowns, budgets. The address carries the state. */
export default function UsagePage() {
  const { t } = useTranslation('usage');
  const { search, change } = useUsageSearch();
  const span = spanOf(search.range, useNow());
  const address = { ...writeRange(search.range), ...writeFilter(search.filter) };
  return (
    <Page
      title={t('page.title')}
      lead={t('page.sentence')}
      action={
        <LinkButton
          to="/usage/log"
          search={address}
          variant="default"
          leftSection={<ScrollText size={16} aria-hidden />}
        >
          {t('page.log')}
        </LinkButton>
      }
    >
      <search className={classes.toolbar}>
        <RangePicker range={search.range} onChange={(range) => change({ range })} />
        <FacetBar
          facets={useFilterFacets({ span, filter: search.filter, onChange: (filter) => change({ filter }) })}
          onClear={() => change({ filter: emptyFilter })}
        />
      </search>
      <Content search={search} span={span} change={change} />
    </Page>
  );
}

function Content({ search, span, change }: UsageSearchState & { span: Span }) {
  const { filter, by, chart } = search;
  const summary = useUsageSummary({ span, filter, by });
  const before = useUsageSummary({ span: spanBefore(span), filter });
  const plain = useUsageSeries({ span, filter });
  const grouped = useUsageSeries({ span, filter, by, isEnabled: chart === 'cost' });
  const failed = [summary, plain, grouped].find(({ data, error }) => data === undefined && error !== null);
  if (failed?.error != null) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (summary.data === undefined || plain.data === undefined) return <Loading />;
  const { totals, rows } = summary.data;
  if (totals.attempts === 0) return <Nothing search={search} />;
  const isStale = summary.isPlaceholderData;
  return (
    <>
      <StatusLine />
      <UsageFigures
        totals={totals}
        before={before.isPlaceholderData ? undefined : before.data?.totals}
        points={plain.data.points}
        address={{ ...writeRange(search.range), ...writeFilter(filter) }}
      />
      <UsageChart
        chart={chart}
        by={by}
        totals={totals}
        plain={plain.data}
        grouped={grouped.data}
        isStale={plain.isPlaceholderData || (chart === 'cost' && grouped.isPlaceholderData)}
        onChart={(next) => change({ chart: next })}
        onGroupBy={(next) => change({ by: next })}
        onGroup={(id) => {
          const patch = narrowTo(by, id);
          if (patch !== null) change({ filter: { ...filter, ...patch } });
        }}
      />
      <Breakdown rows={rows} search={search} isStale={isStale} onChange={change} />
      <Budgets />
    </>
  );
}

function Loading() {
  return (
    <>
      <CardsSkeleton cards={4} height={132} />
      <Skeleton height={420} radius="lg" />
      <TableSkeleton rows={6} columns={6} />
    </>
  );
}

/** Nothing in this span is not the same as nothing at all; the second shows the way to the first call. */
function Nothing({ search }: { search: UsageSearch }) {
  const { t } = useTranslation('usage');
  const isNarrowed = Object.values(search.filter).some((value) => value !== undefined) || search.range !== '30d';
  return (
    <>
      <StatusLine />
      {isNarrowed ? (
        <EmptyState
          icon={ChartNoAxesCombined}
          title={t('empty.noMatch')}
          text={t('empty.noMatchHint')}
          action={
            <LinkButton to="/usage" search={{}} variant="default">
              {t('empty.clear')}
            </LinkButton>
          }
        />
      ) : (
        <EmptyState
          icon={ChartNoAxesCombined}
          title={t('empty.title')}
          text={t('empty.sentence')}
          action={<LinkButton to="/virtual-keys">{t('empty.action')}</LinkButton>}
        />
      )}
      <Budgets />
    </>
  );
}
