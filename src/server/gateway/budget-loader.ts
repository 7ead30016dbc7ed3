import type { CredentialId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { BudgetPeriod } from '../../contract/vocabulary.ts';
import type { BudgetHold, BudgetLedger, BudgetRule } from '../limits/budget-ledger.ts';
import { budgetWindow } from '../limits/budget-window.ts';
import type { SpentById, SpentSinceInput, SpentSinceQuestion } from '../usage/spent-since.store.ts';
import type { OpenRecord } from '../usage/usage-event.ts';

/** Settled calls kept for budgets that are being read from the database meanwhile. */
const RECENT_MAX = 20_000;
/** Rules that one question is about. */
const RULES_PER_QUESTION = 2_000;

interface Settled {
  readonly open: OpenRecord;
  readonly costNanoUsd: number | null;
  readonly position: number;
  readonly hold: Pick<BudgetHold, 'covers'>;
}

/** No more than is asked about: whole records of so many calls would fill the memory and be walked by the collector. */
interface Recent {
  readonly virtualKeyId: VirtualKeyId;
  readonly credentialId: CredentialId;
  readonly timeMs: number;
  readonly costNanoUsd: number;
  readonly position: number;
}

/** Who has budgets: a virtual key or a provider key. */
export interface BudgetHolder {
  readonly kind: 'virtualKey' | 'key';
  readonly id: string;
  readonly label: string;
  readonly workspaceId: WorkspaceId;
  readonly rules: readonly BudgetRule[];
}

interface BudgetSubject {
  readonly workspaceId: WorkspaceId;
  readonly subject: Pick<BudgetHolder, 'kind' | 'id' | 'label'>;
  readonly period: BudgetPeriod;
}

/** A rule from when it was put until it goes or its calendar changes. */
interface Followed {
  holder: BudgetHolder;
  rule: BudgetRule;
  isKnown: boolean;
}

/** Who knows what was spent: the usage recorder. */
interface SpendingAnswers {
  readonly askWithPosition: (
    name: 'spentSince',
    input: SpentSinceInput,
  ) => Promise<{ readonly value: readonly SpentById[]; readonly position: number }>;
}

type BudgetLoader = ReturnType<typeof createBudgetLoader>;

export type { BudgetLoader };

/** Keeps the ledger's rules those of the workspaces, and fills them with what was spent before, to the call. */
export function createBudgetLoader({ ledger, usage }: { ledger: BudgetLedger; usage: SpendingAnswers }) {
  const recent: Recent[] = [];
  const followed = new Map<string, Followed>();
  const byHolder = new Map<string, readonly Followed[]>();
  /** Rules that nobody has asked for yet. */
  const unasked = new Set<Followed>();

  const putRule = (holder: BudgetHolder, rule: BudgetRule, nowMs: number): Followed => {
    const known = followed.get(rule.id);
    if (!ledger.put(rule, nowMs) && known !== undefined) return Object.assign(known, { holder, rule });
    if (known !== undefined) unasked.delete(known);
    const added: Followed = { holder, rule, isKnown: false };
    followed.set(rule.id, added);
    unasked.add(added);
    return added;
  };
  const drop = (gone: Followed): void => {
    ledger.forget(gone.rule.id);
    followed.delete(gone.rule.id);
    unasked.delete(gone);
  };

  const ask = async (asked: readonly Followed[]): Promise<void> => {
    const nowMs = Date.now();
    const groups = groupByQuestion(asked, nowMs);
    const questions = groups.map(({ question }) => question);
    const { value: answers, position } = await usage.askWithPosition('spentSince', { questions });
    // What was settled after the question was answered is not in the answer.
    const since = recent.filter((call) => call.position > position);
    const sinceOf = {
      virtualKey: Map.groupBy(since, ({ virtualKeyId }): string => virtualKeyId),
      key: Map.groupBy(since, ({ credentialId }): string => credentialId),
    };
    const outdated: Followed[] = [];
    for (const [index, { question, members }] of groups.entries()) {
      for (const member of members) {
        const { rule, holder } = member;
        if (followed.get(rule.id) !== member) continue;
        if (budgetWindow({ ...rule, nowMs: Date.now() }).startMs !== question.startMs) {
          outdated.push(member);
          continue;
        }
        const calls = sinceOf[holder.kind].get(holder.id) ?? [];
        const spentSince = calls.reduce(
          (sum, { timeMs, costNanoUsd }) => (isWithin(question, timeMs) ? sum + costNanoUsd : sum),
          0,
        );
        ledger.load(rule.id, question.startMs, (answers[index]?.[holder.id] ?? 0) + spentSince);
        member.isKnown = true;
      }
    }
    // Another window has begun meanwhile, and calls that hold nothing of it may have spent in it already.
    if (outdated.length > 0) await ask(outdated);
  };

  // A question has three seconds: after one that was not answered the next are smaller, until they are answered again.
  let rulesPerQuestion = RULES_PER_QUESTION;
  const askAll = async (those: readonly Followed[]): Promise<void> => {
    for (let from = 0; from < those.length; ) {
      const part = those.slice(from, from + rulesPerQuestion);
      try {
        await ask(part);
      } catch (error) {
        rulesPerQuestion = Math.ceil(rulesPerQuestion / 4);
        throw error;
      }
      from += part.length;
      rulesPerQuestion = Math.min(rulesPerQuestion * 2, RULES_PER_QUESTION);
    }
  };

  return {
    /** To be told of every priced call once it is written down. */
    noteSettled({ open, costNanoUsd, position, hold }: Settled): void {
      if (costNanoUsd === null || costNanoUsd === 0) return;
      const { virtualKeyId, credentialId, timeMs } = open;
      recent.push({ virtualKeyId, credentialId, timeMs, costNanoUsd, position });
      if (recent.length > RECENT_MAX) recent.splice(0, RECENT_MAX / 2);
      for (const id of [virtualKeyId, credentialId]) {
        for (const { rule, isKnown } of byHolder.get(id) ?? []) {
          // What the hold covers was counted when it was settled. Of a rule that is not known the load will count it.
          if (!isKnown || hold.covers(rule.id)) continue;
          ledger.addSpent(rule.id, budgetWindow({ ...rule, nowMs: timeMs }).startMs, costNanoUsd);
        }
      }
    },
    subjectOf(ruleId: string): BudgetSubject | undefined {
      const found = followed.get(ruleId);
      if (found === undefined) return undefined;
      const { workspaceId, kind, id, label } = found.holder;
      return { workspaceId, subject: { kind, id, label }, period: found.rule.period };
    },
    /** A holder with the rules it has from now on. Calls wait for those that are new until `load` has asked for them. */
    follow(holder: BudgetHolder, nowMs: number): void {
      const before = byHolder.get(holder.id) ?? [];
      if (before.length === 0 && holder.rules.length === 0) return;
      const [first] = before;
      if (first?.holder.rules === holder.rules && first.holder.label === holder.label) return;
      const now = holder.rules.map((rule) => putRule(holder, rule, nowMs));
      for (const one of before) if (!now.some(({ rule }) => rule.id === one.rule.id)) drop(one);
      if (now.length === 0) byHolder.delete(holder.id);
      else byHolder.set(holder.id, now);
    },
    /** A holder that is no more. */
    forget(holderId: string): void {
      for (const one of byHolder.get(holderId) ?? []) drop(one);
      byHolder.delete(holderId);
    },
    /**
     * Asks what was spent of the rules that nobody has asked for, in one question for up to 2,000 of them. Rejects when it
     * is not answered: calls on those rules wait until another load succeeds.
     */
    async load(): Promise<void> {
      const asked = [...unasked];
      unasked.clear();
      try {
        await askAll(asked);
      } catch (error) {
        for (const one of asked) if (!one.isKnown && followed.get(one.rule.id) === one) unasked.add(one);
        throw error;
      }
    },
    /** Asks again for every rule of a workspace whose past was priced anew. Calls go on meanwhile. */
    refresh: (workspaceId: WorkspaceId): Promise<void> =>
      askAll([...followed.values()].filter(({ holder, isKnown }) => isKnown && holder.workspaceId === workspaceId)),
  };
}

/** Rules of one kind, workspace and window are asked for together. */
function groupByQuestion(asked: readonly Followed[], nowMs: number) {
  const groups = Map.groupBy(asked, ({ holder, rule }) => {
    const { startMs, endMs } = budgetWindow({ ...rule, nowMs });
    return `${startMs} ${endMs} ${holder.kind} ${holder.workspaceId}`;
  });
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { workspaceId, kind } = first.holder;
    // With its end: once the clock was put back, later calls of another window are there already.
    const { startMs, endMs } = budgetWindow({ ...first.rule, nowMs });
    const ids = members.map(({ holder }) => holder.id);
    return [{ members, question: { workspaceId, of: kind, startMs, endMs, ids } }];
  });
}

function isWithin({ startMs, endMs }: Pick<SpentSinceQuestion, 'startMs' | 'endMs'>, timeMs: number): boolean {
  return timeMs >= startMs && (endMs === null || timeMs < endMs);
}
