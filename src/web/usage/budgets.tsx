import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatMoney } from '../ui/numbers.tsx';
import { formatShare } from './amounts.tsx';
import breakdown from './breakdown.module.css';
import { BudgetBar, budgetLevel } from './budget-bar.tsx';
import classes from './budgets.module.css';
import { type MonthBudget, useMonthBudgets } from './month-to-date.ts';

/** This month's spending against every monthly budget. */
export function Budgets() {
  const { t } = useTranslation('usage');
  const budgets = useMonthBudgets();
  if (budgets === undefined) return null;
  return (
    <section className={breakdown.card} aria-labelledby="usage-budgets">
      <header className={breakdown.header}>
        <h2 id="usage-budgets">{t('budgets.title')}</h2>
      </header>
      {budgets.length === 0 ? (
        <p className={breakdown.quiet}>{t('budgets.none')}</p>
      ) : (
        <ul className={classes.list}>
          {budgets.map((budget) => (
            <Line key={budget.id} budget={budget} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ budget }: { budget: MonthBudget }) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  const { id, name, kind, keyId, spentUsd, limitUsd } = budget;
  const words = (
    <>
      {name}
      <span className={classes.kind}>{t(`by.${kind}`)}</span>
    </>
  );
  return (
    <li className={classes.budget} data-level={budgetLevel(spentUsd, limitUsd)}>
      {keyId === null ? (
        <Link to="/usage" search={{ virtualKey: id, range: 'month' }} className={classes.name}>
          {words}
        </Link>
      ) : (
        <Link to="/keys" search={{ key: keyId }} className={classes.name}>
          {words}
        </Link>
      )}
      <BudgetBar spentUsd={spentUsd} limitUsd={limitUsd} />
      <span className={classes.sums}>
        {formatMoney(spentUsd, locale)} <span className={classes.limit}>/ {formatMoney(limitUsd, locale)}</span>
      </span>
      <span className={classes.share}>{formatShare(spentUsd, limitUsd, locale)}</span>
    </li>
  );
}
