import type { VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { Database } from '../database/open.ts';
import type { Vault } from '../vault/vault.ts';
import { loadGatewayRows } from './gateway.store.ts';
import { buildWorkspaces, type VirtualKeyEntry, type WorkspaceEntry } from './snapshot.ts';

/** What the hot path asks in place of the database. */
export interface WorkspacesInMemory {
  /** By the hash of the presented secret; also a secret whose grace period has not ended. */
  findVirtualKey: (hash: string, nowMs: number) => VirtualKeyEntry | undefined;
  workspace: (id: WorkspaceId) => WorkspaceEntry | undefined;
  all: () => Iterable<WorkspaceEntry>;
  /** Reads one workspace anew. When it resolves, what was committed before the call is in force. */
  reload: (id: WorkspaceId) => Promise<void>;
}

type Options = {
  database: Database;
  vault: Vault;
  /** Told of each workspace as it is now, before calls see it. */
  onLoad: (workspace: WorkspaceEntry) => Promise<void>;
  /** Told of virtual keys that may no longer be used, in the moment in which calls no longer find them. */
  onGone: (virtualKeyIds: readonly VirtualKeyId[]) => void;
};

/** Loads every workspace. Rejects when the database does not answer: nothing is served before. */
export async function loadWorkspaces({ database, vault, onLoad, onGone }: Options): Promise<WorkspacesInMemory> {
  const workspaces = new Map<WorkspaceId, WorkspaceEntry>();
  const byHash = new Map<string, VirtualKeyEntry>();
  const loads = new Map<WorkspaceId, Promise<void>>();
  const queued = new Map<WorkspaceId, Promise<void>>();

  const put = (workspace: WorkspaceEntry): void => {
    remove(workspace.id);
    workspaces.set(workspace.id, workspace);
    for (const virtualKey of workspace.virtualKeys) {
      byHash.set(virtualKey.secretHash, virtualKey);
      if (virtualKey.previous !== null) byHash.set(virtualKey.previous.hash, virtualKey);
    }
  };
  const remove = (id: WorkspaceId): void => {
    for (const virtualKey of workspaces.get(id)?.virtualKeys ?? []) {
      byHash.delete(virtualKey.secretHash);
      if (virtualKey.previous !== null) byHash.delete(virtualKey.previous.hash);
    }
    workspaces.delete(id);
  };
  const load = async (id: WorkspaceId): Promise<void> => {
    const [workspace] = buildWorkspaces(await loadGatewayRows(database.kysely, id));
    retire(id, workspace?.virtualKeys ?? []);
    if (workspace === undefined) {
      remove(id);
      return;
    }
    if (workspace.credentials.size > 0) await vault.loadDataKey(id, 'open');
    await onLoad(workspace);
    put(workspace);
  };
  // Before anything that can fail: what was revoked, or whose owner is shut out, must not live on because
  // its budgets cannot be read.
  const retire = (id: WorkspaceId, virtualKeys: readonly VirtualKeyEntry[]): void => {
    const usable = virtualKeys.filter(({ mayUse }) => mayUse);
    const kept = new Set(usable.flatMap(({ secretHash, previous }) => [secretHash, previous?.hash]));
    const gone: VirtualKeyId[] = [];
    const ids = new Set(usable.map((virtualKey) => virtualKey.id));
    for (const before of workspaces.get(id)?.virtualKeys ?? []) {
      for (const hash of [before.secretHash, before.previous?.hash]) {
        if (hash !== undefined && !kept.has(hash)) byHash.delete(hash);
      }
      if (!ids.has(before.id)) gone.push(before.id);
    }
    onGone(gone);
  };

  for (const workspace of buildWorkspaces(await loadGatewayRows(database.kysely, null))) {
    if (workspace.credentials.size > 0) await vault.loadDataKey(workspace.id, 'open');
    await onLoad(workspace);
    put(workspace);
  }
  return {
    findVirtualKey(hash, nowMs) {
      const found = byHash.get(hash);
      if (found === undefined || found.secretHash === hash) return found;
      return found.previous !== null && found.previous.untilMs > nowMs ? found : undefined;
    },
    workspace: (id) => workspaces.get(id),
    all: () => workspaces.values(),
    // One after the other: a slow read of old rows can never overwrite a later one, nor bring a revoked key back. Those
    // that come while one waits for its turn share it, for it has not begun to read.
    reload(id) {
      const waiting = queued.get(id);
      if (waiting !== undefined) return waiting;
      const next = (loads.get(id) ?? Promise.resolve()).then(() => {
        queued.delete(id);
        return load(id);
      });
      queued.set(id, next);
      const settled = next.catch(() => undefined);
      loads.set(id, settled);
      void settled.then(() => {
        if (loads.get(id) === settled) loads.delete(id);
      });
      return next;
    },
  };
}
