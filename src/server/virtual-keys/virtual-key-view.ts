import { z } from 'zod';
import type { VirtualKeyId } from '../../contract/ids.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { VirtualKeyState } from '../../contract/vocabulary.ts';
import type { WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { viewBudgets } from './budgets.ts';
import { listPools, type PoolMember, type VirtualKeyRow } from './virtual-keys.store.ts';

export type VirtualKeyView = OperationResult<Operations['GET /api/virtual-keys/{id}']>;

const TextList = z.array(z.string());

const readList = (column: string): string[] => TextList.parse(JSON.parse(column));
const readListOrNull = (column: string | null): string[] | null => (column === null ? null : readList(column));
const time = (ms: number): string => new Date(ms).toISOString();
const timeOrNull = (ms: number | null): string | null => (ms === null ? null : time(ms));

/** Expiry goes by the clock, so it is never stored as a state. */
function stateAt(row: Pick<VirtualKeyRow, 'revoked_at' | 'expires_at'>, nowMs: number): VirtualKeyState {
  if (row.revoked_at !== null) return 'revoked';
  return row.expires_at !== null && row.expires_at <= nowMs ? 'expired' : 'active';
}

/** Rows as outsiders see them, in the same order. */
export async function viewVirtualKeys(
  context: WorkspaceContext,
  rows: readonly VirtualKeyRow[],
  database: DatabaseHandle = context.services.database.kysely,
): Promise<VirtualKeyView[]> {
  const ids: VirtualKeyId[] = rows.map(({ id }) => id);
  const pools = await listPools(database, ids);
  return rows.map((row) => toView(context, row, pools.get(row.id) ?? []));
}

/** As viewVirtualKeys, for one. */
export async function viewVirtualKey(
  context: WorkspaceContext,
  row: VirtualKeyRow,
  database?: DatabaseHandle,
): Promise<VirtualKeyView> {
  const pools = await listPools(database ?? context.services.database.kysely, [row.id]);
  return toView(context, row, pools.get(row.id) ?? []);
}

function toView(
  { services, nowMs }: WorkspaceContext,
  row: VirtualKeyRow,
  pool: readonly PoolMember[],
): VirtualKeyView {
  const ownerId = row.owner_id ?? row.service_account_id;
  const hasPrevious = row.previous_until !== null && row.previous_until > nowMs;
  return {
    id: row.id,
    name: row.name,
    preview: row.preview,
    state: stateAt(row, nowMs),
    keyIds: row.has_all_credentials === 1 ? 'all' : pool.map(({ credential_id }) => credential_id),
    pool: pool.map(({ credential_id, priority, weight }) => ({ keyId: credential_id, priority, weight })),
    models: readListOrNull(row.models),
    budgets: viewBudgets(services, row, nowMs),
    rpm: row.rpm,
    tpm: row.tpm,
    maxConcurrent: row.concurrent_max,
    runningCalls: services.limits.concurrency.count(row.id),
    ipAllowList: readListOrNull(row.ip_allow_list),
    expiresAt: timeOrNull(row.expires_at),
    tags: readList(row.tags),
    note: row.note,
    blockUnpriced: row.blocks_unpriced === 1,
    onDisconnect: row.on_disconnect,
    owner: ownerId === null ? null : { id: ownerId, label: row.owner_label ?? '' },
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
    lastUsedAt: timeOrNull(row.last_used_at),
    revokedAt: timeOrNull(row.revoked_at),
    previousSecretUntil: hasPrevious ? timeOrNull(row.previous_until) : null,
  };
}
