import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BudgetHold,
  type BudgetLedger,
  type BudgetRule,
  createBudgetLedger,
  type HoldResult,
} from './budget-ledger.ts';
import { budgetWindow } from './budget-window.ts';

const HOUR_MS = 3_600_000;
const start = Date.UTC(2026, 4, 5, 10);

const ruleOf = (limitNanoUsd: number, over: Partial<BudgetRule> = {}): BudgetRule => ({
  id: 'vk_a:hour',
  limitNanoUsd,
  period: 'hour',
  timeZone: 'UTC',
  topUps: [],
  ...over,
});

let ledger: BudgetLedger;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  ledger = createBudgetLedger({ onThreshold: () => undefined });
});

afterEach(() => {
  vi.useRealTimers();
});

function holdOf(result: HoldResult): BudgetHold {
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.hold;
}

const tryHold = (rules: readonly BudgetRule[], estimateNanoUsd: number): HoldResult =>
  ledger.tryHold({ rules, estimateNanoUsd, nowMs: Date.now() });

const spend = (rule: BudgetRule, costNanoUsd: number): void => holdOf(tryHold([rule], 0)).settle(costNanoUsd);

describe('a hold', () => {
  it('reserves its estimate until it is settled, and then only the cost counts', () => {
    const rule = ruleOf(100);
    const hold = holdOf(tryHold([rule], 40));
    expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([40, 0]);
    hold.settle(25);
    expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([0, 25]);
  });

  it.each([
    ['settled twice', (hold: BudgetHold) => [hold.settle(25), hold.settle(30)], 25],
    ['settled and released', (hold: BudgetHold) => [hold.settle(25), hold.release()], 25],
    ['released and settled', (hold: BudgetHold) => [hold.release(), hold.settle(25)], 0],
    ['settled without a price', (hold: BudgetHold) => [hold.settle(null), hold.settle(25)], 0],
  ])('that is %s ends once', (_how, end, spent) => {
    const rule = ruleOf(100);
    end(holdOf(tryHold([rule], 40)));
    expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([0, spent]);
  });

  it('takes from all rules or from none', () => {
    const wide = ruleOf(100, { id: 'wide' });
    const narrow = ruleOf(50, { id: 'narrow' });
    holdOf(tryHold([narrow], 40));
    expect(tryHold([wide, narrow], 20)).toMatchObject({ ok: false, reason: 'reserved', ruleId: 'narrow' });
    expect(ledger.held(wide)).toBe(0);
    holdOf(tryHold([wide, narrow], 10));
    expect([ledger.held(wide), ledger.held(narrow)]).toEqual([10, 50]);
  });

  it('of one call may be larger than what is left, but no second one passes beside it', () => {
    const rule = ruleOf(100);
    spend(rule, 99);
    const alone = holdOf(tryHold([rule], 5000));
    expect(tryHold([rule], 0)).toMatchObject({ ok: false, reason: 'reserved' });
    alone.settle(1);
    expect(tryHold([rule], 1)).toMatchObject({ ok: false, reason: 'spent', spentNanoUsd: 100, limitNanoUsd: 100 });
  });

  it('is refused at once when all is spent, with the time at which it starts again', () => {
    const rule = ruleOf(0);
    expect(tryHold([rule], 0)).toEqual({
      ok: false,
      reason: 'spent',
      ruleId: rule.id,
      limitNanoUsd: 0,
      spentNanoUsd: 0,
      resetsAtMs: start + HOUR_MS,
    });
    expect(tryHold([ruleOf(0, { id: 'total', period: 'total' })], 0)).toMatchObject({ resetsAtMs: null });
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'of %d is an error that takes nothing',
    (amount) => {
      const rule = ruleOf(100);
      expect(() => tryHold([rule], amount)).toThrow(RangeError);
      expect(() => tryHold([ruleOf(amount)], 1)).toThrow(RangeError);
      expect(() => ledger.load(rule.id, start, amount)).toThrow(RangeError);
      const hold = holdOf(tryHold([rule], 10));
      expect(() => hold.settle(amount)).toThrow(RangeError);
      hold.release();
      expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([0, 0]);
    },
  );
});

describe('a window', () => {
  it('begins with nothing spent, and what an old call costs goes to the old one', () => {
    const rule = ruleOf(100);
    const old = holdOf(tryHold([rule], 60));
    spend(rule, 30);
    vi.setSystemTime(start + HOUR_MS);
    const fresh = holdOf(tryHold([rule], 100));
    expect([ledger.held(rule), ledger.spent(rule, Date.now())]).toEqual([100, 0]);
    old.settle(65);
    expect([ledger.held(rule), ledger.spent(rule, Date.now())]).toEqual([100, 0]);
    expect(ledger.spent(rule, start)).toBe(95);
    fresh.release();
    expect(ledger.held(rule)).toBe(0);
  });

  it('is found again with its sum when the clock is put back and forth', () => {
    const rule = ruleOf(100);
    spend(rule, 100);
    vi.setSystemTime(start + HOUR_MS);
    spend(rule, 70);
    vi.setSystemTime(start + HOUR_MS - 1);
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'spent' });
    vi.setSystemTime(start + 500 * 24 * HOUR_MS);
    spend(rule, 5);
    vi.setSystemTime(start + HOUR_MS);
    holdOf(tryHold([rule], 30));
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'reserved', spentNanoUsd: 70 });
  });

  it('counts a top-up that is meant for it, and no other', () => {
    const rule = ruleOf(10, {
      topUps: [
        { windowStartMs: start, nanoUsd: 5 },
        { windowStartMs: 0, nanoUsd: 500 },
        { windowStartMs: start + 9 * HOUR_MS, nanoUsd: 500 },
      ],
    });
    spend(rule, 10);
    spend(rule, 5);
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'spent', limitNanoUsd: 15 });
    vi.setSystemTime(start + HOUR_MS);
    spend(rule, 10);
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'spent', limitNanoUsd: 10 });
  });

  it('of another time zone is not taken for known before it is loaded', () => {
    const day = ruleOf(100, { period: 'day' });
    const american: BudgetRule = { ...day, timeZone: 'America/New_York' };
    ledger.load(day.id, budgetWindow({ ...day, nowMs: start }).startMs, 20);
    spend(day, 10);
    spend(american, 1);
    const { startMs } = budgetWindow({ ...american, nowMs: start });
    expect([ledger.isLoaded(day.id, startMs), ledger.spent(american, start)]).toEqual([false, 1]);
    ledger.load(day.id, startMs, 15);
    expect([ledger.isLoaded(day.id, startMs), ledger.spent(american, start)]).toEqual([true, 15]);
  });

  it('that an earlier clock shows is not taken for known', () => {
    const rule = ruleOf(100);
    ledger.load(rule.id, start, 20);
    spend(rule, 1);
    vi.setSystemTime(start - 1);
    spend(rule, 1);
    expect(ledger.isLoaded(rule.id, start - HOUR_MS)).toBe(false);
  });

  it('of another time zone starts from what is loaded for it', () => {
    const day = ruleOf(100, { period: 'day' });
    const chinese: BudgetRule = { ...day, timeZone: 'Asia/Shanghai' };
    const { startMs } = budgetWindow({ ...chinese, nowMs: start });
    ledger.load(day.id, budgetWindow({ ...day, nowMs: start }).startMs, 20);
    spend(day, 10);
    expect(ledger.isLoaded(day.id, startMs)).toBe(false);
    ledger.load(day.id, startMs, 60);
    expect(ledger.spent(day, start)).toBe(30);
    spend(chinese, 1);
    expect(ledger.spent(chinese, start)).toBe(61);
    expect(ledger.isLoaded(day.id, startMs)).toBe(true);
  });
});

