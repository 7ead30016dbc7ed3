import {
  type AccountWindow,
  assertNanoUsd,
  type BudgetRule,
  type BudgetThreshold,
  createAccount,
  findWindow,
  hasSameCalendar,
  isCurrent,
  loadWindow,
  spend,
  turnTo,
  windowNotPast,
} from './budget-account.ts';
import { BudgetQueue, type Line, type Obstacle, obstacleFor, WAITERS_MAX } from './budget-queue.ts';
import { budgetWindow } from './budget-window.ts';

export type { BudgetRule, BudgetThreshold } from './budget-account.ts';

/** A part of every rule's money, reserved in the windows in which it was asked for. The first of settle and release counts. */
export interface BudgetHold {
  /** Ends the hold and adds what was really spent; null, which stands for no price, adds nothing. */
  readonly settle: (costNanoUsd: number | null) => void;
  /** Ends the hold; nothing was spent. */
  readonly release: () => void;
  /** Whether what is settled counts in the rule as it is now; not so in one that was put since, or never asked for. */
  readonly covers: (ruleId: string) => boolean;
}

export interface HoldRequest {
  /** Each rule once. */
  readonly rules: readonly BudgetRule[];
  readonly estimateNanoUsd: number;
  readonly nowMs: number;
}

export interface HoldRefusal {
  readonly ok: false;
  /** `reserved`: calls that run may give some back. `unknown`: what was spent before has not been loaded yet. */
  readonly reason: 'spent' | 'reserved' | 'unknown';
  readonly ruleId: string;
  readonly limitNanoUsd: number;
  readonly spentNanoUsd: number;
  readonly resetsAtMs: number | null;
}

export type HoldResult = { readonly ok: true; readonly hold: BudgetHold } | HoldRefusal;

/**
 * What is spent and reserved of budgets, for this process. All amounts are whole, non-negative nano-USD; anything else
 * throws RangeError and changes nothing. A call passes when its estimate fits into every rule, or where it is the only
 * one that runs and something is left; so spending passes a limit by what one call costs above its estimate.
 */
export interface BudgetLedger {
  /** Reserves at once, or tells why not. Never overtakes calls that wait. */
  readonly tryHold: (request: HoldRequest) => HoldResult;
  /**
   * As `tryHold`, but where money is only reserved, or not known yet, it waits for its turn up to `waitMsMax`, or into the
   * next window. Rejects with the signal's reason when that is aborted first, and has reserved nothing then.
   */
  readonly hold: (request: HoldRequest & { waitMsMax: number; signal?: AbortSignal }) => Promise<HoldResult>;
  /**
   * The rule as it is from now on, whatever copy of it calls bring. Gives true where it is new or has another calendar:
   * then nobody passes before `load` told what was spent of it, and calls that wait for the one before are sent away.
   */
  readonly put: (rule: BudgetRule, nowMs: number) => boolean;
  /** Tells what was spent in a window before. What was counted here stays when it is more. Tells no threshold. */
  readonly load: (ruleId: string, windowStartMs: number, spentNanoUsd: number) => void;
  /** Counts what a call cost whose hold does not cover the rule. */
  readonly addSpent: (ruleId: string, windowStartMs: number, costNanoUsd: number) => void;
  readonly spent: (rule: BudgetRule, nowMs: number) => number;
  /** What running calls reserve in the window of the last call. */
  readonly held: (rule: BudgetRule) => number;
  /**
   * Drops a rule that is no more. Its running calls end by themselves and touch no later rule of the id; those that wait
   * for it are refused as for reserved money.
   */
  readonly forget: (ruleId: string) => void;
}

