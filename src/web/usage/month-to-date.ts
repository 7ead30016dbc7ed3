import { useQuery } from '@tanstack/react-query';
import type { CredentialId } from '../../contract/ids.ts';
import { useAllowed } from '../accounts/use-allowed.ts';
import { read } from '../api.ts';
import { useNow } from '../credentials/use-now.ts';
import { spanOf } from './range.ts';
import { useUsageSummary } from './usage-queries.ts';

/** Budgets of provider keys follow the months of UTC. */
function utcMonth(nowMs: number) {
  const now = new Date(nowMs);
  return { fromMs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1), toMs: spanOf('24h', nowMs).toMs };
}

/** What every provider key has cost since the month began (UTC), by id; null is a cost that is not known. */
export function useKeyCostsOfMonth(): ReadonlyMap<string, string | null> | undefined {
  const summary = useUsageSummary({ span: utcMonth(useNow()), by: 'key' });
  if (summary.data === undefined) return undefined;
  return new Map(summary.data.rows.map(({ id, costUsd }) => [id ?? '', costUsd]));
}

export interface MonthBudget {
  id: string;
  name: string;
  kind: 'key' | 'virtualKey';
  keyId: CredentialId | null;
  spentUsd: number;
  limitUsd: number;
}

const LISTED_MAX = 100;

/** Every monthly budget of the workspace, the fullest first; undefined while it is asked for. */
export function useMonthBudgets(): MonthBudget[] | undefined {
  const costs = useKeyCostsOfMonth();
  const keys = useQuery(read('GET /api/keys', { query: { limit: LISTED_MAX } }));
  const maySee = useAllowed('virtual-key:see');
  const virtualKeys = useQuery({
    ...read('GET /api/virtual-keys', { query: { state: 'active', limit: LISTED_MAX } }),
    enabled: maySee,
  });
  if (costs === undefined || keys.data === undefined || (maySee && virtualKeys.isPending)) return undefined;
  const ofKeys = keys.data.items.flatMap(({ id, name, monthlyBudgetUsd }): MonthBudget[] =>
    monthlyBudgetUsd === null
      ? []
      : [{ id, name, kind: 'key', keyId: id, spentUsd: Number(costs.get(id) ?? 0), limitUsd: monthlyBudgetUsd }],
  );
  const ofVirtualKeys = (virtualKeys.data?.items ?? []).flatMap(({ id, name, budgets }): MonthBudget[] =>
    budgets
      .filter(({ period }) => period === 'month')
      .map(({ usd, topUpUsd, spentUsd }) => ({
        id,
        name,
        kind: 'virtualKey',
        keyId: null,
        spentUsd: Number(spentUsd),
        limitUsd: usd + topUpUsd,
      })),
  );
  return [...ofVirtualKeys, ...ofKeys].sort(
    (left, right) => right.spentUsd / right.limitUsd - left.spentUsd / left.limitUsd,
  );
}
