import type { WorkspaceContext } from '../context.ts';
import { overridePrices, type PriceOverride } from './override-prices.ts';
import type { RepriceInput } from './reprice-events.ts';

/**
 * Gives the calls of a model that have no price the one that was entered, step by step. Returns how many got it. Budgets
 * know of every step that was made, also where a later one fails.
 */
export async function priceThePast(context: WorkspaceContext, override: PriceOverride): Promise<number> {
  const { services, workspace, nowMs } = context;
  const { provider, model } = override;
  const catalogued = services.prices.unitPricesOf({ provider, model, inputTokens: 0, overrides: [], nowMs });
  const unitPrices = overridePrices(override, catalogued);
  let repriced = 0;
  let after: RepriceInput['after'] = null;
  try {
    do {
      const input: RepriceInput = { workspaceId: workspace.id, provider, model, unitPrices, after };
      const step = await services.usage.command('repriceEvents', input);
      repriced += step.repriced;
      after = step.next;
    } while (after !== null);
    return repriced;
  } finally {
    await services.changes.announce(workspace.id, 'past');
  }
}
