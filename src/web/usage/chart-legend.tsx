import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ChartSeries } from './chart-data.ts';
import classes from './usage-chart.module.css';

interface ChartLegendProps {
  series: readonly ChartSeries[];
  onEmphasise: (name: string | null) => void;
  onSelect: (name: string) => void;
}

/** The names of the series. Those that stand for a group of calls narrow the page to it. */
export function ChartLegend({ series, onEmphasise, onSelect }: ChartLegendProps) {
  const { t } = useTranslation('usage');
  return (
    <ul className={classes.legend} aria-label={t('chart.legend')}>
      {series.map(({ name, label, color, group }) => {
        const isChoice = group != null;
        const hover = {
          onPointerEnter: () => onEmphasise(name),
          onPointerLeave: () => onEmphasise(null),
        };
        const words = (
          <>
            <span className={classes.swatch} style={{ background: color }} aria-hidden />
            {label}
          </>
        );
        return (
          <li key={name}>
            {isChoice ? (
              <Tooltip label={t('chart.only', { name: label })}>
                <button
                  type="button"
                  className={classes.entry}
                  {...hover}
                  onFocus={() => onEmphasise(name)}
                  onBlur={() => onEmphasise(null)}
                  onClick={() => onSelect(name)}
                >
                  {words}
                </button>
              </Tooltip>
            ) : (
              <span className={classes.entry} {...hover}>
                {words}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
