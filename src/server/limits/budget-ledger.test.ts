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

  it('of another time zone starts from what is loaded for it', () => {
    const day = ruleOf(100, { period: 'day' });
    const chinese: BudgetRule = { ...day, timeZone: 'Asia/Shanghai' };
    const { startMs } = budgetWindow({ ...chinese, nowMs: start });
    ledger.load(day.id, budgetWindow({ ...day, nowMs: start }).startMs, 20);
    spend(day, 10);
    ledger.load(day.id, startMs, 60);
    expect(ledger.spent(day, start)).toBe(30);
    spend(chinese, 1);
    expect(ledger.spent(chinese, start)).toBe(61);
  });
});

describe('what was spent before', () => {
  it('is loaded once, counts against the limit, and never lowers what was counted here', () => {
    const rule = ruleOf(100);
    ledger.load(rule.id, start, 90);
    expect(ledger.spent(rule, start)).toBe(90);
    spend(rule, 5);
    ledger.load(rule.id, start, 90);
    expect(ledger.spent(rule, start)).toBe(95);
    spend(rule, 5);
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'spent', spentNanoUsd: 100 });
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

describe('a rule that was put', () => {
  const put = (rule: BudgetRule): boolean => ledger.put(rule, Date.now());
  const day = (timeZone: string): BudgetRule => ruleOf(100, { id: 'vk_a:day', period: 'day', timeZone });

  it('lets nobody pass before it is told what was spent of it, and then counts that', () => {
    const rule = ruleOf(100);
    expect(put(rule)).toBe(true);
    expect(tryHold([rule], 1)).toMatchObject({ ok: false, reason: 'unknown', ruleId: rule.id });
    ledger.load(rule.id, start, 99);
    const alone = holdOf(tryHold([rule], 1));
    alone.settle(1);
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'spent', spentNanoUsd: 100 });
  });

  it('is waited for by calls, in their order, and no longer than they may', async () => {
    const rule = ruleOf(100);
    put(rule);
    const results: string[] = [];
    const wait = (name: string, estimateNanoUsd: number, waitMsMax: number): void => {
      void ledger
        .hold({ rules: [rule], estimateNanoUsd, nowMs: Date.now(), waitMsMax })
        .then((result) => results.push(`${name} ${result.ok ? 'passed' : result.reason}`));
    };
    wait('impatient', 10, 1000);
    wait('first', 60, 20_000);
    wait('second', 60, 20_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(results).toEqual(['impatient unknown']);
    ledger.load(rule.id, start, 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(results).toEqual(['impatient unknown', 'first passed']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(results).toEqual(['impatient unknown', 'first passed', 'second reserved']);
  });

  it('with another limit is known already, and holds calls to it that bring an older copy', () => {
    const rule = ruleOf(100);
    put(rule);
    ledger.load(rule.id, start, 50);
    spend(rule, 1);
    expect(put({ ...rule, limitNanoUsd: 51 })).toBe(false);
    expect(tryHold([rule], 0)).toMatchObject({ reason: 'spent', spentNanoUsd: 51, limitNanoUsd: 51 });
    expect(put({ ...rule, limitNanoUsd: 60 })).toBe(false);
    spend(rule, 9);
    expect(tryHold([rule], 0)).toMatchObject({ reason: 'spent', limitNanoUsd: 60 });
  });

  it('with a lower limit refuses at once the calls that wait for what is now spent', async () => {
    const rule = ruleOf(100);
    put(rule);
    ledger.load(rule.id, start, 50);
    const running = holdOf(tryHold([rule], 50));
    const waiting = ledger.hold({ rules: [rule], estimateNanoUsd: 10, nowMs: start, waitMsMax: 20_000 });
    put({ ...rule, limitNanoUsd: 50 });
    expect(await waiting).toMatchObject({ ok: false, reason: 'spent' });
    running.release();
  });

  it('with another calendar begins anew, also when it has the old one back: the time between is not known', () => {
    put(day('UTC'));
    ledger.load('vk_a:day', budgetWindow({ ...day('UTC'), nowMs: start }).startMs, 10);
    spend(day('UTC'), 1);
    for (const timeZone of ['Asia/Shanghai', 'UTC']) {
      expect(put(day(timeZone))).toBe(true);
      expect(ledger.spent(day(timeZone), start)).toBe(0);
      expect(tryHold([day(timeZone)], 0)).toMatchObject({ ok: false, reason: 'unknown' });
      ledger.load('vk_a:day', budgetWindow({ ...day(timeZone), nowMs: start }).startMs, 20);
      spend(day(timeZone), 1);
      expect(ledger.spent(day(timeZone), start)).toBe(21);
    }
  });

  it('and then forgotten sends those away who wait for it; nobody hears of what its calls still spend', async () => {
    const told: number[] = [];
    ledger = createBudgetLedger({ onThreshold: ({ threshold }) => told.push(threshold) });
    const rule = ruleOf(100);
    const other = ruleOf(100, { id: 'other' });
    put(rule);
    ledger.load(rule.id, start, 0);
    const running = holdOf(tryHold([rule], 100));
    const waiting = ledger.hold({ rules: [other, rule], estimateNanoUsd: 10, nowMs: start, waitMsMax: 20_000 });
    ledger.forget(rule.id);
    expect(await waiting).toMatchObject({ ok: false, reason: 'reserved' });
    put(rule);
    running.settle(100);
    expect(told).toEqual([]);
    expect([ledger.spent(rule, start), ledger.held(other)]).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is charged for calls that began before it, with the alerts that makes due, and only in windows it knows', () => {
    const told: number[] = [];
    ledger = createBudgetLedger({ onThreshold: ({ threshold }) => told.push(threshold) });
    const rule = ruleOf(100);
    put(rule);
    ledger.load(rule.id, start, 40);
    spend(rule, 1);
    ledger.addSpent(rule.id, start, 10);
    ledger.addSpent(rule.id, start - HOUR_MS, 99);
    ledger.addSpent('unknown', start, 99);
    expect([ledger.spent(rule, start), told]).toEqual([51, [50]]);
  });
});
