import { Button, NumberInput } from '@mantine/core';
import { CirclePlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { BUDGET_USD_MAX } from '../../credentials/limits.ts';
import shared from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { useLocale } from '../../locales/use-locale.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { formatMoney } from '../../ui/numbers.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { BudgetTrack, ResetTime } from '../budget-bar.tsx';
import { type Budget, sharesOf, toneOf, type VirtualKey } from '../virtual-key.ts';
import { useRefreshVirtualKeys } from '../virtual-key-queries.ts';
import classes from './panel.module.css';

/** Every budget as it stands: spent, reserved, left, when it starts again, and a way to raise it once. */
export function BudgetsSection({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const { budgets, state } = virtualKey;
  return (
    <Section title={t('panel.budgets')}>
      {budgets.length === 0 ? (
        <p className={shared.hint}>{t('panel.noBudgets')}</p>
      ) : (
        <ul className={`${shared.box} ${shared.lines}`}>
          {budgets.map((budget) => (
            <BudgetLine key={budget.period} {...{ virtualKey, budget }} isRaisable={state !== 'revoked'} />
          ))}
        </ul>
      )}
    </Section>
  );
}

interface BudgetLineProps {
  virtualKey: VirtualKey;
  budget: Budget;
  isRaisable: boolean;
}

function BudgetLine({ virtualKey, budget, isRaisable }: BudgetLineProps) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const [isOpen, setIsOpen] = useState(false);
  const shares = sharesOf(budget);
  const tone = toneOf(shares);
  const money = (usd: number) => formatMoney(usd, locale);
  const left = Math.max(0, shares.limitUsd - shares.spentUsd - shares.heldUsd);
  return (
    <li className={classes.budget}>
      <div className={classes.budgetHead}>
        <span>
          <strong>{t('budget.of', { spent: money(shares.spentUsd), limit: money(shares.limitUsd) })}</strong>{' '}
          {t(`per.${budget.period}`)}
        </span>
        <span className={classes.left} data-tone={tone}>
          {tone === 'over' ? t('budget.usedUp') : t('budget.left', { amount: money(left) })}
        </span>
      </div>
      <BudgetTrack budget={budget} />
      <div className={classes.budgetFacts}>
        <span>
          <ResetTime budget={budget} />
          {budget.resetsAt !== null && ` (${budget.timeZone})`}
        </span>
        {shares.heldUsd > 0 && <span>{t('budget.held', { amount: money(shares.heldUsd) })}</span>}
        {budget.topUpUsd > 0 && <span>{t('budget.topUp', { amount: money(budget.topUpUsd) })}</span>}
        {isRaisable && !isOpen && (
          <Button
            className={classes.topUp ?? ''}
            size="compact-xs"
            variant="subtle"
            leftSection={<CirclePlus size={13} aria-hidden />}
            onClick={() => setIsOpen(true)}
          >
            {t('panel.topUp')}
          </Button>
        )}
      </div>
      {isOpen && <TopUpForm {...{ virtualKey, budget }} onClose={() => setIsOpen(false)} />}
    </li>
  );
}

interface TopUpFormProps {
  virtualKey: VirtualKey;
  budget: Budget;
  onClose: () => void;
}

function TopUpForm({ virtualKey, budget, onClose }: TopUpFormProps) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const refresh = useRefreshVirtualKeys();
  const [usd, setUsd] = useState<number | string>('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (typeof usd !== 'number' || usd <= 0) return;
    setIsBusy(true);
    setError(null);
    try {
      const { id, name } = virtualKey;
      await api('POST /api/virtual-keys/{id}/top-up', { params: { id }, body: { period: budget.period, usd } });
      await refresh();
      toastDone(t('panel.toppedUp', { amount: formatMoney(usd, locale), name }));
      onClose();
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form
      className={shared.form}
      noValidate
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <NumberInput
        label={t('panel.topUpLabel')}
        description={t('panel.topUpHint')}
        value={usd}
        min={0}
        max={BUDGET_USD_MAX}
        decimalScale={4}
        prefix="$"
        thousandSeparator=","
        hideControls
        autoFocus
        onChange={setUsd}
      />
      {error !== null && <InlineError error={error} />}
      <div className={shared.buttons}>
        <Button size="compact-sm" variant="default" disabled={isBusy} onClick={onClose}>
          {t('form.cancel')}
        </Button>
        <Button size="compact-sm" type="submit" loading={isBusy}>
          {t('panel.topUpDo')}
        </Button>
      </div>
    </form>
  );
}
