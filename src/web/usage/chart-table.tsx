import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './usage-chart.module.css';
import type { DrawnChart } from './use-chart-data.ts';

interface ChartTableProps {
  title: string;
  drawn: DrawnChart;
  formatTime: (timeMs: number) => string;
}

/** The numbers of the chart as a table, for screen readers and for everybody who wants to read them off. */
export function ChartTable({ title, drawn, formatTime }: ChartTableProps) {
  const { t } = useTranslation('usage');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className={classes.asTable} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{t('chart.asTable')}</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keyboards must be able to reach it
        <section className={classes.tableFrame} tabIndex={0} aria-label={t('chart.tableOf', { title })}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('chart.time')}</th>
                {drawn.data.series.map(({ name, label }) => (
                  <th key={name} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {drawn.data.rows.map((row) => (
                <tr key={row.time}>
                  <th scope="row">{formatTime(row.time)}</th>
                  {drawn.data.series.map(({ name }) => {
                    const value = row[name] ?? null;
                    return <td key={name}>{value === null ? '–' : drawn.formatExact(value)}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
