import type { Logger } from 'pino';
import type { WorkspaceId } from '../../contract/ids.ts';
import { keepBudgetAlerts } from '../alerts/keep-budget-alerts.ts';
import type { ChangeKind } from '../changes.ts';
import type { Services } from '../services.ts';
import { type BudgetLoader, createBudgetLoader } from './budget-loader.ts';
import type { RunningCalls } from './running-calls.ts';
import { loadWorkspaces, type WorkspaceChange, type WorkspacesInMemory } from './workspaces-in-memory.ts';

const AGAIN_MS = 1000;
/** How often it is asked what ended long ago and can be forgotten. */
const FORGET_MS = 60_000;

export interface FollowedWorkspaces {
  readonly workspaces: WorkspacesInMemory;
  readonly budgets: BudgetLoader;
  /** Follows no more, and writes the alerts that are left. */
  readonly close: () => Promise<void>;
}

type Options = { readonly services: Services; readonly log: Logger; readonly running: RunningCalls };

/**
 * Brings what the database knows into memory, and keeps it so: settings, budgets with what was spent of them, and what
 * follows for calls that run. Rejects when the settings cannot be read at first; later it tries again by itself.
 */
export async function followWorkspaces({ services, log, running }: Options): Promise<FollowedWorkspaces> {
  const { database, vault, changes, limits, usage } = services;
  const budgets = createBudgetLoader({ ledger: limits.budgets, usage });
  const workspaces = await loadWorkspaces({
    database,
    vault,
    onChange(change) {
      // First: calls that wait for money of a budget that goes with its key end because of the key.
      running.stopOf(change.goneVirtualKeys);
      followBudgets(budgets, change, Date.now());
    },
    onUnreadable: (row) => log.error(row, 'a row cannot be read: it serves nobody until it is repaired'),
  });
  let isClosed = false;
  const again = (work: () => Promise<void>): void => {
    setTimeout(() => {
      if (!isClosed) void work();
    }, AGAIN_MS).unref();
  };
  const reload = async (id: WorkspaceId): Promise<void> => {
    try {
      await workspaces.reload(id);
    } catch (error) {
      log.error({ error, workspaceId: id }, 'a workspace could not be read again; trying once more in a second');
      again(() => reloadAndLearn(id));
    } finally {
      stopTakenBack(running, workspaces, id);
    }
  };
  /** Until it has succeeded: calls on budgets that are not known wait meanwhile, or are told to come again. */
  const learn = async (load: () => Promise<void>): Promise<void> => {
    try {
      await load();
    } catch (error) {
      log.error({ error }, 'what was spent of budgets could not be read; trying once more in a second');
      again(() => learn(load));
    }
  };
  const reloadAndLearn = async (id: WorkspaceId): Promise<void> => {
    await reload(id);
    await learn(() => budgets.load());
  };

  await learn(() => budgets.load());
  changes.subscribe((id: WorkspaceId, kind: ChangeKind) =>
    kind === 'past' ? learn(() => budgets.refresh(id)) : reloadAndLearn(id),
  );
  const alerts = keepBudgetAlerts(services);
  limits.onThreshold((event) => {
    const subject = budgets.subjectOf(event.ruleId);
    if (subject !== undefined) alerts.keep({ ...subject, ...event });
  });
  const forgetting = setInterval(() => {
    for (const id of workspaces.outdated(Date.now())) void reloadAndLearn(id);
  }, FORGET_MS).unref();
  return {
    workspaces,
    budgets,
    async close() {
      isClosed = true;
      clearInterval(forgetting);
      await alerts.close();
    },
  };
}

/** The ledger's rules become those of the workspace. */
function followBudgets(budgets: BudgetLoader, change: WorkspaceChange, nowMs: number): void {
  for (const id of [...change.goneVirtualKeys, ...change.goneCredentials]) budgets.forget(id);
  for (const { id, workspaceId, name, budgets: rules } of change.virtualKeys) {
    budgets.follow({ kind: 'virtualKey', id, label: name, workspaceId, rules }, nowMs);
  }
  for (const { id, workspaceId, name, budget } of change.credentials) {
    budgets.follow({ kind: 'key', id, label: name, workspaceId, rules: budget === null ? [] : [budget] }, nowMs);
  }
}

/**
 * A stream ends with what it was let in by: the secret that was presented, and the place of its credential in the pool.
 * Time alone ends none: neither an expiry nor the end of a grace, for which every time but 0 would be too late.
 */
function stopTakenBack(running: RunningCalls, workspaces: WorkspacesInMemory, workspaceId: WorkspaceId): void {
  running.stopUnless(workspaceId, ({ secretHash }, credentialId) => {
    const virtualKey = workspaces.findVirtualKey(secretHash, 0);
    if (virtualKey === undefined) return false;
    return credentialId === null || virtualKey.pool.some(({ credential }) => credential.id === credentialId);
  });
}
