import { useTranslation } from 'react-i18next';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import { useLocale } from '../locales/use-locale.ts';
import { formatCount, formatMoney } from '../ui/numbers.tsx';
import { formatDuration, formatExactUsd } from './amounts.tsx';
import { type ChartData, colorOf, costByGroup, rowsOf, tokenKinds, tokensByKind } from './chart-data.ts';
import type { UsageSeries } from './usage-queries.ts';
import type { Chart } from './usage-search.ts';
import { useGroupLabel } from './use-group-label.ts';

export interface DrawnChart {
  data: ChartData;
  shape: 'bands' | 'lines';
  format: (value: number) => string;
  formatExact: (value: number) => string;
  totalLabel: string | null;
}

interface ChartQuestion {
  chart: Chart;
  by: UsageGroup;
  plain: UsageSeries;
  grouped: UsageSeries | undefined;
}

const USD_DECIMALS = 9;

/** What the chosen chart shows, and how its numbers read in the person's language. */
export function useChartData({ chart, by, plain, grouped }: ChartQuestion): DrawnChart {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  const labelOf = useGroupLabel();
  const count = {
    format: (value: number) => formatCount(value, locale),
    formatExact: (value: number) => new Intl.NumberFormat(locale).format(value),
  };
  const series = (name: string, label: string, color: string) => ({ name, label, color });
  switch (chart) {
    case 'cost':
      return {
        data: grouped === undefined ? { series: [], rows: [] } : costByGroup(grouped, (group) => labelOf(by, group)),
        shape: 'bands',
        format: (value) => formatMoney(value, locale),
        formatExact: (value) => formatExactUsd(value.toFixed(USD_DECIMALS)),
        totalLabel: t('chart.total'),
      };
    case 'tokens':
      return {
        data: {
          series: tokenKinds.map((kind, index) => series(kind, t(`kind.${kind}`), colorOf(index))),
          rows: rowsOf(plain.points, tokensByKind),
        },
        shape: 'bands',
        ...count,
        totalLabel: t('chart.total'),
      };
    case 'requests':
      return {
        data: {
          series: [
            series('answered', t('chart.answered'), colorOf(2)),
            series('errors', t('chart.errors'), 'var(--usage-series-bad)'),
          ],
          rows: rowsOf(plain.points, ({ requests, errors }) => ({ answered: Math.max(0, requests - errors), errors })),
        },
        shape: 'bands',
        ...count,
        totalLabel: t('chart.total'),
      };
    case 'latency':
      return {
        data: {
          series: [
            series('latency', t('chart.latency'), colorOf(0)),
            series('firstByte', t('chart.firstByte'), colorOf(1)),
          ],
          rows: rowsOf(plain.points, ({ latencyMsAverage: latency, firstByteMsAverage: firstByte }) => ({
            latency,
            firstByte,
          })),
        },
        shape: 'lines',
        format: (value) => formatDuration(value, locale),
        formatExact: (value) => `${new Intl.NumberFormat(locale).format(Math.round(value))} ms`,
        totalLabel: null,
      };
  }
}
