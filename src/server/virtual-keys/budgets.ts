import { z } from 'zod';
import type { OperationInput, OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { type BudgetPeriod, budgetPeriods } from '../../contract/vocabulary.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import type { BudgetRule } from '../limits/budget-ledger.ts';
import { budgetWindow, isTimeZone } from '../limits/budget-window.ts';
import { nanoToUsd, usdToNano } from '../prices/nano-usd.ts';
import type { Services } from '../services.ts';
import { toUsdText } from './usd-text.ts';

const DEFAULT_TIME_ZONE = 'UTC';
/** As much as one budget may be. */
const TOP_UP_NANO_USD_MAX = 1_000_000 * 1_000_000_000;

const StoredBudgets = z.array(
  z.object({
    period: z.enum(budgetPeriods),
    nanoUsd: z.number().int(),
    timeZone: z.string(),
    /** Counts in the window that begins at `startMs` only. */
    topUp: z.object({ startMs: z.number().int(), nanoUsd: z.number().int() }).nullable(),
  }),
);

type StoredBudget = z.output<typeof StoredBudgets>[number];
type BudgetInput = NonNullable<OperationInput<Operations['POST /api/virtual-keys']>['body']['budgets']>[number];
type BudgetView = OperationResult<Operations['GET /api/virtual-keys/{id}']>['budgets'][number];
type BudgetColumns = Pick<Row<'virtual_keys'>, 'id' | 'budgets'>;

function readBudgets({ budgets }: Pick<BudgetColumns, 'budgets'>): StoredBudget[] {
  return StoredBudgets.parse(JSON.parse(budgets));
}

/**
 * The budgets as they are stored. A top-up stays with a budget of the same period. Throws `time_zone_unknown` and
 * `invalid_input`.
 */
export function toStoredBudgets(
  budgets: readonly BudgetInput[],
  current: Pick<BudgetColumns, 'budgets'> | null,
): string {
  const before = current === null ? [] : readBudgets(current);
  const stored: StoredBudget[] = budgets.map(({ usd, period, timeZone = DEFAULT_TIME_ZONE }, index) => {
    if (!isTimeZone(timeZone)) throw new AppError('time_zone_unknown');
    const topUp = before.find((budget) => budget.period === period)?.topUp ?? null;
    return { period, nanoUsd: toNanoUsd(usd, `budgets.${index}.usd`), timeZone, topUp };
  });
  return JSON.stringify(stored);
}

/** The budgets with an amount added to one of them until its current window ends. Throws `invalid_input`. */
export function withTopUp(
  row: Pick<BudgetColumns, 'budgets'>,
  { period, usd, nowMs }: { period: BudgetPeriod; usd: number; nowMs: number },
): string {
  const budgets = readBudgets(row);
  const budget = budgets.find((candidate) => candidate.period === period);
  if (budget === undefined) throw refuse('period', 'is not one for which this virtual key has a budget');
  const { startMs } = budgetWindow({ ...budget, nowMs });
  const nanoUsd = toNanoUsd(usd, 'usd') + topUpAt(budget, startMs);
  if (nanoUsd > TOP_UP_NANO_USD_MAX) throw refuse('usd', 'would bring what is added in this period above 1000000');
  const changed = { ...budget, topUp: { startMs, nanoUsd } };
  return JSON.stringify(budgets.map((candidate) => (candidate === budget ? changed : candidate)));
}

const topUpAt = ({ topUp }: StoredBudget, startMs: number): number => (topUp?.startMs === startMs ? topUp.nanoUsd : 0);

/** What the budget ledger and the gateway hold a virtual key to. */
export function budgetRulesOf(row: BudgetColumns): BudgetRule[] {
  return readBudgets(row).map((budget) => toRule(row, budget));
}

function toRule({ id }: BudgetColumns, { period, timeZone, nanoUsd, topUp }: StoredBudget): BudgetRule {
  const topUps = topUp === null ? [] : [{ windowStartMs: topUp.startMs, nanoUsd: topUp.nanoUsd }];
  return { id: `${id}:${period}`, period, timeZone, limitNanoUsd: nanoUsd, topUps };
}

/** The budgets of a virtual key as they stand. */
export function viewBudgets(services: Services, row: BudgetColumns, nowMs: number): BudgetView[] {
  const { budgets: ledger } = services.limits;
  return readBudgets(row).map((budget) => {
    const rule = toRule(row, budget);
    const { startMs, endMs } = budgetWindow({ ...budget, nowMs });
    return {
      period: budget.period,
      usd: nanoToUsd(budget.nanoUsd),
      timeZone: budget.timeZone,
      topUpUsd: nanoToUsd(topUpAt(budget, startMs)),
      spentUsd: toUsdText(ledger.spent(rule, nowMs)),
      heldUsd: toUsdText(ledger.held(rule)),
      startsAt: new Date(startMs).toISOString(),
      resetsAt: endMs === null ? null : new Date(endMs).toISOString(),
    };
  });
}

function toNanoUsd(usd: number, path: string): number {
  const nanoUsd = usdToNano(usd);
  if (nanoUsd === null) throw refuse(path, 'may have nine decimals at most');
  return nanoUsd;
}

function refuse(path: string, message: string): AppError {
  return new AppError('invalid_input', { message: `'${path}' ${message}.`, details: [{ path, message }] });
}
