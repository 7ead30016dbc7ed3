import { useTranslation } from 'react-i18next';
import { useNow } from '../credentials/use-now.ts';
import { useLocale } from '../locales/use-locale.ts';
import { formatMoney } from '../ui/numbers.tsx';
import { formatExact, formatRelative } from '../ui/time.tsx';
import { type Budget, sharesOf, toneOf } from './virtual-key.ts';
import classes from './virtual-keys.module.css';

const percent = (share: number): string => `${Math.min(100, Math.max(0, share * 100))}%`;

/** What is spent of a budget, and, paler, what running calls have reserved. The words stand beside it. */
export function BudgetTrack({ budget }: { budget: Budget }) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const shares = sharesOf(budget);
  return (
    <span
      className={classes.track}
      data-tone={toneOf(shares)}
      role="img"
      aria-label={t('budget.label', {
        period: t(`per.${budget.period}`),
        spent: formatMoney(shares.spentUsd, locale),
        limit: formatMoney(shares.limitUsd, locale),
      })}
    >
      <span className={classes.spent} style={{ width: percent(shares.spentShare) }} />
      <span className={classes.held} style={{ width: percent(Math.min(shares.heldShare, 1 - shares.spentShare)) }} />
    </span>
  );
}

/** When a budget starts again, relative to now, with the exact time on hover. */
export function ResetTime({ budget }: { budget: Budget }) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const now = useNow();
  if (budget.resetsAt === null) return <span>{t('budget.never')}</span>;
  return (
    <time dateTime={budget.resetsAt} title={formatExact(budget.resetsAt, locale)}>
      {t('budget.resets', { when: formatRelative(budget.resetsAt, now, locale) })}
    </time>
  );
}

/** A budget in the width of a table cell. */
export function SmallBudget({ budget }: { budget: Budget }) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const { spentUsd, limitUsd } = sharesOf(budget);
  return (
    <span className={classes.smallBudget}>
      <span className={classes.budgetWords}>
        <span>{t('budget.of', { spent: formatMoney(spentUsd, locale), limit: formatMoney(limitUsd, locale) })}</span>
        <span className={classes.quiet}>{t(`per.${budget.period}`)}</span>
      </span>
      <BudgetTrack budget={budget} />
      <span className={classes.reset}>
        <ResetTime budget={budget} />
      </span>
    </span>
  );
}
