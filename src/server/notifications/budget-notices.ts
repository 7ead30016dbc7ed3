import type { WorkspaceId } from '../../contract/ids.ts';
import type { AlertThreshold, BudgetPeriod } from '../../contract/vocabulary.ts';
import { listManagers } from '../credentials/managers.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { brand } from '../ids.ts';
import { toUsdText } from '../virtual-keys/usd-text.ts';
import { findVirtualKeyOwner, listOverseers } from './notifications.store.ts';
import { notify } from './notify.ts';

interface ReachedBudget {
  readonly workspaceId: WorkspaceId;
  readonly subject: { readonly kind: 'virtualKey' | 'key'; readonly id: string; readonly label: string };
  readonly period: BudgetPeriod;
  readonly windowStartMs: number;
  readonly threshold: AlertThreshold;
  readonly spentNanoUsd: number;
  readonly limitNanoUsd: number;
}

/**
 * Tells people of a budget that passed a share: of a virtual key its owner and who oversees the workspace, of a key who
 * manages it. The webhook hears of it by the alert itself.
 */
export async function tellAboutBudget(database: DatabaseHandle, budget: ReachedBudget, nowMs: number): Promise<void> {
  const { workspaceId, subject, period, windowStartMs, threshold } = budget;
  const notice = {
    workspaceId,
    kind: 'budget_reached',
    dedupe: `${subject.id} ${period} ${windowStartMs} ${threshold}`,
    subject: { id: subject.id, label: subject.label },
    facts: {
      budgetOf: subject.kind,
      threshold,
      period,
      spentUsd: toUsdText(budget.spentNanoUsd),
      limitUsd: toUsdText(budget.limitNanoUsd),
    },
  } as const;
  await notify(database, notice, { userIds: await listConcerned(database, budget), nowMs });
}

async function listConcerned(database: DatabaseHandle, { workspaceId, subject }: ReachedBudget) {
  if (subject.kind === 'key') {
    return listManagers(database, { id: brand<'Credential'>(subject.id), workspace_id: workspaceId });
  }
  const owner = await findVirtualKeyOwner(database, brand<'VirtualKey'>(subject.id));
  return [...(owner === null ? [] : [owner]), ...(await listOverseers(database, workspaceId))];
}
