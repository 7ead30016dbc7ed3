import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatMoney } from '../ui/numbers.tsx';
import { formatExactUsd } from '../usage/amounts.tsx';
import { BudgetBar } from '../usage/budget-bar.tsx';
import type { Credential } from './credential.ts';
import classes from './keys-table.module.css';

interface MonthCostProps {
  credential: Pick<Credential, 'id' | 'monthlyBudgetUsd'>;
  /** What every key has cost this month; undefined while it is asked for. */
  costs: ReadonlyMap<string, string | null> | undefined;
}

/** What a key has cost this month, and how much of its monthly budget that is. */
export function MonthCost({ credential, costs }: MonthCostProps) {
  const { t } = useTranslation('credentials');
  const locale = useLocale();
  const { id, monthlyBudgetUsd: limitUsd } = credential;
  const cost = costs?.has(id) === true ? (costs.get(id) ?? null) : '0';
  const spentUsd = Number(cost ?? 0);
  const isQuiet = costs === undefined || (spentUsd === 0 && limitUsd === null);
  if (isQuiet)
    return (
      <span className={classes.quiet}>
        <span aria-hidden>–</span>
        <VisuallyHidden>{t('row.noCost')}</VisuallyHidden>
      </span>
    );
  return (
    <div className={classes.monthCost}>
      <span>
        <span title={cost === null ? t('row.unpriced') : formatExactUsd(cost)}>
          {cost === null ? '–' : formatMoney(spentUsd, locale)}
        </span>
        {limitUsd !== null && <span className={classes.quiet}> / {formatMoney(limitUsd, locale)}</span>}
      </span>
      {limitUsd !== null && <BudgetBar spentUsd={spentUsd} limitUsd={limitUsd} />}
    </div>
  );
}
