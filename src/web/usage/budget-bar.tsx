import classes from './budget-bar.module.css';

const NEAR = 0.8;

export type BudgetLevel = 'fine' | 'near' | 'over';

/** `near` from four fifths, `over` when nothing is left. */
export function budgetLevel(spentUsd: number, limitUsd: number): BudgetLevel {
  if (spentUsd >= limitUsd) return 'over';
  return spentUsd >= limitUsd * NEAR ? 'near' : 'fine';
}

/** How much of a budget is spent; the numbers stand beside it, so screen readers pass over it. */
export function BudgetBar({ spentUsd, limitUsd }: { spentUsd: number; limitUsd: number }) {
  const share = limitUsd <= 0 ? 1 : Math.min(1, spentUsd / limitUsd);
  return (
    <div className={classes.track} data-level={budgetLevel(spentUsd, limitUsd)} aria-hidden>
      <div className={classes.bar} style={{ width: `${(share * 100).toFixed(1)}%` }} />
    </div>
  );
}
