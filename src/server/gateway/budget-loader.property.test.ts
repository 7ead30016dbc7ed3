import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeOpen } from '../../testing/usage-records.ts';
import { newId } from '../ids.ts';
import { type BudgetHold, type BudgetRule, createBudgetLedger } from '../limits/budget-ledger.ts';
import { budgetWindow } from '../limits/budget-window.ts';
import type { SpentById, SpentSinceInput } from '../usage/spent-since.store.ts';
import { createBudgetLoader } from './budget-loader.ts';

const start = Date.UTC(2026, 4, 5, 10);
const workspaceId = newId('Workspace');
const virtualKeyId = newId('VirtualKey');
const credentialId = newId('Credential');

/** Of budgets of a day. */
const timeZones = ['UTC', 'Asia/Shanghai', 'America/New_York'] as const;

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('begin' as const), isLate: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('settle' as const), which: fc.nat(), cost: fc.nat(50) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('write' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('clock' as const),
      backMs: fc.constantFrom(1, 60_000, 3_600_000, 40_000_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('budgets' as const),
      day: fc.option(fc.constantFrom(...timeZones)),
      hasTotal: fc.boolean(),
      limit: fc.integer({ min: 1_000, max: 2_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'gone' as const }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('load' as const), isRefresh: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      which: fc.nat(),
      how: fc.constantFrom('ask', 'reply', 'fail'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.constantFrom(1, 3_600_000, 50_000_000) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Question {
  readonly input: SpentSinceInput;
  readonly resolve: (answer: { value: SpentById[]; position: number }) => void;
  readonly reject: (error: Error) => void;
  answer: { value: SpentById[]; position: number } | null;
}

interface Running {
  readonly timeMs: number;
  /** Null where there was no budget. */
  readonly hold: BudgetHold | null;
}

/** A virtual key whose budgets come and go while its calls run and the database answers when it likes. */
class World {
  readonly ledger = createBudgetLedger({ onThreshold: () => undefined });
  readonly journal: { timeMs: number; costNanoUsd: number }[] = [];
  readonly running: Running[] = [];
  /** Calls that have ended and are not written down yet. */
  readonly ended: (Running & { costNanoUsd: number })[] = [];
  questions: Question[] = [];
  rules: readonly BudgetRule[] = [];
  /** The clock was put back into a day that was over: of that one less may be known, but never more than was spent. */
  isInPast = false;
  /** As calls know them that were let in before the last change. */
  rulesBefore: readonly BudgetRule[] = [];
  /** What budgets got wrong in the moment in which they let a call pass. */
  readonly passedUntrue: string[] = [];
  readonly loader = createBudgetLoader({
    ledger: this.ledger,
    usage: {
      askWithPosition: (_name: string, input: SpentSinceInput) =>
        new Promise((resolve, reject) => this.questions.push({ input, resolve, reject, answer: null })),
    },
  });

  spentSince(startMs: number, untilMs = Number.POSITIVE_INFINITY): number {
    return this.journal
      .filter(({ timeMs }) => timeMs >= startMs && timeMs < untilMs)
      .reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
  }

  answerOf({ questions }: SpentSinceInput) {
    const value = questions.map(({ startMs, endMs }) => ({
      [virtualKeyId]: this.spentSince(startMs, endMs ?? undefined),
    }));
    return { value, position: this.journal.length };
  }

  async take(next: Step): Promise<void> {
    if (next.type === 'begin') this.begin(next.isLate ? this.rulesBefore : this.rules);
    else if (next.type === 'settle') this.settle(next.which, next.cost);
    else if (next.type === 'write') this.write(next.which);
    else if (next.type === 'clock') this.putBack(next.backMs);
    else if (next.type === 'budgets') this.setBudgets(next);
    else if (next.type === 'gone') {
      this.rulesBefore = this.rules;
      this.rules = [];
      this.loader.forget(virtualKeyId);
    } else if (next.type === 'load') {
      const load = next.isRefresh ? this.loader.refresh(workspaceId) : this.loader.load();
      load.catch(() => undefined);
    } else if (next.type === 'answer') this.answer(next.which, next.how);
    await vi.advanceTimersByTimeAsync(next.type === 'pass' ? next.ms : 1);
  }

  begin(rules: readonly BudgetRule[]): void {
    const held = rules.length === 0 ? null : this.ledger.tryHold({ rules, estimateNanoUsd: 0, nowMs: Date.now() });
    if (held === null) this.running.push({ timeMs: Date.now(), hold: null });
    else if (held.ok) {
      this.passedUntrue.push(...this.untrue(rules));
      this.running.push({ timeMs: Date.now(), hold: held.hold });
    }
  }

  settle(which: number, costNanoUsd: number): void {
    const [call] = this.running.splice(which % Math.max(this.running.length, 1), 1);
    if (call === undefined) return;
    call.hold?.settle(costNanoUsd);
    this.ended.push({ ...call, costNanoUsd });
  }

  write(which: number): void {
    const [call] = this.ended.splice(which % Math.max(this.ended.length, 1), 1);
    if (call === undefined) return;
    const { costNanoUsd, hold } = call;
    this.journal.push({ timeMs: call.timeMs, costNanoUsd });
    const open = makeOpen({ workspaceId, virtualKeyId, credentialId, timeMs: call.timeMs });
    this.loader.noteSettled({
      open,
      costNanoUsd,
      position: this.journal.length,
      hold: hold ?? { covers: () => false },
    });
  }

  putBack(ms: number): void {
    const nowMs = Date.now() - ms;
    const startOf = (timeZone: string, at: number) => budgetWindow({ period: 'day', timeZone, nowMs: at }).startMs;
    this.isInPast ||= timeZones.some((zone) => startOf(zone, nowMs) !== startOf(zone, Date.now()));
    vi.setSystemTime(nowMs);
  }

  setBudgets({ day, hasTotal, limit }: Extract<Step, { type: 'budgets' }>): void {
    const rule = (period: 'day' | 'total', timeZone: string): BudgetRule => ({
      id: `${virtualKeyId}:${period}`,
      period,
      timeZone,
      limitNanoUsd: limit,
      topUps: [],
    });
    this.rulesBefore = this.rules;
    this.rules = [...(day === null ? [] : [rule('day', day)]), ...(hasTotal ? [rule('total', 'UTC')] : [])];
    const holder = { kind: 'virtualKey', id: virtualKeyId, label: 'CI', workspaceId, rules: this.rules } as const;
    this.loader.follow(holder, Date.now());
  }

  /** The database answers at one moment, and the answer arrives at another. */
  answer(which: number, how: string): void {
    const question = this.questions[which % Math.max(this.questions.length, 1)];
    if (question === undefined) return;
    question.answer ??= this.answerOf(question.input);
    if (how === 'ask') return;
    this.questions = this.questions.filter((other) => other !== question);
    if (how === 'fail') question.reject(new Error('no answer'));
    else question.resolve(question.answer);
  }

  async answerAll(): Promise<void> {
    for (let round = 0; round < 10; round += 1) {
      this.loader.load().catch(() => undefined);
      await vi.advanceTimersByTimeAsync(1);
      while (this.questions.length > 0) this.answer(0, 'reply');
      await vi.advanceTimersByTimeAsync(1);
    }
  }

  /** Budgets that know something else than what calls cost, in words. What has ended and is not written may be known. */
  untrue(asked = this.rules): string[] {
    const nowMs = Date.now();
    const unwritten = this.ended.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
    const concerned = this.rules.filter(({ id }) => asked.some((rule) => rule.id === id));
    return concerned.flatMap((rule) => {
      const { startMs, endMs } = budgetWindow({ ...rule, nowMs });
      const truth = this.spentSince(startMs, endMs ?? undefined);
      const spent = this.ledger.spent(rule, nowMs);
      return (spent >= truth || this.isInPast) && spent <= truth + unwritten
        ? []
        : [`${rule.period} in ${rule.timeZone}: ${spent} and not ${truth}`];
    });
  }
}

beforeEach(() => void vi.useFakeTimers({ now: start }));
afterEach(() => void vi.useRealTimers());

it('budgets that come, change and go while calls run know every call once, whatever the clock and the order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      vi.setSystemTime(start);
      const world = new World();
      for (const next of steps) await world.take(next);
      await world.answerAll();
      expect(world.untrue()).toEqual([]);
      while (world.running.length > 0) world.settle(0, 7);
      while (world.ended.length > 0) world.write(0);
      expect(world.untrue()).toEqual([]);
      expect(world.passedUntrue).toEqual([]);
    }),
    { numRuns: 2000 },
  );
}, 60_000);

