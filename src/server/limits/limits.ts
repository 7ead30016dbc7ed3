import { type BudgetLedger, type BudgetThreshold, createBudgetLedger } from './budget-ledger.ts';
import { type Concurrency, createConcurrency } from './concurrency.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';

/** What calls may take, counted in the memory of this process. */
export interface Limits {
  readonly budgets: BudgetLedger;
  readonly rates: RateLimits;
  readonly concurrency: Concurrency;
  /** Who is told when a budget passes 50, 80 or 100 percent. One listener; a later one takes the place. */
  onThreshold: (listener: (event: BudgetThreshold) => void) => void;
}

export function createLimits(): Limits {
  let tell: (event: BudgetThreshold) => void = () => undefined;
  return {
    budgets: createBudgetLedger({ onThreshold: (event) => tell(event) }),
    rates: createRateLimits(),
    concurrency: createConcurrency(),
    onThreshold: (listener) => {
      tell = listener;
    },
  };
}
