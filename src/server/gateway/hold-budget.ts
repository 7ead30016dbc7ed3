import type { BudgetHold, BudgetRule } from '../limits/budget-ledger.ts';
import type { Limits } from '../limits/limits.ts';
import type { ReplyWriter } from './exchange.ts';
import { formatUsd } from './format-usd.ts';
import type { Refusal } from './refusals.ts';
import type { CallStop } from './running-calls.ts';

/** How long a call waits for money that other calls have reserved and may give back. */
const WAIT_MS_MAX = 20_000;
const nothingHeld: BudgetHold = { settle: () => undefined, release: () => undefined, covers: () => false };

/** A refusal for want of money, and whose. */
export interface BudgetRefusal extends Refusal {
  readonly ruleId: string;
}

/** Reserves what a call may cost, and waits a little where only reservations stand in its way. */
export async function holdBudget(
  limits: Limits,
  input: {
    rules: readonly BudgetRule[];
    estimateNanoUsd: number;
    nowMs: number;
    stop: CallStop;
    /** Nobody waits for a client that has left. */
    onGone: ReplyWriter['onGone'];
    /** Told before it waits. */
    onWait: () => void;
    whose: string;
  },
): Promise<BudgetHold | BudgetRefusal | Refusal> {
  const { rules, estimateNanoUsd, nowMs, whose } = input;
  if (rules.length === 0) return nothingHeld;
  const atOnce = limits.budgets.tryHold({ rules, estimateNanoUsd, nowMs });
  if (atOnce.ok) return atOnce.hold;
  if (atOnce.reason !== 'spent') input.onWait();
  const leaving = new AbortController();
  input.onGone(() => leaving.abort());
  input.stop.onStop(() => leaving.abort());
  const { signal } = leaving;
  const held =
    atOnce.reason === 'spent'
      ? atOnce
      : await limits.budgets
          .hold({ rules, estimateNanoUsd, nowMs: Date.now(), waitMsMax: WAIT_MS_MAX, signal })
          .catch((error: unknown) => {
            // The call was ended while it waited.
            if (signal.aborted) return null;
            throw error;
          });
  if (held === null) return { code: 'unavailable' };
  if (held.ok) return held.hold;
  const rule = rules.find(({ id }) => id === held.ruleId);
  const period = rule === undefined || rule.period === 'total' ? '' : `${rule.period}ly `.replace('dayly', 'daily');
  if (held.reason === 'unknown') {
    const message = `What was spent of the ${period}budget of ${whose} is not known yet. Try again in a moment.`;
    return { code: 'budget_reserved', message, retryAfterMs: 1000, ruleId: held.ruleId };
  }
  if (held.reason === 'reserved') return { code: 'budget_reserved', retryAfterMs: 1000, ruleId: held.ruleId };
  const until = held.resetsAtMs === null ? '' : ` It starts again at ${new Date(held.resetsAtMs).toISOString()}.`;
  const spent = `$${formatUsd(held.spentNanoUsd)} of $${formatUsd(held.limitNanoUsd)}`;
  return {
    code: 'budget_exceeded',
    message: `The ${period}budget of ${whose} is used up (${spent}).${until}`,
    ruleId: held.ruleId,
  };
}
