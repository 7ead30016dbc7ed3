import { SegmentedControl, Skeleton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { formatCount, formatMoney } from '../../ui/numbers.tsx';
import { formatExactUsd } from '../../usage/amounts.tsx';
import { type ChartSeries, colorOf } from '../../usage/chart-data.ts';
import { ChartLegend } from '../../usage/chart-legend.tsx';
import { ChartTable } from '../../usage/chart-table.tsx';
import classes from '../../usage/usage-chart.module.css';
import type { DrawnChart } from '../../usage/use-chart-data.ts';
import { type InstanceChart, type InstanceUsage, instanceCharts, rowsOfDays } from './usage-days.ts';

const ChartCanvas = lazy(() => import('../../usage/chart-canvas.tsx'));

const HEIGHT = 320;
const USD_DECIMALS = 9;

interface InstanceChartCardProps {
  usage: InstanceUsage;
  chart: InstanceChart;
  isStale: boolean;
  onChart: (chart: InstanceChart) => void;
}

/** One band or two for each day: cost, tokens or requests. The same numbers stand below as a table. */
export function InstanceChartCard({ usage, chart, isStale, onChart }: InstanceChartCardProps) {
  const { t } = useTranslation(['administration', 'usage']);
  const [emphasised, setEmphasised] = useState<string | null>(null);
  const drawn = useDrawn(usage, chart);
  const times = useDayWords();
  const { series, rows } = drawn.data;
  const title = t(`administration:usage.perDay.${chart}`);
  const isQuiet = rows.every((row) => series.every(({ name }) => (row[name] ?? 0) === 0));
  return (
    <section className={`${classes.card} ${classes.palette}`} aria-labelledby="instance-chart">
      <header className={classes.header}>
        <h2 id="instance-chart">{title}</h2>
        <SegmentedControl
          size="xs"
          aria-label={t('administration:usage.chart')}
          value={chart}
          data={instanceCharts.map((value) => ({ value, label: t(`administration:usage.${value}`) }))}
          onChange={(value) => onChart(instanceCharts.find((known) => known === value) ?? chart)}
        />
      </header>
      <div className={classes.body}>
        <div className={classes.stage} data-stale={isStale || undefined}>
          {isQuiet ? (
            <p className={classes.quiet}>{t('usage:chart.nothing')}</p>
          ) : (
            <Suspense fallback={<Skeleton height={HEIGHT} radius="md" />}>
              <div role="img" aria-label={t('administration:usage.chartLabel', { title })}>
                <ChartCanvas {...drawn} {...times} interval="day" emphasised={emphasised} onSelect={() => undefined} />
              </div>
            </Suspense>
          )}
        </div>
        {series.length > 1 && <ChartLegend series={series} onEmphasise={setEmphasised} onSelect={() => undefined} />}
        {!isQuiet && <ChartTable title={title} drawn={drawn} formatTime={times.formatTime} />}
      </div>
    </section>
  );
}

function useDrawn(usage: InstanceUsage, chart: InstanceChart): DrawnChart {
  const { t } = useTranslation(['administration', 'usage']);
  const locale = useLocale();
  const series = (name: string, label: string, color: string): ChartSeries => ({ name, label, color });
  const counts = {
    shape: 'bands' as const,
    format: (value: number) => formatCount(value, locale),
    formatExact: (value: number) => new Intl.NumberFormat(locale).format(value),
    totalLabel: t('usage:chart.total'),
  };
  switch (chart) {
    case 'cost':
      return {
        data: {
          series: [series('cost', t('administration:usage.cost'), colorOf(0))],
          rows: rowsOfDays(usage, ({ costUsd }) => ({ cost: Number(costUsd ?? 0) })),
        },
        shape: 'bands',
        format: (value) => formatMoney(value, locale),
        formatExact: (value) => formatExactUsd(value.toFixed(USD_DECIMALS)),
        totalLabel: null,
      };
    case 'tokens':
      return {
        data: {
          series: [
            series('input', t('administration:usage.input'), colorOf(0)),
            series('output', t('administration:usage.output'), colorOf(1)),
          ],
          rows: rowsOfDays(usage, ({ inputTokens: input, outputTokens: output }) => ({ input, output })),
        },
        ...counts,
      };
    case 'requests':
      return {
        data: {
          series: [
            series('answered', t('administration:usage.answered'), colorOf(2)),
            series('errors', t('administration:usage.errors'), 'var(--usage-series-bad)'),
          ],
          rows: rowsOfDays(usage, ({ requests, errors }) => ({ answered: Math.max(0, requests - errors), errors })),
        },
        ...counts,
      };
  }
}

/** Days of UTC, as the server counts them, whatever the clock on the wall says. */
function useDayWords() {
  const locale = useLocale();
  const tick = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const whole = new Intl.DateTimeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' });
  return {
    formatTick: (timeMs: number) => tick.format(timeMs),
    formatTime: (timeMs: number) => whole.format(timeMs),
  };
}