/** `onThreshold` is told once per rule, window and threshold, after the money is counted. It must not throw. */
export function createBudgetLedger(options: { onThreshold: (event: BudgetThreshold) => void }): BudgetLedger {
  const lines = new Map<string, Line>();
  const queue = new BudgetQueue(place);

  function lineOf(id: string): Line {
    const known = lines.get(id);
    if (known !== undefined) return known;
    return addLine(id, null);
  }

  function addLine(id: string, ruleInForce: BudgetRule | null): Line {
    const isUnknown = ruleInForce !== null;
    const line: Line = { ...createAccount(id), ruleInForce, isUnknown, waiters: new Set(), blocked: 0 };
    lines.set(id, line);
    return line;
  }

  function removeLine(line: Line): void {
    lines.delete(line.id);
    queue.dismiss(line);
  }

  /** The lines of the rules, brought to this time. */
  function linesAt({ rules, nowMs }: HoldRequest): Line[] {
    const found = rules.map((brought) => {
      const line = lineOf(brought.id);
      const rule = line.ruleInForce ?? brought;
      if (!isCurrent(line, rule, nowMs)) {
        turnTo(line, rule, nowMs);
        queue.noteChange(line);
      }
      return line;
    });
    queue.serve();
    return found;
  }

  function place(concerned: readonly Line[], estimateNanoUsd: number): BudgetHold {
    const windows = concerned.map(({ current }) => current);
    for (const window of windows) {
      window.heldNanoUsd += estimateNanoUsd;
      window.holds += 1;
    }
    let isOver = false;
    const end = (costNanoUsd: number): void => {
      if (isOver) return;
      isOver = true;
      const reached = windows.flatMap((window, index) => endIn(window, concerned[index], estimateNanoUsd, costNanoUsd));
      queue.serve();
      for (const event of reached) options.onThreshold(event);
    };
    return {
      settle(costNanoUsd) {
        if (costNanoUsd !== null) assertNanoUsd(costNanoUsd, 'The cost of a call');
        end(costNanoUsd ?? 0);
      },
      release: () => end(0),
      covers: (ruleId) => concerned.some((line) => line.id === ruleId && lines.get(ruleId) === line),
    };
  }

  function endIn(
    window: AccountWindow,
    line: Line | undefined,
    estimateNanoUsd: number,
    costNanoUsd: number,
  ): BudgetThreshold[] {
    window.heldNanoUsd -= estimateNanoUsd;
    window.holds -= 1;
    if (line === undefined) return [];
    queue.noteChange(line);
    const reached = costNanoUsd === 0 ? [] : spend(line.id, window, costNanoUsd);
    // Nobody is told of a rule that is no more.
    return lines.get(line.id) === line ? reached : [];
  }

  function begin(request: HoldRequest): { concerned: Line[]; obstacle: Obstacle | null } {
    assertNanoUsd(request.estimateNanoUsd, 'The estimate of a call');
    const concerned = linesAt(request);
    return { concerned, obstacle: obstacleFor(concerned, request.estimateNanoUsd, Number.POSITIVE_INFINITY) };
  }

  return {
    tryHold(request) {
      const { concerned, obstacle } = begin(request);
      return obstacle === null ? { ok: true, hold: place(concerned, request.estimateNanoUsd) } : refusal(obstacle);
    },
    async hold(request) {
      const { estimateNanoUsd, nowMs, waitMsMax, signal } = request;
      signal?.throwIfAborted();
      const { concerned, obstacle } = begin(request);
      if (obstacle === null) return { ok: true, hold: place(concerned, estimateNanoUsd) };
      const isFull = concerned.some(({ waiters }) => waiters.size >= WAITERS_MAX);
      if (obstacle.reason === 'spent' || isFull || !(waitMsMax > 0)) return refusal(obstacle);
      const { line: blockedBy } = obstacle;
      const ended = await queue.wait({ lines: concerned, estimateNanoUsd, blockedBy, nowMs, waitMsMax, signal });
      return 'line' in ended ? refusal(ended) : { ok: true, hold: ended };
    },
    put(rule, nowMs) {
      const known = lines.get(rule.id);
      const isSame = known?.ruleInForce != null && hasSameCalendar(known.ruleInForce, rule);
      if (known === undefined || !isSame) {
        if (known !== undefined) removeLine(known);
        addLine(rule.id, rule);
        return true;
      }
      known.ruleInForce = rule;
      if (known.rule !== null) turnTo(known, rule, nowMs);
      queue.noteChange(known);
      queue.serve();
      return false;
    },
    load(ruleId, windowStartMs, spentNanoUsd) {
      const line = lineOf(ruleId);
      loadWindow(line, windowStartMs, spentNanoUsd);
      line.isUnknown = false;
      queue.noteChange(line);
      queue.serve();
    },
    addSpent(ruleId, windowStartMs, costNanoUsd) {
      assertNanoUsd(costNanoUsd, 'The cost of a call');
      const line = lines.get(ruleId);
      const window = line === undefined ? undefined : windowNotPast(line, windowStartMs);
      if (line === undefined || window === undefined) return;
      const reached = spend(ruleId, window, costNanoUsd);
      queue.noteChange(line);
      queue.serve();
      for (const event of reached) options.onThreshold(event);
    },
    spent(rule, nowMs) {
      const line = lines.get(rule.id);
      if (line === undefined) return 0;
      if (isCurrent(line, rule, nowMs)) return line.current.spentNanoUsd;
      return findWindow(line, budgetWindow({ ...rule, nowMs }).startMs)?.spentNanoUsd ?? 0;
    },
    held: ({ id }) => lines.get(id)?.current.heldNanoUsd ?? 0,
    forget(ruleId) {
      const line = lines.get(ruleId);
      if (line !== undefined) removeLine(line);
    },
  };
}

function refusal({ reason, line }: Obstacle): HoldRefusal {
  const { limitNanoUsd, spentNanoUsd, endMs } = line.current;
  return { ok: false, reason, ruleId: line.id, limitNanoUsd, spentNanoUsd, resetsAtMs: endMs };
}
