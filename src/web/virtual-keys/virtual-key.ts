import type { OperationReply, OperationRequest } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';

/** A key issued for the gateway, as the contract shows it: never the secret. */
export type VirtualKey = OperationReply<Operations['GET /api/virtual-keys/{id}']>;
export type VirtualKeyId = VirtualKey['id'];
export type Budget = VirtualKey['budgets'][number];
export type NewVirtualKey = OperationRequest<Operations['POST /api/virtual-keys']>['body'];
export type VirtualKeyChange = NonNullable<OperationRequest<Operations['PUT /api/virtual-keys/{id}']>['body']>;

const ID_FORM = /^vk_[0-9a-hjkmnp-tv-z]{26}$/;

/** Whether text from the address bar has the form of a virtual key's id. */
export function isVirtualKeyId(text: string | undefined): text is VirtualKeyId {
  return text !== undefined && ID_FORM.test(text);
}

/** How much of a budget is gone, 0 to 1 and above: what is spent, and what running calls have reserved besides. */
export interface BudgetShares {
  limitUsd: number;
  spentUsd: number;
  heldUsd: number;
  spentShare: number;
  heldShare: number;
}

export function sharesOf({ usd, topUpUsd, spentUsd, heldUsd }: Budget): BudgetShares {
  const limitUsd = usd + topUpUsd;
  const spent = Number(spentUsd);
  const held = Number(heldUsd);
  return {
    limitUsd,
    spentUsd: spent,
    heldUsd: held,
    spentShare: limitUsd > 0 ? spent / limitUsd : 1,
    heldShare: limitUsd > 0 ? held / limitUsd : 0,
  };
}

export type BudgetTone = 'calm' | 'near' | 'over';
const NEAR_SHARE = 0.8;

export function toneOf({ spentShare }: Pick<BudgetShares, 'spentShare'>): BudgetTone {
  if (spentShare >= 1) return 'over';
  return spentShare >= NEAR_SHARE ? 'near' : 'calm';
}

/** The budget that will be used up first, for where there is room for one only. */
export function tightestBudget(budgets: readonly Budget[]): Budget | undefined {
  return budgets.toSorted((left, right) => sharesOf(right).spentShare - sharesOf(left).spentShare)[0];
}
