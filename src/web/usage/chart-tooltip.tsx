import type { ChartCanvasProps } from './chart-canvas.tsx';
import classes from './usage-chart.module.css';

type ChartTooltipProps = Pick<
  ChartCanvasProps,
  'data' | 'shape' | 'emphasised' | 'formatExact' | 'formatTime' | 'totalLabel'
> & { timeMs: number };

/** The exact figures of one moment, in the order of the bands: the topmost first. */
export function ChartTooltip({ data, shape, formatExact, formatTime, totalLabel, timeMs }: ChartTooltipProps) {
  const row = data.rows.find(({ time }) => time === timeMs);
  if (row === undefined) return null;
  const amountOf = (name: string) => row[name] ?? null;
  const shown = data.series.filter(({ name }) => shape === 'lines' || (amountOf(name) ?? 0) !== 0);
  const total = data.series.reduce((sum, { name }) => sum + (amountOf(name) ?? 0), 0);
  return (
    <div className={classes.tooltip}>
      <div className={classes.tooltipTime}>{formatTime(timeMs)}</div>
      <table>
        <tbody>
          {(shape === 'bands' ? shown.toReversed() : shown).map(({ name, label, color }) => {
            const value = amountOf(name);
            return (
              <tr key={name}>
                <td>
                  <span className={classes.swatch} style={{ background: color }} />
                  {label}
                </td>
                <td className={classes.tooltipValue}>{value === null ? '–' : formatExact(value)}</td>
              </tr>
            );
          })}
          {totalLabel !== null && (
            <tr className={classes.tooltipTotal}>
              <td>{totalLabel}</td>
              <td className={classes.tooltipValue}>{formatExact(total)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