it('many rules are one question, and one that is not answered is asked again in smaller pieces', async () => {
  const ledger = createBudgetLedger({ onThreshold: () => undefined });
  const asked: number[] = [];
  let isAway = true;
  const loader = createBudgetLoader({
    ledger,
    usage: {
      askWithPosition: (_name: string, { questions }: SpentSinceInput) => {
        asked.push(questions.reduce((sum, { ids }) => sum + ids.length, 0));
        if (isAway) return Promise.reject(new Error('no answer'));
        return Promise.resolve({ value: questions.map(({ ids }) => ({ [ids[0] ?? '']: 5 })), position: 0 });
      },
    },
  });
  const idOf = (index: number) => `vk_${index}`;
  for (let index = 0; index < 1000; index += 1) {
    const id = idOf(index);
    const rule = { id: `${id}:day`, period: 'day', timeZone: 'UTC', limitNanoUsd: 9, topUps: [] } as const;
    loader.follow({ kind: 'virtualKey', id, label: id, workspaceId, rules: [rule] }, start);
  }
  await expect(loader.load()).rejects.toThrow('no answer');
  isAway = false;
  await loader.load();
  await loader.load();
  expect(asked).toEqual([1000, 500, 500]);
  const day = { id: `${idOf(0)}:day`, period: 'day', timeZone: 'UTC', limitNanoUsd: 9, topUps: [] } as const;
  expect(ledger.spent(day, start)).toBe(5);
});
