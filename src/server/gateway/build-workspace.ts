import type { CredentialId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { Row } from '../database/schema.ts';
import { credentialEntry, isLongPast, virtualKeyEntry } from './build-entries.ts';
import type { CredentialRow, GatewayRows, PoolRow, VirtualKeyRow } from './gateway.store.ts';
import { createReach, type Reach } from './reach.ts';
import type { CredentialEntry, PoolMember, VirtualKeyEntry, WorkspaceEntry } from './snapshot.ts';
import type { ThreadShare } from './thread-share.ts';

/** A row that was left out because it cannot be read; nothing of what it holds is told. */
export interface Unreadable {
  readonly kind: 'virtual key' | 'key' | 'data key';
  readonly id: string;
  readonly workspaceId: WorkspaceId;
}

/** Rows between two looks at the clock. */
const ROWS_PER_SHARE = 50;

interface BuiltCredential {
  readonly row: CredentialRow;
  readonly custom: Row<'custom_providers'> | undefined;
  /** Null: serves nobody. */
  readonly entry: CredentialEntry | null;
}

interface BuiltVirtualKey {
  readonly row: VirtualKeyRow;
  readonly entry: VirtualKeyEntry;
}

/** A workspace with the rows it was made of, so that the next time only what changed is made anew. */
export interface BuiltWorkspace {
  readonly entry: WorkspaceEntry;
  readonly credentials: ReadonlyMap<CredentialId, BuiltCredential>;
  readonly virtualKeys: ReadonlyMap<VirtualKeyId, BuiltVirtualKey>;
  /** Every credential as the pool of those virtual keys that have all. */
  readonly wholePool: readonly PoolMember[];
  readonly unreadable: ReadonlyMap<string, Unreadable>;
}

interface Building {
  readonly workspaceId: WorkspaceId;
  readonly rows: GatewayRows;
  /** As it was before. */
  readonly before: BuiltWorkspace | undefined;
  readonly nowMs: number;
  readonly share: ThreadShare;
}

/** The rows of a workspace as entries, in small pieces of time. Entries whose rows did not change are the same as before. */
export async function buildWorkspace(building: Building): Promise<BuiltWorkspace> {
  const { workspaceId, rows, before, share } = building;
  const unreadable = new Map<string, Unreadable>();
  const credentials = await buildCredentials(building, unreadable);
  const entries = new Map<CredentialId, CredentialEntry>();
  for (const [id, { entry }] of credentials) if (entry !== null) entries.set(id, entry);
  const wholePool = unlessSame(
    before?.wholePool,
    [...entries.values()].map((credential) => ({ credential, priority: 1, weight: 1 })),
  );
  const virtualKeys = await buildVirtualKeys(building, { entries, wholePool, unreadable });
  const { aliases, overrides, listed } = rows.surroundings;
  const names = new Set<string>();
  for (const [index, { provider, model_id }] of listed.entries()) {
    if (index % ROWS_PER_SHARE === 0) await share();
    names.add(`${provider} ${model_id}`);
  }
  const list: VirtualKeyEntry[] = [];
  for (const { entry } of virtualKeys.values()) list.push(entry);
  return {
    entry: {
      id: workspaceId,
      virtualKeys: list,
      credentials: entries,
      aliases: new Map(aliases.map((row) => [row.alias, row.model])),
      overrides,
      listed: names,
    },
    credentials,
    virtualKeys,
    wholePool,
    unreadable,
  };
}

async function buildCredentials(
  { workspaceId, rows, before, share }: Building,
  unreadable: Map<string, Unreadable>,
): Promise<Map<CredentialId, BuiltCredential>> {
  const customs = new Map(rows.surroundings.customProviders.map((row) => [`${row.id}`, row]));
  const built = new Map<CredentialId, BuiltCredential>();
  for (const [index, row] of rows.credentials.entries()) {
    if (index % ROWS_PER_SHARE === 0) await share();
    const custom = customs.get(row.provider);
    const known = before?.credentials.get(row.id);
    if (known !== undefined && isSameRow(known.row, row) && isSameRow(known.custom, custom)) {
      built.set(row.id, known);
      continue;
    }
    try {
      built.set(row.id, { row, custom, entry: credentialEntry(row, custom) });
    } catch {
      unreadable.set(row.id, { kind: 'key', id: row.id, workspaceId });
    }
  }
  return built;
}

interface Parts {
  readonly entries: ReadonlyMap<CredentialId, CredentialEntry>;
  readonly wholePool: readonly PoolMember[];
  readonly unreadable: Map<string, Unreadable>;
}

async function buildVirtualKeys(
  { workspaceId, rows, before, nowMs, share }: Building,
  { entries, wholePool, unreadable }: Parts,
): Promise<Map<VirtualKeyId, BuiltVirtualKey>> {
  const reaching = createReach(rows.access);
  const { pools } = rows.virtualKeys;
  const built = new Map<VirtualKeyId, BuiltVirtualKey>();
  for (const [index, stored] of rows.virtualKeys.rows.entries()) {
    if (index % ROWS_PER_SHARE === 0) await share();
    const isPreviousLost = !reaching.mayKnow(stored.previous_seen_by, stored.owner_id);
    const row = isPreviousLost ? { ...stored, previous_hash: null, previous_until: null } : stored;
    const known = before?.virtualKeys.get(row.id);
    try {
      // The key never reaches further than its owner does now. Where they may call nothing, it is as if it were revoked.
      const reach = reaching.of(row);
      if (reach === null) continue;
      const whole = row.has_all_credentials ? wholePool : namedPool(pools.get(row.id) ?? [], entries);
      const pool = unlessSame(known?.entry.pool, within(whole, reach));
      built.set(row.id, reuse(known, { row, pool, nowMs }));
    } catch {
      unreadable.set(row.id, { kind: 'virtual key', id: row.id, workspaceId });
    }
  }
  return built;
}

function within(pool: readonly PoolMember[], reach: Exclude<Reach, null>): readonly PoolMember[] {
  return reach === 'all' ? pool : pool.filter(({ credential }) => reach.has(credential.id));
}

function namedPool(rows: readonly PoolRow[], entries: Parts['entries']): PoolMember[] {
  return rows.flatMap(({ credential_id, priority, weight }) => {
    const credential = entries.get(credential_id);
    return credential === undefined ? [] : [{ credential, priority, weight }];
  });
}

function reuse(
  known: BuiltVirtualKey | undefined,
  now: { row: VirtualKeyRow; pool: readonly PoolMember[]; nowMs: number },
): BuiltVirtualKey {
  const { row, pool, nowMs } = now;
  if (known === undefined || !isSameRow(known.row, row)) return { row, entry: virtualKeyEntry(row, pool, nowMs) };
  const { previous } = known.entry;
  const isPreviousOver = previous !== null && isLongPast(previous.untilMs, nowMs);
  if (known.entry.pool === pool && !isPreviousOver) return known;
  return { row: known.row, entry: { ...known.entry, pool, previous: isPreviousOver ? null : previous } };
}

/** The pool as it was, where nothing in it is another. */
function unlessSame(before: readonly PoolMember[] | undefined, now: readonly PoolMember[]): readonly PoolMember[] {
  if (before === undefined || before === now || before.length !== now.length) return now;
  const isSame = now.every((member, index) => {
    const other = before[index];
    const { credential, priority, weight } = member;
    return other?.credential === credential && other.priority === priority && other.weight === weight;
  });
  return isSame ? before : now;
}

function isSameRow<AnyRow extends object>(one: AnyRow | undefined, other: AnyRow | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  for (const column in one) if (one[column] !== other[column]) return false;
  return true;
}
