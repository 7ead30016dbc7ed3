import '@mantine/charts/styles.css';
import { AreaChart, LineChart } from '@mantine/charts';
import type { ChartData } from './chart-data.ts';
import { ChartTooltip } from './chart-tooltip.tsx';
import classes from './usage-chart.module.css';

export interface ChartCanvasProps {
  data: ChartData;
  /** Bands on top of each other, or lines beside each other. */
  shape: 'bands' | 'lines';
  interval: 'hour' | 'day';
  /** The series to bring out, under the pointer or the focus in the legend. */
  emphasised: string | null;
  format: (value: number) => string;
  formatExact: (value: number) => string;
  formatTime: (timeMs: number) => string;
  formatTick: (timeMs: number) => string;
  /** Whether the bands add up to something worth a line of its own. */
  totalLabel: string | null;
  onSelect: (name: string) => void;
}

const HEIGHT = 320;
const TICK_GAP = 40;

/** The drawing itself; with the library behind it, a chunk of its own. */
export default function ChartCanvas(props: ChartCanvasProps) {
  const { data, shape, emphasised, format, formatTick, onSelect } = props;
  const isFaint = (name: string) => emphasised !== null && emphasised !== name;
  const shared = {
    h: HEIGHT,
    data: [...data.rows],
    dataKey: 'time',
    series: data.series.map(({ name, color }) => ({ name, color })),
    withDots: false,
    accessibilityLayer: false,
    tickLine: 'none' as const,
    strokeDasharray: '0',
    valueFormatter: format,
    className: classes.canvas ?? '',
    xAxisProps: {
      tickFormatter: (time: number) => formatTick(time),
      minTickGap: TICK_GAP,
      interval: 'preserveStartEnd' as const,
    },
    yAxisProps: { width: 76, tickMargin: 8 },
    tooltipProps: {
      content: ({ active, label }: { active?: boolean; label?: string | number }) =>
        active === true ? <ChartTooltip {...props} timeMs={Number(label)} /> : null,
    },
  };
  if (shape === 'lines')
    return (
      <LineChart
        {...shared}
        curveType="linear"
        strokeWidth={2}
        connectNulls={false}
        lineProps={({ name }) => ({ strokeOpacity: isFaint(name) ? 0.25 : 1 })}
      />
    );
  return (
    <AreaChart
      {...shared}
      type="stacked"
      curveType="linear"
      withGradient={false}
      strokeWidth={1}
      areaProps={({ name, color }) => ({
        fill: color,
        fillOpacity: isFaint(name) ? 0.25 : 0.88,
        stroke: 'var(--akm-surface)',
        strokeOpacity: 1,
        cursor: data.series.some((series) => series.name === name && series.group != null) ? 'pointer' : 'default',
        onClick: () => onSelect(name),
      })}
    />
  );
}
