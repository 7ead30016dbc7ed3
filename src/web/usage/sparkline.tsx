import classes from './figures.module.css';

const WIDTH = 120;
const HEIGHT = 28;
const INSET = 2;

/** The run of a figure as a small line; decoration beside the number, so screen readers pass over it. */
export function Sparkline({ values }: { values: readonly number[] }) {
  if (values.length < 2) return <svg className={classes.sparkline} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden />;
  const top = Math.max(...values);
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * WIDTH;
    const y = HEIGHT - INSET - (top === 0 ? 0 : value / top) * (HEIGHT - 2 * INSET);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg className={classes.sparkline} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <path className={classes.sparkArea} d={`M0,${HEIGHT} L${points.join(' L')} L${WIDTH},${HEIGHT} Z`} />
      <polyline className={classes.sparkLine} points={points.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
