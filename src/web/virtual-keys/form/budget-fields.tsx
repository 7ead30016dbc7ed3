import { ActionIcon, Button, NumberInput, Select } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type BudgetPeriod, budgetPeriods } from '../../../contract/vocabulary.ts';
import { BUDGET_USD_MAX } from '../../credentials/limits.ts';
import { type BudgetDraft, ownTimeZone } from './draft.ts';
import classes from './form.module.css';

interface BudgetFieldsProps {
  budgets: readonly BudgetDraft[];
  onChange: (budgets: BudgetDraft[]) => void;
}

const timeZones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];
/** In the order people think of them. */
const periodsOffered = ['month', 'day', 'week', 'hour', 'total'] as const satisfies readonly BudgetPeriod[];

/** Up to one budget for each period; the zone in which periods begin is asked for as soon as there is an amount. */
export function BudgetFields({ budgets, onChange }: BudgetFieldsProps) {
  const { t } = useTranslation('virtualKeys');
  const change = (index: number, patch: Partial<BudgetDraft>) =>
    onChange(budgets.map((budget, at) => (at === index ? { ...budget, ...patch } : budget)));
  const free = periodsOffered.find((period) => budgets.every((budget) => budget.period !== period));
  const timeZone = budgets[0]?.timeZone ?? ownTimeZone();
  const hasZone = budgets.some(({ usd, period }) => usd !== '' && period !== 'total');
  const hasAmount = budgets.some(({ usd }) => usd !== '');
  return (
    <fieldset className={classes.group}>
      <legend>{t('form.budget')}</legend>
      <div className={classes.budgets}>
        {budgets.map((budget, index) => (
          <BudgetLine
            key={budget.period}
            budget={budget}
            number={index + 1}
            taken={budgets.map(({ period }) => period)}
            onChange={(patch) => change(index, patch)}
            onRemove={budgets.length === 1 ? null : () => onChange(budgets.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {hasAmount && free !== undefined && (
        <Button
          className={classes.add ?? ''}
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...budgets, { usd: '', period: free, timeZone }])}
        >
          {t('form.addBudget')}
        </Button>
      )}
      {hasZone ? (
        <Select
          size="xs"
          label={t('form.timeZone')}
          data={timeZones.includes(timeZone) ? timeZones : [timeZone, ...timeZones]}
          value={timeZone}
          searchable
          limit={100}
          allowDeselect={false}
          onChange={(zone) => zone !== null && onChange(budgets.map((budget) => ({ ...budget, timeZone: zone })))}
        />
      ) : (
        <p className={classes.hint}>{t('form.budgetHint')}</p>
      )}
    </fieldset>
  );
}

interface BudgetLineProps {
  budget: BudgetDraft;
  number: number;
  taken: readonly BudgetPeriod[];
  onChange: (patch: Partial<BudgetDraft>) => void;
  /** Null for the only line. */
  onRemove: (() => void) | null;
}

function BudgetLine({ budget, number, taken, onChange, onRemove }: BudgetLineProps) {
  const { t } = useTranslation('virtualKeys');
  return (
    <div className={classes.budget} data-only={onRemove === null || undefined}>
      <NumberInput
        aria-label={t('form.amount', { number })}
        placeholder={t('form.amountPlaceholder')}
        value={budget.usd}
        min={0}
        max={BUDGET_USD_MAX}
        decimalScale={4}
        prefix="$"
        thousandSeparator=","
        hideControls
        onChange={(usd) => onChange({ usd })}
      />
      <Select
        aria-label={t('form.period', { number })}
        value={budget.period}
        allowDeselect={false}
        data={periodsOffered.map((period) => ({
          value: period,
          label: t(`per.${period}`),
          disabled: period !== budget.period && taken.includes(period),
        }))}
        onChange={(value) => {
          const period = budgetPeriods.find((known) => known === value);
          if (period !== undefined) onChange({ period });
        }}
      />
      {onRemove !== null && (
        <ActionIcon aria-label={t('form.removeBudget', { number })} onClick={onRemove}>
          <X size={15} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}
