import { beforeEach, describe, expect, it } from 'vitest';
import {
  type BudgetHold,
  type BudgetLedger,
  type BudgetRule,
  type BudgetThreshold,
  createBudgetLedger,
} from './budget-ledger.ts';

const HOUR_MS = 3_600_000;
const start = Date.UTC(2026, 4, 5, 10);

const ruleOf = (limitNanoUsd: number): BudgetRule => ({
  id: 'vk_a:hour',
  limitNanoUsd,
  period: 'hour',
  timeZone: 'UTC',
  topUps: [],
});

let told: BudgetThreshold[];
let ledger: BudgetLedger;

beforeEach(() => {
  told = [];
  ledger = createBudgetLedger({ onThreshold: (event) => told.push(event) });
});

function holdOf(rule: BudgetRule, estimateNanoUsd: number, nowMs = start): BudgetHold {
  const result = ledger.tryHold({ rules: [rule], estimateNanoUsd, nowMs });
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.hold;
}

const spend = (rule: BudgetRule, costNanoUsd: number, nowMs = start): void =>
  holdOf(rule, 0, nowMs).settle(costNanoUsd);

describe('a threshold', () => {
  const percents = () => told.map(({ threshold }) => threshold);

  it.each([
    [0, []],
    [4_999_999_999, []],
    [5_000_000_000, [50]],
    [7_999_999_999, [50]],
    [8_000_000_000, [50, 80]],
    [9_999_000_000, [50, 80]],
    [10_000_000_000, [50, 80, 100]],
    [90_000_000_000, [50, 80, 100]],
  ])('after %d of 10,000,000,000: %j', (cost, expected) => {
    spend(ruleOf(10_000_000_000), cost);
    expect(percents()).toEqual(expected);
  });

  it('is told once, with the sums as they are then', () => {
    const rule = ruleOf(1001);
    for (const cost of [500, 1, 0, 299, 1, 100, 0]) spend(rule, cost);
    expect(told).toEqual([
      { ruleId: rule.id, windowStartMs: start, threshold: 50, spentNanoUsd: 501, limitNanoUsd: 1001 },
      { ruleId: rule.id, windowStartMs: start, threshold: 80, spentNanoUsd: 801, limitNanoUsd: 1001 },
    ]);
  });

  it('is exact where 100 times the limit is no safe integer', () => {
    const limit = 900_000_000_000_001;
    const rule = ruleOf(limit);
    spend(rule, 450_000_000_000_000);
    expect(percents()).toEqual([]);
    spend(rule, 1);
    expect(percents()).toEqual([50]);
  });

  it('is told again in the next window, and of an old one when an old call passes it', () => {
    const rule = ruleOf(100);
    const old = holdOf(rule, 10);
    spend(rule, 50);
    spend(rule, 50, start + HOUR_MS);
    old.settle(30);
    expect(told.map(({ windowStartMs, threshold }) => [windowStartMs - start, threshold])).toEqual([
      [0, 50],
      [HOUR_MS, 50],
      [0, 80],
    ]);
  });

  it('is not told by a load or by a lowered limit, nor twice because the limit was raised', () => {
    ledger.load('vk_a:hour', start, 60);
    spend(ruleOf(100), 1);
    spend(ruleOf(70), 1);
    expect(told).toEqual([]);
    spend(ruleOf(100), 20);
    expect(percents()).toEqual([80]);
    spend(ruleOf(200), 20);
    expect(percents()).toEqual([80, 50]);
    spend(ruleOf(200), 98);
    expect(percents()).toEqual([80, 50, 100]);
  });

  it('that a load reached exactly is not told any more', () => {
    ledger.load('vk_a:hour', start, 50);
    spend(ruleOf(100), 1);
    expect(told).toEqual([]);
  });

  it('is told once the money is counted and given back', () => {
    const rule = ruleOf(100);
    const seen: number[] = [];
    ledger = createBudgetLedger({ onThreshold: () => seen.push(ledger.spent(rule, start), ledger.held(rule)) });
    const other = holdOf(rule, 30);
    spend(rule, 50);
    expect(seen).toEqual([50, 30]);
    other.release();
  });
});
