import {
  type AccountWindow,
  assertNanoUsd,
  type BudgetRule,
  type BudgetThreshold,
  createAccount,
  findWindow,
  isCurrent,
  loadWindow,
  spend,
  turnTo,
} from './budget-account.ts';
import { BudgetQueue, type Line, type Obstacle, obstacleFor, WAITERS_MAX } from './budget-queue.ts';
import { budgetWindow } from './budget-window.ts';

export type { BudgetRule, BudgetThreshold } from './budget-account.ts';

/** A part of every rule's money, reserved in the windows in which it was asked for. The first of the two calls counts. */
export interface BudgetHold {
  /** Ends the hold and adds what was really spent; null, which stands for no price, adds nothing. */
  readonly settle: (costNanoUsd: number | null) => void;
  /** Ends the hold; nothing was spent. */
  readonly release: () => void;
}

export interface HoldRequest {
  /** Each rule once. */
  readonly rules: readonly BudgetRule[];
  readonly estimateNanoUsd: number;
  readonly nowMs: number;
}

export interface HoldRefusal {
  readonly ok: false;
  /** `reserved`: calls that run may give some back. */
  readonly reason: 'spent' | 'reserved';
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
   * As `tryHold`, but where money is only reserved it waits for its turn up to `waitMsMax`, or into the next window.
   * Rejects with the signal's reason when that is aborted first, and has reserved nothing then.
   */
  readonly hold: (request: HoldRequest & { waitMsMax: number; signal?: AbortSignal }) => Promise<HoldResult>;
  /** Tells what was spent in a window before; to be called before the first hold of a rule. Tells no threshold. */
  readonly load: (ruleId: string, windowStartMs: number, spentNanoUsd: number) => void;
  /** Whether `load` was called for the window, or all of it lies in the time of this process. */
  readonly isLoaded: (ruleId: string, windowStartMs: number) => boolean;
  readonly spent: (rule: BudgetRule, nowMs: number) => number;
  /** What running calls reserve in the window of the last call. */
  readonly held: (rule: BudgetRule) => number;
  /** Drops a rule that is no more. Its running and waiting calls end by themselves and touch no later rule of the id. */
  readonly forget: (ruleId: string) => void;
}

/** `onThreshold` is told once per rule, window and threshold, after the money is counted. It must not throw. */
export function createBudgetLedger(options: { onThreshold: (event: BudgetThreshold) => void }): BudgetLedger {
  const lines = new Map<string, Line>();
  const queue = new BudgetQueue(place);

  function lineOf(id: string): Line {
    const known = lines.get(id);
    if (known !== undefined) return known;
    const line: Line = { ...createAccount(id), waiters: new Set(), blocked: 0 };
    lines.set(id, line);
    return line;
  }

  /** The lines of the rules, brought to this time. */
  function linesAt({ rules, nowMs }: HoldRequest): Line[] {
    const found = rules.map((rule) => {
      const line = lineOf(rule.id);
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
    return costNanoUsd === 0 ? [] : spend(line.id, window, costNanoUsd);
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
    load(ruleId, windowStartMs, spentNanoUsd) {
      const line = lineOf(ruleId);
      loadWindow(line, windowStartMs, spentNanoUsd);
      queue.noteChange(line);
      queue.serve();
    },
    isLoaded(ruleId, windowStartMs) {
      const line = lines.get(ruleId);
      return line !== undefined && findWindow(line, windowStartMs)?.isLoaded === true;
    },
    spent(rule, nowMs) {
      const line = lines.get(rule.id);
      if (line === undefined) return 0;
      if (isCurrent(line, rule, nowMs)) return line.current.spentNanoUsd;
      return findWindow(line, budgetWindow({ ...rule, nowMs }).startMs)?.spentNanoUsd ?? 0;
    },
    held: ({ id }) => lines.get(id)?.current.heldNanoUsd ?? 0,
    forget(ruleId) {
      lines.delete(ruleId);
    },
  };
}

function refusal({ reason, line }: Obstacle): HoldRefusal {
  const { limitNanoUsd, spentNanoUsd, endMs } = line.current;
  return { ok: false, reason, ruleId: line.id, limitNanoUsd, spentNanoUsd, resetsAtMs: endMs };
}
