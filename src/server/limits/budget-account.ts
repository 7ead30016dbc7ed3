import { type AlertThreshold, alertThresholds } from '../../contract/vocabulary.ts';
import { type BudgetCalendar, budgetWindow } from './budget-window.ts';

/** How much may be spent in each window of a calendar. All amounts are whole nano-USD. */
export interface BudgetRule extends BudgetCalendar {
  /** Stands for one period for ever: a rule with another period has another id. */
  readonly id: string;
  readonly limitNanoUsd: number;
  /** Each counts in its own window only. */
  readonly topUps: readonly { readonly windowStartMs: number; readonly nanoUsd: number }[];
}

/** Spending that has just reached a share of a limit. */
export interface BudgetThreshold {
  readonly ruleId: string;
  readonly windowStartMs: number;
  /** In percent. */
  readonly threshold: AlertThreshold;
  readonly spentNanoUsd: number;
  readonly limitNanoUsd: number;
}

/** One window of one rule. Holds keep the one they were made in, so that their cost finds it after it has ended. */
export interface AccountWindow {
  readonly startMs: number;
  /** Null where it never ends, and while it is loaded but no call has come yet. */
  endMs: number | null;
  limitNanoUsd: number;
  spentNanoUsd: number;
  heldNanoUsd: number;
  holds: number;
  readonly told: Set<AlertThreshold>;
}

/** A rule and its windows. */
export interface Account {
  readonly id: string;
  /** As the last call brought it; null before the first. */
  rule: BudgetRule | null;
  current: AccountWindow;
  /** Newest first: what was loaded ahead, and windows left behind, in case the clock or the time zone is put back. */
  others: AccountWindow[];
}

const OTHERS_MAX = 3;

/** Throws RangeError on what is no amount: NaN would pass every comparison of a budget. */
export function assertNanoUsd(amount: number, what: string): void {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new RangeError(`${what} is not a whole, non-negative number of nano-USD: ${amount}`);
  }
}

export function createAccount(id: string): Account {
  // A window that holds no instant, so that the first call turns to a real one.
  return { id, rule: null, current: createWindow(Number.POSITIVE_INFINITY), others: [] };
}

function createWindow(startMs: number): AccountWindow {
  return {
    startMs,
    endMs: null,
    limitNanoUsd: 0,
    spentNanoUsd: 0,
    heldNanoUsd: 0,
    holds: 0,
    told: new Set(),
  };
}

const holdsInstant = ({ startMs, endMs }: AccountWindow, nowMs: number): boolean =>
  nowMs >= startMs && (endMs === null || nowMs < endMs);

export function findWindow({ current, others }: Account, startMs: number): AccountWindow | undefined {
  return current.startMs === startMs ? current : others.find((window) => window.startMs === startMs);
}

/** Whether the account stands at this rule and time already, which is nearly always so. */
export function isCurrent(account: Account, rule: BudgetRule, nowMs: number): boolean {
  return account.rule === rule && holdsInstant(account.current, nowMs);
}

export function hasSameCalendar(one: BudgetCalendar, other: BudgetCalendar): boolean {
  return one.timeZone === other.timeZone && one.period === other.period && one.weekStartsOn === other.weekStartsOn;
}

/** Brings an account to the rule as it is now and to the window of `nowMs`. */
export function turnTo(account: Account, rule: BudgetRule, nowMs: number): void {
  assertNanoUsd(rule.limitNanoUsd, `The limit of ${rule.id}`);
  const { startMs, endMs } = budgetWindow({ ...rule, nowMs });
  const { current } = account;
  const window = findWindow(account, startMs) ?? createWindow(startMs);
  window.endMs = endMs;
  window.limitNanoUsd = rule.topUps.reduce(
    (sum, topUp) => (topUp.windowStartMs === startMs ? sum + topUp.nanoUsd : sum),
    rule.limitNanoUsd,
  );
  assertNanoUsd(window.limitNanoUsd, `The limit of ${rule.id} with its top-ups`);
  account.rule = rule;
  account.current = window;
  account.others = [current, ...account.others]
    .filter((other) => other !== window && Number.isFinite(other.startMs))
    .sort((one, other) => other.startMs - one.startMs)
    .slice(0, OTHERS_MAX);
}

/** Fills a window with what was spent in it before. What was counted here meanwhile stays when it is more. */
export function loadWindow(account: Account, startMs: number, spentNanoUsd: number): void {
  assertNanoUsd(spentNanoUsd, 'What was spent');
  const window = findWindow(account, startMs) ?? addWindow(account, startMs);
  window.spentNanoUsd = Math.max(window.spentNanoUsd, spentNanoUsd);
}

/** The window, also one that has begun and that no call of the rule has come to yet. Undefined: it is past and left. */
export function windowNotPast(account: Account, startMs: number): AccountWindow | undefined {
  const isLatest = [account.current, ...account.others].every(
    (other) => other.startMs < startMs || !Number.isFinite(other.startMs),
  );
  return findWindow(account, startMs) ?? (isLatest ? addWindow(account, startMs) : undefined);
}

function addWindow(account: Account, startMs: number): AccountWindow {
  const window = createWindow(startMs);
  account.others = [window, ...account.others].slice(0, OTHERS_MAX);
  return window;
}

/**
 * Adds a cost and gives the thresholds that it reached and that were not told before in this window. What a load or a
 * lowered limit passed is not reached by spending.
 */
export function spend(ruleId: string, window: AccountWindow, costNanoUsd: number): BudgetThreshold[] {
  const { spentNanoUsd: before, limitNanoUsd, startMs: windowStartMs, told } = window;
  const spentNanoUsd = Math.min(before + costNanoUsd, Number.MAX_SAFE_INTEGER);
  window.spentNanoUsd = spentNanoUsd;
  return alertThresholds.flatMap((threshold) => {
    const amount = shareOf(limitNanoUsd, threshold);
    if (before >= amount || spentNanoUsd < amount || told.has(threshold)) return [];
    told.add(threshold);
    return [{ ruleId, windowStartMs, threshold, spentNanoUsd, limitNanoUsd }];
  });
}

/** The least whole amount that is `percent` of the limit, without passing through numbers that lose digits. */
function shareOf(limitNanoUsd: number, percent: number): number {
  return Math.floor(limitNanoUsd / 100) * percent + Math.ceil(((limitNanoUsd % 100) * percent) / 100);
}
