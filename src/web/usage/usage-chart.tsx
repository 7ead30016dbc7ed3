import { SegmentedControl, Select, Skeleton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type UsageGroup, usageGroups } from '../../contract/vocabulary.ts';
import { useLocale } from '../locales/use-locale.ts';
import { Duration } from './amounts.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { ChartTable } from './chart-table.tsx';
import classes from './usage-chart.module.css';
import type { UsageSeries, UsageTotals } from './usage-queries.ts';
import { type Chart, charts } from './usage-search.ts';
import { useChartData } from './use-chart-data.ts';

const DAY_MS = 24 * 3_600_000;

const ChartCanvas = lazy(() => import('./chart-canvas.tsx'));

interface UsageChartProps {
  chart: Chart;
  by: UsageGroup;
  totals: UsageTotals;
  /** The figures without groups. */
  plain: UsageSeries;
  /** The figures of every group; asked for when the chart shows them. */
  grouped: UsageSeries | undefined;
  isStale: boolean;
  onChart: (chart: Chart) => void;
  onGroupBy: (by: UsageGroup) => void;
  /** A click on the band of a group. */
  onGroup: (id: string | null) => void;
}

/** The large chart: cost by group, tokens by kind, requests with errors, or how long answers take. */
export function UsageChart(props: UsageChartProps) {
  const { chart, by, totals, plain, grouped, isStale, onGroup } = props;
  const { t } = useTranslation('usage');
  const [emphasised, setEmphasised] = useState<string | null>(null);
  const drawn = useChartData({ chart, by, plain, grouped });
  const times = useTimeWords(plain);
  const { data } = drawn;
  const title = chart === 'cost' ? t(`chart.costBy.${by}`) : t(`chart.title.${chart}`);
  const isLoading = chart === 'cost' && grouped === undefined;
  const isQuiet = data.rows.every((row) => data.series.every(({ name }) => (row[name] ?? 0) === 0));
  const select = (name: string) => {
    const group = data.series.find((series) => series.name === name)?.group;
    if (group !== undefined) onGroup(group);
  };
  return (
    <section className={`${classes.card} ${classes.palette}`} aria-labelledby="usage-chart">
      <Header {...props} title={title} />
      <div className={classes.body}>
        <div className={classes.stage} data-stale={isStale || undefined}>
          {isLoading && <Skeleton height={320} radius="md" />}
          {!isLoading && isQuiet && <p className={classes.quiet}>{t('chart.nothing')}</p>}
          {!isLoading && !isQuiet && (
            <Suspense fallback={<Skeleton height={320} radius="md" />}>
              <div role="img" aria-label={t('chart.label', { title })}>
                <ChartCanvas
                  {...drawn}
                  {...times}
                  interval={plain.interval}
                  emphasised={emphasised}
                  onSelect={select}
                />
              </div>
            </Suspense>
          )}
        </div>
        <ChartLegend series={data.series} onEmphasise={setEmphasised} onSelect={select} />
        {chart === 'latency' && <LatencyFacts totals={totals} />}
        {!isQuiet && <ChartTable title={title} drawn={drawn} formatTime={times.formatTime} />}
      </div>
    </section>
  );
}

function Header({ chart, by, title, onChart, onGroupBy }: UsageChartProps & { title: string }) {
  const { t } = useTranslation('usage');
  return (
    <header className={classes.header}>
      <h2 id="usage-chart">{title}</h2>
      <div className={classes.controls}>
        {chart === 'cost' && (
          <Select
            className={classes.group ?? ''}
            size="xs"
            aria-label={t('chart.groupBy')}
            value={by}
            allowDeselect={false}
            data={usageGroups.map((group) => ({ value: group, label: t(`by.${group}`) }))}
            onChange={(value) => {
              const group = usageGroups.find((known) => known === value);
              if (group !== undefined) onGroupBy(group);
            }}
          />
        )}
        <SegmentedControl
          size="xs"
          aria-label={t('chart.choose')}
          value={chart}
          data={charts.map((value) => ({ value, label: t(`chart.tab.${value}`) }))}
          onChange={(value) => {
            const chosen = charts.find((known) => known === value);
            if (chosen !== undefined) onChart(chosen);
          }}
        />
      </div>
    </header>
  );
}

/** Percentiles of the whole span: they cannot be told for each hour from the sums that are kept. */
function LatencyFacts({ totals }: { totals: UsageTotals }) {
  const { t } = useTranslation('usage');
  const facts = [
    { label: t('latency.p50'), ms: totals.latencyMsP50 },
    { label: t('latency.p95'), ms: totals.latencyMsP95 },
    { label: t('latency.firstP50'), ms: totals.firstByteMsP50 },
    { label: t('latency.firstP95'), ms: totals.firstByteMsP95 },
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(({ label, ms }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <Duration ms={ms} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** How moments are written below the chart and beside its figures. */
function useTimeWords({ interval, from, to }: UsageSeries) {
  const locale = useLocale();
  const isDaily = interval === 'day';
  const isOneDay = Date.parse(to) - Date.parse(from) <= DAY_MS;
  const tick = new Intl.DateTimeFormat(
    locale,
    isDaily
      ? { month: 'short', day: 'numeric' }
      : isOneDay
        ? { hour: '2-digit', minute: '2-digit' }
        : { month: 'short', day: 'numeric', hour: '2-digit' },
  );
  const whole = new Intl.DateTimeFormat(
    locale,
    isDaily
      ? { weekday: 'short', month: 'short', day: 'numeric' }
      : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  );
  return {
    formatTick: (timeMs: number) => tick.format(timeMs),
    formatTime: (timeMs: number) => whole.format(timeMs),
  };
}
