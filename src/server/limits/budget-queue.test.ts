import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BudgetHold,
  type BudgetLedger,
  type BudgetRule,
  createBudgetLedger,
  type HoldResult,
} from './budget-ledger.ts';

const HOUR_MS = 3_600_000;
const start = Date.UTC(2026, 4, 5, 10);
const waitMsMax = 20_000;

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

/** A waiting call, whose result can be looked at once it is there. */
function waiting(rules: readonly BudgetRule[], estimateNanoUsd: number, signal?: AbortSignal) {
  const call: { result?: HoldResult; error?: unknown } = {};
  ledger
    .hold({ rules, estimateNanoUsd, nowMs: Date.now(), waitMsMax, ...(signal === undefined ? {} : { signal }) })
    .then((result) => (call.result = result))
    .catch((error: unknown) => (call.error = error));
  return call;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('a call that finds money only reserved', () => {
  it('goes on as soon as another gives it back', async () => {
    const rule = ruleOf(100);
    const first = holdOf(tryHold([rule], 80));
    const next = waiting([rule], 50);
    await settled();
    expect(next).toEqual({});
    first.settle(10);
    await settled();
    holdOf(next.result ?? tryHold([rule], 1)).settle(50);
    expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([0, 60]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on in the order of coming, and no later one overtakes a large one', async () => {
    const rule = ruleOf(100);
    const first = holdOf(tryHold([rule], 60));
    const large = waiting([rule], 90);
    const small = waiting([rule], 10);
    await settled();
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'reserved' });
    expect([large, small]).toEqual([{}, {}]);
    first.release();
    await settled();
    expect([large.result?.ok, small.result?.ok]).toEqual([true, true]);
  });

  it('does not stop calls of its other rules meanwhile', async () => {
    const shared = ruleOf(100, { id: 'shared' });
    const own = ruleOf(100, { id: 'own' });
    const running = holdOf(tryHold([own], 100));
    const blocked = waiting([shared, own], 50);
    await settled();
    const other = holdOf(tryHold([shared], 90));
    running.release();
    await settled();
    // It waits for the shared rule now, where it comes before later ones.
    expect(blocked).toEqual({});
    expect(tryHold([shared], 5)).toMatchObject({ reason: 'reserved', ruleId: 'shared' });
    holdOf(tryHold([own], 100)).release();
    other.release();
    await settled();
    expect(blocked.result?.ok).toBe(true);
    expect([ledger.held(shared), ledger.held(own)]).toEqual([50, 50]);
  });

  it('is refused at once when a running call spends the rest, also where it waits for another rule', async () => {
    const rule = ruleOf(100, { id: 'rule' });
    const other = ruleOf(100, { id: 'other' });
    const running = holdOf(tryHold([rule], 10));
    holdOf(tryHold([other], 100));
    const calls = [waiting([rule], 95), waiting([rule, other], 5), waiting([other], 5)];
    running.settle(100);
    await settled();
    expect(calls.map(({ result }) => result)).toEqual([
      expect.objectContaining({ ok: false, reason: 'spent', ruleId: 'rule', spentNanoUsd: 100 }),
      expect.objectContaining({ ok: false, reason: 'spent', ruleId: 'rule' }),
      undefined,
    ]);
  });

  it('is refused after its time, and lets the next one try', async () => {
    const rule = ruleOf(100);
    holdOf(tryHold([rule], 60));
    const large = waiting([rule], 90);
    await vi.advanceTimersByTimeAsync(1000);
    const small = waiting([rule], 40);
    await vi.advanceTimersByTimeAsync(waitMsMax - 1001);
    expect([large, small]).toEqual([{}, {}]);
    await vi.advanceTimersByTimeAsync(1);
    expect(large.result).toMatchObject({ ok: false, reason: 'reserved', ruleId: rule.id });
    expect(small.result?.ok).toBe(true);
  });

  it('does not wait when it may not', async () => {
    const rule = ruleOf(100);
    holdOf(tryHold([rule], 60));
    const result = await ledger.hold({ rules: [rule], estimateNanoUsd: 90, nowMs: start, waitMsMax: 0 });
    expect(result).toMatchObject({ ok: false, reason: 'reserved' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no trace when it is aborted, and lets the next one try', async () => {
    const rule = ruleOf(100);
    const running = holdOf(tryHold([rule], 60));
    const controller = new AbortController();
    const large = waiting([rule], 90, controller.signal);
    const small = waiting([rule], 40);
    await settled();
    controller.abort(new Error('gone'));
    await settled();
    expect(large).toEqual({ error: new Error('gone') });
    holdOf(small.result ?? tryHold([rule], 1)).release();
    running.release();
    expect(ledger.held(rule)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(waiting([rule], 1, controller.signal)).toEqual({});
    await settled();
    expect(ledger.held(rule)).toBe(0);
  });

  it('keeps what it was given when the abort comes after, and its place is left to others once only', async () => {
    const rule = ruleOf(100);
    const running = holdOf(tryHold([rule], 60));
    const controller = new AbortController();
    const next = waiting([rule], 90, controller.signal);
    running.release();
    controller.abort();
    await settled();
    const hold = holdOf(next.result ?? tryHold([rule], 0));
    const last = waiting([rule], 20);
    expect(tryHold([rule], 1)).toMatchObject({ reason: 'reserved' });
    hold.release();
    await settled();
    expect(last.result?.ok).toBe(true);
    expect(ledger.held(rule)).toBe(20);
  });

  it('goes on in the next window, whose money is free', async () => {
    const rule = ruleOf(100);
    vi.setSystemTime(start + HOUR_MS - 5000);
    holdOf(tryHold([rule], 60));
    const next = waiting([rule], 90);
    await vi.advanceTimersByTimeAsync(4999);
    expect(next).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    expect(next.result?.ok).toBe(true);
    expect(ledger.held(rule)).toBe(90);
  });

  it('does not bring an old window back when its timer is late', async () => {
    const rule = ruleOf(100);
    const hold = (nowMs: number) => ledger.hold({ rules: [rule], estimateNanoUsd: 100, nowMs, waitMsMax });
    const running = holdOf(ledger.tryHold({ rules: [rule], estimateNanoUsd: 60, nowMs: start }));
    const early = [hold(start), hold(start)];
    // A call that has seen the new window begin: the first in line has all its money now, and the others wait on.
    const late = hold(start + HOUR_MS);
    const given = holdOf((await early[0]) ?? tryHold([rule], 0));
    running.settle(100);
    vi.advanceTimersByTime(waitMsMax - 1);
    ledger.hold({ rules: [rule], estimateNanoUsd: 100, nowMs: start + HOUR_MS + waitMsMax, waitMsMax }).catch(() => {});
    vi.advanceTimersByTime(1);
    expect(await early[1]).toMatchObject({ ok: false, reason: 'reserved', spentNanoUsd: 0 });
    expect(await late).toMatchObject({ ok: false, reason: 'reserved', spentNanoUsd: 0 });
    expect(ledger.held(rule)).toBe(100);
    given.settle(1);
    expect([ledger.held(rule), ledger.spent(rule, start + HOUR_MS)]).toEqual([100, 1]);
  });

  it('goes on when the limit is raised and another call tells of it', async () => {
    const rule = ruleOf(100);
    holdOf(tryHold([rule], 60));
    const next = waiting([rule], 90);
    expect(tryHold([ruleOf(150)], 1)).toMatchObject({ reason: 'reserved' });
    await settled();
    expect(next.result?.ok).toBe(true);
  });

  it('is refused rather than kept where ten thousand wait already', async () => {
    const rule = ruleOf(100);
    const running = holdOf(tryHold([rule], 100));
    const calls = Array.from({ length: 10_000 }, () => waiting([rule], 1));
    const result = await ledger.hold({ rules: [rule], estimateNanoUsd: 1, nowMs: start, waitMsMax });
    expect(result).toMatchObject({ ok: false, reason: 'reserved' });
    running.settle(100);
    await settled();
    expect(calls.every((call) => call.result?.ok === false && call.result.reason === 'spent')).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('two hundred calls at once on money for ten', () => {
  async function runAll(rule: BudgetRule, estimateNanoUsd: number, costNanoUsd: number) {
    const results = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const result = await ledger.hold({ rules: [rule], estimateNanoUsd, nowMs: Date.now(), waitMsMax });
        if (!result.ok) return result.reason;
        await Promise.resolve();
        result.hold.settle(costNanoUsd);
        return 'passed';
      }),
    );
    return results.filter((result) => result === 'passed').length;
  }

  it.each([
    ['the exact cost', 1000, 10],
    ['too much, so that they take turns', 7000, 10],
    ['more than the limit', 99_000, 10],
  ])('let ten pass when the estimate is %s, refuse the rest as spent, and hold nothing afterwards', async (...row) => {
    const [, estimate, expected] = row;
    const rule = ruleOf(10_000);
    expect(await runAll(rule, estimate, 1000)).toBe(expected);
    expect([ledger.held(rule), ledger.spent(rule, start)]).toEqual([0, 10_000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('let one more pass when the last one does not fit exactly', async () => {
    const rule = ruleOf(10_500);
    expect(await runAll(rule, 1000, 1000)).toBe(11);
    expect(ledger.spent(rule, start)).toBe(11_000);
  });

  it('refuse none falsely afterwards', async () => {
    const rule = ruleOf(10_000);
    expect(await runAll(rule, 1000, 49)).toBe(200);
    expect(tryHold([rule], 200).ok).toBe(true);
  });
});
