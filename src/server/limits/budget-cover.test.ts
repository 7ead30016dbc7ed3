import { beforeEach, describe, expect, it } from 'vitest';
import { type BudgetHold, type BudgetLedger, type BudgetRule, createBudgetLedger } from './budget-ledger.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const start = Date.UTC(2026, 4, 5, 10);
const today = start - 10 * HOUR_MS;

describe('what calls cost that hold nothing of a rule', () => {
  let ledger: BudgetLedger;
  beforeEach(() => {
    ledger = createBudgetLedger({ onThreshold: () => undefined });
  });

  const ruleOf = (id: string): BudgetRule => ({ id, limitNanoUsd: 100, period: 'day', timeZone: 'UTC', topUps: [] });
  const put = (rule: BudgetRule): boolean => ledger.put(rule, start);
  const hold = (rule: BudgetRule, nowMs = start): BudgetHold => {
    const held = ledger.tryHold({ rules: [rule], estimateNanoUsd: 1, nowMs });
    if (!held.ok) throw new Error(`refused: ${held.reason}`);
    return held.hold;
  };

  it('is charged to a window that has begun and that no call of the rule has come to yet', () => {
    const rule = ruleOf('vk_a:day');
    put(rule);
    ledger.load(rule.id, today, 40);
    ledger.addSpent(rule.id, today + DAY_MS, 10);
    hold(rule);
    expect([ledger.spent(rule, start), ledger.spent(rule, start + DAY_MS)]).toEqual([40, 10]);
    hold(rule, start + DAY_MS);
    expect(ledger.spent(rule, start + DAY_MS)).toBe(10);
  });

  it('is told apart: a rule is covered by the holds made in it, and by none of before, of after or of another', () => {
    const rule = ruleOf('vk_a:day');
    const before = hold(rule);
    put(rule);
    ledger.load(rule.id, today, 0);
    const within = hold(rule);
    const other = hold(ruleOf('vk_b:day'));
    put({ ...rule, limitNanoUsd: 200 });
    expect([before, within, other].map((one) => one.covers(rule.id))).toEqual([false, true, false]);
    within.settle(1);
    expect(within.covers(rule.id), 'it was counted there').toBe(true);
    ledger.forget(rule.id);
    put(rule);
    expect(within.covers(rule.id)).toBe(false);
  });
});
