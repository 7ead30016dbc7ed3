import type { CredentialId } from '../../contract/ids.ts';
import { isAtLeast } from '../../contract/permissions.ts';
import type { WorkspaceContext } from '../context.ts';
import { readAccess } from '../credentials/access.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { listLiveCredentialIds, type PoolMember } from './virtual-keys.store.ts';

/** How a credential takes part when nobody says otherwise. */
const DEFAULT_SHARE = { priority: 1, weight: 1 } as const;

interface PoolEntry {
  keyId: CredentialId;
  priority: number;
  weight: number;
}

export interface GivenPool {
  keyIds?: 'all' | readonly CredentialId[] | undefined;
  pool?: readonly PoolEntry[] | undefined;
}

/** `all`: every credential that the owner may use. */
export type Pool = 'all' | readonly PoolMember[];

/**
 * The pool that the caller asks for. What is not said stays as in `current`. Throws `unknown_key` for a credential that
 * is not alive in this workspace or that the caller may not use, and `invalid_input` where `pool` and `keyIds` disagree.
 */
export async function resolvePool(
  context: WorkspaceContext,
  database: DatabaseHandle,
  { given, current }: { given: GivenPool; current: Pool },
): Promise<Pool> {
  const { pool } = given;
  const currentMembers = current === 'all' ? [] : current;
  const keyIds = given.keyIds ?? (current === 'all' ? 'all' : currentMembers.map(({ credential_id }) => credential_id));
  if (keyIds === 'all') {
    if (pool !== undefined) throw refusePool('can only be given together with keyIds that are named one by one');
    return 'all';
  }
  const ids = new Set(keyIds);
  if (pool !== undefined && !namesExactly(pool, ids))
    throw refusePool('must name each key of keyIds once and no other');
  await refuseUnknown(context, database, [...ids]);
  const shares = new Map<CredentialId, PoolMember>([
    ...currentMembers.map((member) => [member.credential_id, member] as const),
    ...(pool ?? []).map(({ keyId, ...share }) => [keyId, { credential_id: keyId, ...share }] as const),
  ]);
  return [...ids].map((id) => shares.get(id) ?? { credential_id: id, ...DEFAULT_SHARE });
}

function namesExactly(pool: readonly PoolEntry[], ids: ReadonlySet<CredentialId>): boolean {
  return pool.length === ids.size && new Set(pool.map(({ keyId }) => keyId)).symmetricDifference(ids).size === 0;
}

async function refuseUnknown(
  context: WorkspaceContext,
  database: DatabaseHandle,
  ids: readonly CredentialId[],
): Promise<void> {
  const live = await listLiveCredentialIds(database, { workspaceId: context.workspace.id, ids });
  const access = await readAccess(context, ids, database);
  const unknown = ids.filter((id) => !live.has(id) || !isAtLeast(access.of(id).level, 'use'));
  if (unknown.length === 0) return;
  const details = unknown.map((id) => ({
    path: 'keyIds',
    message: `${id} does not exist here, or you may not use it`,
  }));
  throw new AppError('unknown_key', { details });
}

function refusePool(message: string): AppError {
  return new AppError('invalid_input', { message: `'pool' ${message}.`, details: [{ path: 'pool', message }] });
}
