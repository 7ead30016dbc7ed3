import type { Row } from '../database/schema.ts';
import type { BudgetRule } from '../limits/budget-ledger.ts';

/** The monthly budget of a provider key as a rule of the ledger, or null. Its months are those of UTC. */
export function credentialBudget(row: Pick<Row<'credentials'>, 'id' | 'monthly_budget_nano_usd'>): BudgetRule | null {
  if (row.monthly_budget_nano_usd === null) return null;
  return {
    id: `${row.id}:month`,
    limitNanoUsd: row.monthly_budget_nano_usd,
    period: 'month',
    timeZone: 'UTC',
    topUps: [],
  };
}
