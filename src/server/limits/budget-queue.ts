import { type Account, type AccountWindow, type BudgetRule, turnTo } from './budget-account.ts';

/** A rule with the calls that wait for it. */
export interface Line extends Account {
  /** The rule as it is now, whatever copy of it calls bring; null where they alone know it. */
  ruleInForce: BudgetRule | null;
  /** What was spent before has not been loaded yet, so nobody passes. */
  isUnknown: boolean;
  /** Every waiting call that this rule concerns, in the order in which they came. */
  readonly waiters: Set<Waiter>;
  /** How many of them wait for this rule; the others wait for another of their rules and do not stand in the way here. */
  blocked: number;
}

/**
 * Why a call cannot go on: nothing is left, what is left is reserved by calls that run or came first, or nobody knows yet
 * what is left.
 */
export interface Obstacle {
  readonly reason: 'spent' | 'reserved' | 'unknown';
  readonly line: Line;
}

interface Waiter {
  /** In the order of coming, over all rules. */
  readonly number: number;
  readonly lines: readonly Line[];
  readonly estimateNanoUsd: number;
  readonly end: (obstacle: Obstacle | null) => void;
  blockedBy: Line;
}

export interface Wait {
  readonly lines: readonly Line[];
  readonly estimateNanoUsd: number;
  readonly blockedBy: Line;
  readonly nowMs: number;
  readonly waitMsMax: number;
  readonly signal: AbortSignal | undefined;
}

/** More calls than this do not wait for one rule. */
export const WAITERS_MAX = 10_000;
/** What setTimeout can do; it takes more for nothing. */
const TIMER_MS_MAX = 2 ** 31 - 1;

const isSpent = ({ spentNanoUsd, limitNanoUsd }: AccountWindow): boolean => spentNanoUsd >= limitNanoUsd;

/** One call alone may always try, so that no money is left that nobody can spend. */
function fits({ holds, spentNanoUsd, heldNanoUsd, limitNanoUsd }: AccountWindow, estimateNanoUsd: number): boolean {
  return holds === 0 || spentNanoUsd + heldNanoUsd + estimateNanoUsd <= limitNanoUsd;
}

/** What stands in the way of a call that came as `number`, or null when all its rules have room. */
export function obstacleFor(lines: readonly Line[], estimateNanoUsd: number, number: number): Obstacle | null {
  let blocking: Line | null = null;
  for (const line of lines) {
    if (isSpent(line.current)) return { reason: 'spent', line };
    if (blocking !== null) continue;
    if (line.isUnknown || isBehindOthers(line, number) || !fits(line.current, estimateNanoUsd)) blocking = line;
  }
  return blocking === null ? null : waitingFor(blocking);
}

const waitingFor = (line: Line): Obstacle => ({ reason: line.isUnknown ? 'unknown' : 'reserved', line });

function isBehindOthers(line: Line, number: number): boolean {
  if (line.blocked === 0) return false;
  for (const waiter of line.waiters) {
    if (waiter.number >= number) return false;
    if (waiter.blockedBy === line) return true;
  }
  return false;
}

/** How long until a window ends. One that should have ended by now ends for the call that sees it. */
function msUntil(endMs: number | null, nowMs: number): number {
  return endMs === null || endMs <= nowMs ? Number.POSITIVE_INFINITY : endMs - nowMs;
}

/**
 * The calls that wait for reserved money. Each waits in the line of the one rule that stops it, so that its other rules
 * serve others meanwhile, and comes first there by the order of coming. `admit` takes the money of a call that may go on.
 */
export class BudgetQueue<Admitted> {
  readonly #admit: (lines: readonly Line[], estimateNanoUsd: number) => Admitted;
  readonly #changed = new Set<Line>();
  #comings = 0;

  constructor(admit: (lines: readonly Line[], estimateNanoUsd: number) => Admitted) {
    this.#admit = admit;
  }

  /** To be told of every line whose money, limit or window is another now; `serve` looks at it. */
  noteChange(line: Line): void {
    if (line.waiters.size > 0) this.#changed.add(line);
  }

  /** Lets everyone go on whom the noted changes concern. */
  serve(): void {
    // Lines that are noted on the way come up in the same round.
    for (const line of this.#changed) {
      this.#changed.delete(line);
      if (isSpent(line.current)) {
        for (const waiter of line.waiters) this.#leave(waiter).end({ reason: 'spent', line });
      } else {
        this.#serveLine(line);
      }
    }
  }

  #serveLine(line: Line): void {
    for (const waiter of line.waiters) {
      if (waiter.blockedBy !== line) continue;
      const obstacle = obstacleFor(waiter.lines, waiter.estimateNanoUsd, waiter.number);
      if (obstacle === null || obstacle.reason === 'spent') {
        this.#leave(waiter).end(obstacle);
      } else if (obstacle.line === line) {
        return;
      } else {
        line.blocked -= 1;
        waiter.blockedBy = obstacle.line;
        obstacle.line.blocked += 1;
      }
    }
  }

  #leave(waiter: Waiter): Waiter {
    for (const line of waiter.lines) line.waiters.delete(waiter);
    waiter.blockedBy.blocked -= 1;
    this.noteChange(waiter.blockedBy);
    return waiter;
  }

  /** Ends the waiting of all whom the line concerns: what they wait for is no more, and they may come again. */
  dismiss(line: Line): void {
    for (const waiter of line.waiters) this.#leave(waiter).end(waitingFor(line));
    this.serve();
  }

  /** Resolves when the call may go on or must give up; rejects with the reason of the signal, and then took nothing. */
  wait(input: Wait): Promise<Admitted | Obstacle> {
    const { lines, estimateNanoUsd, blockedBy, signal } = input;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const cleanUp = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        number: this.#comings,
        lines,
        estimateNanoUsd,
        blockedBy,
        end: (obstacle) => {
          cleanUp();
          resolve(obstacle ?? this.#admit(lines, estimateNanoUsd));
        },
      };
      const onAbort = (): void => {
        cleanUp();
        this.#leave(waiter);
        this.serve();
        reject(signal?.reason);
      };
      const sleep = (nowMs: number, leftMs: number): void => {
        const sleepMs = Math.min(leftMs, ...lines.map(({ current }) => msUntil(current.endMs, nowMs)));
        timer = setTimeout(() => {
          this.#wake(waiter, nowMs + sleepMs, leftMs - sleepMs);
          if (blockedBy.waiters.has(waiter)) sleep(nowMs + sleepMs, leftMs - sleepMs);
        }, sleepMs);
      };
      this.#comings += 1;
      blockedBy.blocked += 1;
      for (const line of lines) line.waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      sleep(input.nowMs, Math.min(input.waitMsMax, TIMER_MS_MAX));
    });
  }

  /** A window has ended, and with it what was reserved, or the patience of the call. */
  #wake(waiter: Waiter, nowMs: number, leftMs: number): void {
    for (const line of waiter.lines) {
      // Forward only: other calls may have seen the next window begin before a late timer fired.
      if (line.rule === null || line.current.endMs === null || nowMs < line.current.endMs) continue;
      turnTo(line, line.rule, nowMs);
      this.noteChange(line);
    }
    this.serve();
    if (leftMs > 0 || !waiter.blockedBy.waiters.has(waiter)) return;
    this.#leave(waiter).end(waitingFor(waiter.blockedBy));
    this.serve();
  }
}