describe('what was spent before', () => {
  it('is loaded once, counts against the limit, and never lowers what was counted here', () => {
    const rule = ruleOf(100);
    expect(ledger.isLoaded(rule.id, start)).toBe(false);
    ledger.load(rule.id, start, 90);
    expect([ledger.isLoaded(rule.id, start), ledger.spent(rule, start)]).toEqual([true, 90]);
    spend(rule, 5);
    ledger.load(rule.id, start, 90);
    expect(ledger.spent(rule, start)).toBe(95);
    spend(rule, 5);
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'spent', spentNanoUsd: 100 });
  });

  it('is known of windows that began while the ledger was counting, and of no others', () => {
    const loaded = ruleOf(100, { id: 'loaded' });
    const unknown = ruleOf(100, { id: 'unknown' });
    ledger.load(loaded.id, start, 0);
    spend(loaded, 1);
    spend(unknown, 1);
    vi.setSystemTime(start + HOUR_MS);
    spend(loaded, 1);
    spend(unknown, 1);
    expect(ledger.isLoaded(loaded.id, start + HOUR_MS)).toBe(true);
    expect(ledger.isLoaded(loaded.id, start - HOUR_MS)).toBe(false);
    expect(ledger.isLoaded(unknown.id, start + HOUR_MS)).toBe(false);
  });

  it('is forgotten with the rule; a hold of it touches no later rule of the same id', () => {
    const rule = ruleOf(100);
    const hold = holdOf(tryHold([rule], 40));
    ledger.forget(rule.id);
    expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([0, 0]);
    holdOf(tryHold([rule], 100));
    hold.settle(40);
    expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([100, 0]);
  });
});
