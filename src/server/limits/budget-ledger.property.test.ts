import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type BudgetHold, type BudgetLedger, type BudgetRule, createBudgetLedger } from './budget-ledger.ts';
import { budgetWindow } from './budget-window.ts';

const HOUR_MS = 3_600_000;
const start = Date.UTC(2026, 4, 5, 10);
const ruleCount = 3;

const amounts = fc.integer({ min: 0, max: 60 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('hold' as const),
      rules: fc.uniqueArray(fc.nat(ruleCount - 1), { minLength: 1 }),
      estimate: amounts,
      waitMsMax: fc.constantFrom(0, 1000, 20_000, 2 * HOUR_MS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('settle' as const), which: fc.nat(), cost: fc.option(amounts) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('release' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 999, 1000, 20_000, HOUR_MS / 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('limit' as const), rule: fc.nat(ruleCount - 1), limit: fc.nat(150) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Call {
  readonly rules: readonly number[];
  readonly estimate: number;
  readonly deadlineMs: number;
  readonly controller: AbortController;
  state: 'waiting' | 'running' | 'over';
  hold?: BudgetHold;
  /** Where its money is reserved: a name of each window. */
  windows: string[];
}

/** What the ledger should know, kept in the simplest way, and the checks of every single answer. */
class Model {
  readonly ledger: BudgetLedger = createBudgetLedger({
    onThreshold: ({ ruleId, windowStartMs, threshold }) => this.told.push(`${ruleId} ${windowStartMs} ${threshold}`),
  });
  readonly told: string[] = [];
  readonly calls: Call[] = [];
  /** What went wrong, in words. */
  readonly violations: string[] = [];
  readonly spent = new Map<string, number>();
  rules: BudgetRule[] = Array.from({ length: ruleCount }, (_, index) => ({
    id: `rule ${index}`,
    limitNanoUsd: 100,
    period: index === 0 ? 'total' : 'hour',
    timeZone: index === 1 ? 'Asia/Kathmandu' : 'UTC',
    topUps: [],
  }));

  rule(index: number): BudgetRule {
    const rule = this.rules[index];
    if (rule === undefined) throw new Error(`no rule ${index}`);
    return rule;
  }

  windowOf(index: number): string {
    return `${index} ${budgetWindow({ ...this.rule(index), nowMs: Date.now() }).startMs}`;
  }

  spentIn(window: string): number {
    return this.spent.get(window) ?? 0;
  }

  runningIn(window: string): Call[] {
    return this.calls.filter(({ state, windows }) => state === 'running' && windows.includes(window));
  }

  heldIn(window: string): number {
    return this.runningIn(window).reduce((sum, { estimate }) => sum + estimate, 0);
  }

  hasRoom(index: number, estimate: number): boolean {
    const window = this.windowOf(index);
    const isAlone = this.runningIn(window).length === 0;
    return isAlone || this.spentIn(window) + this.heldIn(window) + estimate <= this.rule(index).limitNanoUsd;
  }

  isSpent(index: number): boolean {
    return this.spentIn(this.windowOf(index)) >= this.rule(index).limitNanoUsd;
  }

  begin({ rules, estimate, waitMsMax }: Extract<Step, { type: 'hold' }>): void {
    const controller = new AbortController();
    const deadlineMs = Date.now() + waitMsMax;
    const call: Call = { rules, estimate, deadlineMs, controller, state: 'waiting', windows: [] };
    this.calls.push(call);
    this.ledger
      .hold({
        rules: rules.map((index) => this.rule(index)),
        estimateNanoUsd: estimate,
        nowMs: Date.now(),
        waitMsMax,
        signal: controller.signal,
      })
      .then((result) => {
        if (result.ok) this.admit(call, result.hold);
        else this.refuse(call, result.reason);
      })
      .catch((error: unknown) => {
        this.must(controller.signal.aborted, `rejected without an abort: ${String(error)}`);
        call.state = 'over';
      });
  }

  admit(call: Call, hold: BudgetHold): void {
    for (const index of call.rules) {
      this.must(!this.isSpent(index), 'admitted although all is spent');
      this.must(this.hasRoom(index, call.estimate), 'admitted without room');
    }
    call.windows = call.rules.map((index) => this.windowOf(index));
    call.hold = hold;
    call.state = 'running';
  }

  refuse(call: Call, reason: 'spent' | 'reserved' | 'unknown'): void {
    call.state = 'over';
    const isDue = call.rules.some((index) => this.isSpent(index));
    if (reason === 'spent') this.must(isDue, 'refused as spent although something is left');
    else this.must(reason === 'reserved' && Date.now() >= call.deadlineMs, 'gave up too early');
  }

  must(holds: boolean, what: string): void {
    if (!holds) this.violations.push(what);
  }

  end(call: Call | undefined, cost: number | null, how: 'settle' | 'release'): void {
    if (call?.hold === undefined || call.state !== 'running') return;
    call.state = 'over';
    for (const window of call.windows) this.spent.set(window, this.spentIn(window) + (cost ?? 0));
    if (how === 'settle') call.hold.settle(cost);
    call.hold.release();
    call.hold.settle(7);
  }

  nth(state: Call['state'], which: number): Call | undefined {
    const those = this.calls.filter((call) => call.state === state);
    return those[which % those.length];
  }

  async take(next: Step): Promise<void> {
    if (next.type === 'hold') this.begin(next);
    else if (next.type === 'settle') this.end(this.nth('running', next.which), next.cost, 'settle');
    else if (next.type === 'release') this.end(this.nth('running', next.which), null, 'release');
    else if (next.type === 'abort') this.nth('waiting', next.which)?.controller.abort();
    else if (next.type === 'pass') await vi.advanceTimersByTimeAsync(next.ms);
    else this.rules = this.rules.with(next.rule, { ...this.rule(next.rule), limitNanoUsd: next.limit });
    await vi.advanceTimersByTimeAsync(0);
    if (next.type === 'limit' || next.type === 'pass') await this.tellTheLedger();
    this.check();
  }

  /** Limits and the time reach the ledger with the next call. */
  async tellTheLedger(): Promise<void> {
    for (const rule of this.rules) {
      const result = this.ledger.tryHold({ rules: [rule], estimateNanoUsd: 0, nowMs: Date.now() });
      if (result.ok) result.hold.release();
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  check(): void {
    for (const [index, rule] of this.rules.entries()) {
      const window = this.windowOf(index);
      const held = this.ledger.held(rule);
      this.must(this.ledger.spent(rule, Date.now()) === this.spentIn(window), 'spent is not what calls cost');
      this.must(held >= 0, 'held is negative');
      const isSeen = this.runningIn(window).length > 0;
      this.must(!isSeen || held === this.heldIn(window), 'held is not what calls reserve');
    }
    const waiting = this.calls.filter(({ state }) => state === 'waiting');
    for (const [place, call] of waiting.entries()) {
      this.must(!call.rules.some((index) => this.isSpent(index)), 'waits for what is spent');
      const isBehind = waiting.slice(0, place).some(({ rules }) => rules.some((index) => call.rules.includes(index)));
      const isBlocked = call.rules.some((index) => !this.hasRoom(index, call.estimate));
      this.must(isBlocked || isBehind, 'waits although there is room');
    }
    this.must(new Set(this.told).size === this.told.length, 'a threshold was told twice');
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});

afterEach(() => {
  vi.useRealTimers();
});

it('whatever calls do, every answer is right, all that is reserved comes back, and nobody waits for ever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), async (steps) => {
      vi.setSystemTime(start);
      const model = new Model();
      for (const next of steps) await model.take(next);
      for (let round = 0; model.calls.some(({ state }) => state !== 'over'); round += 1) {
        expect(round, 'calls wait although nobody is left to wait for').toBeLessThan(100);
        for (const call of model.calls) model.end(call, 3, 'settle');
        await vi.advanceTimersByTimeAsync(0);
        await model.tellTheLedger();
        model.check();
      }
      expect(model.violations).toEqual([]);
      for (const rule of model.rules) expect(model.ledger.held(rule)).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 300 },
  );
}, 60_000);

it('spending passes a limit by less than one call and what calls cost above their estimates', async () => {
  const call = fc.record({ estimate: amounts, cost: fc.nat(80), turns: fc.nat(5) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { maxLength: 40 }),
      fc.integer({ min: 1, max: 300 }),
      async (calls, limitNanoUsd) => {
        const ledger = createBudgetLedger({ onThreshold: () => undefined });
        const rule: BudgetRule = { id: 'rule', limitNanoUsd, period: 'total', timeZone: 'UTC', topUps: [] };
        const passed = await Promise.all(
          calls.map(async ({ estimate, cost, turns }) => {
            const request = { rules: [rule], estimateNanoUsd: estimate, nowMs: start, waitMsMax: 20_000 };
            const result = await ledger.hold(request);
            if (!result.ok) return result.reason;
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            result.hold.settle(cost);
            return { cost, above: Math.max(0, cost - estimate) };
          }),
        );
        expect(passed).not.toContain('reserved');
        const costs = passed.filter((result) => typeof result === 'object');
        const costMax = Math.max(0, ...costs.map(({ cost }) => cost));
        const above = costs.reduce((sum, call) => sum + call.above, 0);
        expect(ledger.spent(rule, start)).toBe(costs.reduce((sum, { cost }) => sum + cost, 0));
        expect(ledger.spent(rule, start)).toBeLessThanOrEqual(
          Math.max(limitNanoUsd, limitNanoUsd - 1 + costMax + above),
        );
        expect(ledger.held(rule)).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
