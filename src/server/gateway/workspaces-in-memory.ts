import type { VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { Database } from '../database/open.ts';
import { SealError, type Vault } from '../vault/vault.ts';
import { isLongPast } from './build-entries.ts';
import { type BuiltWorkspace, buildWorkspace, type Unreadable } from './build-workspace.ts';
import {
  type CredentialRow,
  EXPIRED_KEPT_MS,
  listServingWorkspaces,
  readAccess,
  readCredentials,
  readSurroundings,
  readVirtualKeys,
} from './gateway.store.ts';
import type { CredentialEntry, VirtualKeyEntry, WorkspaceEntry } from './snapshot.ts';
import { createThreadShare } from './thread-share.ts';

/** What the hot path asks in place of the database. */
export interface WorkspacesInMemory {
  /** By the hash of the presented secret; also a secret whose grace period has not ended. */
  findVirtualKey: (hash: string, nowMs: number) => VirtualKeyEntry | undefined;
  workspace: (id: WorkspaceId) => WorkspaceEntry | undefined;
  /** Reads one workspace anew. When it resolves, what was committed before the call is in force. */
  reload: (id: WorkspaceId) => Promise<void>;
  /** Workspaces of which something ended so long ago that the next reload drops it. */
  outdated: (nowMs: number) => WorkspaceId[];
}

/** What is another in a workspace than before. */
export interface WorkspaceChange {
  readonly virtualKeys: readonly VirtualKeyEntry[];
  readonly credentials: readonly CredentialEntry[];
  /** Ids of virtual keys and credentials that are no more. */
  readonly goneVirtualKeys: readonly VirtualKeyId[];
  readonly goneCredentials: readonly string[];
}

type Options = {
  database: Database;
  vault: Vault;
  /** Told of every change in the moment in which it comes into force, before any call sees it. */
  onChange: (change: WorkspaceChange) => void;
  /** Told once of every row that is left out because it cannot be read. */
  onUnreadable: (unreadable: Unreadable) => void;
};

/** At the start so many workspaces are read at a time. */
const READS_AT_ONCE = 4;

/** Loads every workspace. Rejects when the database does not answer: nothing is served before. */
export async function loadWorkspaces(options: Options): Promise<WorkspacesInMemory> {
  const { database, vault, onChange, onUnreadable } = options;
  const workspaces = new Map<WorkspaceId, BuiltWorkspace>();
  const byHash = new Map<string, VirtualKeyEntry>();

  /** From one moment to the next, and no further than what is another: there may be thousands of virtual keys. */
  const put = (id: WorkspaceId, now: BuiltWorkspace): void => {
    const before = workspaces.get(id);
    const change = changeBetween(before, now);
    const noLongerFound = (entry: VirtualKeyEntry | undefined): void => {
      if (entry !== undefined) for (const hash of hashesOf(entry)) byHash.delete(hash);
    };
    for (const goneId of change.goneVirtualKeys) noLongerFound(before?.virtualKeys.get(goneId)?.entry);
    for (const entry of change.virtualKeys) {
      const old = before?.virtualKeys.get(entry.id)?.entry;
      if (old?.secretHash !== entry.secretHash || old.previous !== entry.previous) noLongerFound(old);
    }
    onChange(change);
    for (const entry of change.virtualKeys) for (const hash of hashesOf(entry)) byHash.set(hash, entry);
    if (now.virtualKeys.size + now.credentials.size + now.unreadable.size === 0) workspaces.delete(id);
    else workspaces.set(id, now);
    for (const [rowId, unreadable] of now.unreadable) if (!before?.unreadable.has(rowId)) onUnreadable(unreadable);
  };
  const load = async (id: WorkspaceId): Promise<void> => {
    const share = createThreadShare();
    const nowMs = Date.now();
    const credentials = await readCredentials(database.kysely, id, share);
    const usable = await withDataKey(vault, id, credentials);
    const surroundings = await readSurroundings(database.kysely, id, share);
    const access = await readAccess(database.kysely, id);
    // Last, and nothing that can fail comes after it: what was revoked must not live on because of something else.
    const virtualKeys = await readVirtualKeys(database.kysely, { workspaceId: id, nowMs, share });
    const rows = { credentials: usable ?? [], surroundings, access, virtualKeys };
    const built = await buildWorkspace({ workspaceId: id, rows, before: workspaces.get(id), nowMs, share });
    const unreadable = new Map(built.unreadable);
    if (usable === null) unreadable.set(id, { kind: 'data key', id, workspaceId: id });
    put(id, { ...built, unreadable });
  };

  const waiting = await listServingWorkspaces(database.kysely);
  const loadNext = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) await load(id);
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, loadNext));
  return {
    findVirtualKey(hash, nowMs) {
      const found = byHash.get(hash);
      if (found === undefined || found.secretHash === hash) return found;
      return found.previous !== null && found.previous.untilMs > nowMs ? found : undefined;
    },
    workspace: (id) => workspaces.get(id)?.entry,
    reload: oneAfterTheOther(load),
    outdated: (nowMs) => [...workspaces.keys()].filter((id) => isOutdated(workspaces.get(id)?.entry, nowMs)),
  };
}

const hashesOf = ({ secretHash, previous }: VirtualKeyEntry): string[] =>
  previous === null ? [secretHash] : [secretHash, previous.hash];

function changeBetween(before: BuiltWorkspace | undefined, now: BuiltWorkspace): WorkspaceChange {
  const virtualKeys: VirtualKeyEntry[] = [];
  const goneVirtualKeys: VirtualKeyId[] = [];
  for (const [id, { entry }] of now.virtualKeys) {
    if (before?.virtualKeys.get(id)?.entry !== entry) virtualKeys.push(entry);
  }
  for (const id of before?.virtualKeys.keys() ?? []) if (!now.virtualKeys.has(id)) goneVirtualKeys.push(id);
  const { credentials } = now.entry;
  const known = before?.entry.credentials;
  return {
    virtualKeys,
    goneVirtualKeys,
    credentials: [...credentials.values()].filter((entry) => known?.get(entry.id) !== entry),
    goneCredentials: [...(known?.keys() ?? [])].filter((id) => !credentials.has(id)),
  };
}

/** The credentials, or null where the workspace's key that opens them cannot be read. */
async function withDataKey(
  vault: Vault,
  id: WorkspaceId,
  credentials: readonly CredentialRow[],
): Promise<readonly CredentialRow[] | null> {
  if (credentials.length === 0) return credentials;
  try {
    await vault.loadDataKey(id, 'open');
    return credentials;
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

function isOutdated(workspace: WorkspaceEntry | undefined, nowMs: number): boolean {
  return (workspace?.virtualKeys ?? []).some(({ previous, expiresAtMs, isPlayground }) => {
    if (previous !== null && isLongPast(previous.untilMs, nowMs)) return true;
    if (expiresAtMs === null) return false;
    return isPlayground ? isLongPast(expiresAtMs, nowMs) : expiresAtMs <= nowMs - EXPIRED_KEPT_MS;
  });
}

/**
 * A slow read of old rows can never overwrite a later one, nor bring a revoked key back. Those that come while one waits
 * for its turn share it, for it has not begun to read.
 */
function oneAfterTheOther(load: (id: WorkspaceId) => Promise<void>): (id: WorkspaceId) => Promise<void> {
  const loads = new Map<WorkspaceId, Promise<void>>();
  const queued = new Map<WorkspaceId, Promise<void>>();
  return (id) => {
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
  };
}
