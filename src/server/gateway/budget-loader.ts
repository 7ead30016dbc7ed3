import type { CredentialId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { BudgetPeriod } from '../../contract/vocabulary.ts';
import type { BudgetLedger, BudgetRule } from '../limits/budget-ledger.ts';
import { budgetWindow } from '../limits/budget-window.ts';
import type { OpenRecord } from '../usage/usage-event.ts';
import type { UsageRecorder } from '../usage/usage-recorder.ts';
import type { WorkspaceEntry } from './snapshot.ts';

/** Settled calls kept for budgets that are being read from the database meanwhile. */
const RECENT_MAX = 20_000;

interface Settled {
  readonly open: OpenRecord;
  readonly costNanoUsd: number | null;
  readonly position: number;
}

/** No more than is asked about: whole records of so many calls would fill the memory and be walked by the collector. */
interface Recent {
  readonly virtualKeyId: VirtualKeyId;
  readonly credentialId: CredentialId;
  readonly timeMs: number;
  readonly costNanoUsd: number;
  readonly position: number;
}

interface BudgetSubject {
  readonly workspaceId: WorkspaceId;
  readonly subject: { readonly kind: 'virtualKey' | 'key'; readonly id: string; readonly label: string };
  readonly period: BudgetPeriod;
}

interface Spender {
  readonly workspaceId: WorkspaceId;
  readonly virtualKeyId?: VirtualKeyId;
  readonly credentialId?: CredentialId;
}

/** Fills budgets with what was spent before they came into memory, to the call. */
export function createBudgetLoader({ ledger, usage }: { ledger: BudgetLedger; usage: UsageRecorder }) {
  const recent: Recent[] = [];
  const subjects = new Map<string, BudgetSubject>();

  const loadRule = async (rule: BudgetRule, spender: Spender): Promise<void> => {
    const { startMs } = budgetWindow({ ...rule, nowMs: Date.now() });
    if (ledger.isLoaded(rule.id, startMs)) return;
    const known = await usage.askWithPosition('spentSince', { ...spender, startMs });
    // What was settled after the question was answered is not in the answer.
    const since = recent.filter(
      ({ virtualKeyId, credentialId, timeMs, position }) =>
        position > known.position &&
        timeMs >= startMs &&
        (virtualKeyId === spender.virtualKeyId || credentialId === spender.credentialId),
    );
    const spentSince = since.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
    ledger.load(rule.id, startMs, known.value + spentSince);
  };

  return {
    noteSettled({ open, costNanoUsd, position }: Settled): void {
      if (costNanoUsd === null || costNanoUsd === 0) return;
      const { virtualKeyId, credentialId, timeMs } = open;
      recent.push({ virtualKeyId, credentialId, timeMs, costNanoUsd, position });
      if (recent.length > RECENT_MAX) recent.splice(0, RECENT_MAX / 2);
    },
    subjectOf: (ruleId: string): BudgetSubject | undefined => subjects.get(ruleId),
    async load({ id: workspaceId, virtualKeys, credentials }: WorkspaceEntry): Promise<void> {
      for (const virtualKey of virtualKeys) {
        for (const rule of virtualKey.budgets) {
          const subject = { kind: 'virtualKey', id: virtualKey.id, label: virtualKey.name } as const;
          subjects.set(rule.id, { workspaceId, subject, period: rule.period });
          await loadRule(rule, { workspaceId, virtualKeyId: virtualKey.id });
        }
      }
      for (const credential of credentials.values()) {
        if (credential.budget === null) continue;
        const subject = { kind: 'key', id: credential.id, label: credential.name } as const;
        subjects.set(credential.budget.id, { workspaceId, subject, period: 'month' });
        await loadRule(credential.budget, { workspaceId, credentialId: credential.id });
      }
    },
  };
}
