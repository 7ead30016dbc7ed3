import type { Handler, WorkspaceContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import { countPlaygroundKeys, deleteEndedPlaygroundKeys, listLivePlaygroundKeys } from './playground-keys.store.ts';
import { resolvePool } from './pool.ts';
import { describeSecret, makeVirtualKeySecret } from './virtual-key-secret.ts';
import { insertVirtualKey } from './virtual-keys.store.ts';
import { membersOf, poolColumns, recordChange, revokeRow } from './virtual-keys.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Playground keys of one person that work at the same time; the oldest make room. */
const LIVE_MAX = 20;
/** Of one person, those that ended in the last days included. */
const KEPT_MAX = 10_000;
/** How long an ended one is kept, so that what it used still has a name. */
const KEPT_MS = 30 * 24 * HOUR_MS;
const DELETED_AT_ONCE = 500;
const BATCHES_MAX = 100;

export const createPlaygroundKey: Handler<'POST /api/playground/key'> = async (context, { body }) => {
  const { services, nowMs, workspace, user } = context;
  const secret = makeVirtualKeySecret();
  const id = newId('VirtualKey', nowMs);
  const expiresAtMs = nowMs + HOUR_MS;
  await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `playground-keys:${workspace.id}:${user.id}`);
    await makeRoom(transaction, context);
    const pool = await resolvePool(context, transaction, { given: { keyIds: body.keyIds }, current: [] });
    const row = {
      id,
      workspace_id: workspace.id,
      kind: 'playground',
      name: 'Playground',
      ...describeSecret(secret),
      owner_id: user.id,
      ...poolColumns(pool),
      expires_at: expiresAtMs,
      created_at: nowMs,
      updated_at: nowMs,
    } as const;
    await insertVirtualKey(transaction, row, membersOf(pool));
    await recordChange(transaction, context, { action: 'virtual_key.created', row, details: { kind: row.kind } });
  });
  return { secret: secret.reveal(), virtualKeyId: id, expiresAt: new Date(expiresAtMs).toISOString() };
};

async function makeRoom(transaction: Transaction, context: WorkspaceContext): Promise<void> {
  const { nowMs, workspace, user } = context;
  const which = { workspaceId: workspace.id, ownerId: user.id };
  if ((await countPlaygroundKeys(transaction, which)) >= KEPT_MAX) throw new AppError('too_many_objects');
  const live = await listLivePlaygroundKeys(transaction, { ...which, nowMs });
  for (const row of live.slice(LIVE_MAX - 1)) {
    await revokeRow(transaction, context, { row, reason: 'made room for a newer playground key' });
  }
}

/**
 * Deletes playground keys that ended over 30 days ago. What they used stays in the usage. Called by the housekeeping
 * timer; begins no other batch once `signal` says so.
 */
export async function purgePlaygroundKeys(services: Services, nowMs: number, signal?: AbortSignal): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const which = { endedBeforeMs: nowMs - KEPT_MS, limit: DELETED_AT_ONCE };
    const deleted = await deleteEndedPlaygroundKeys(services.database.kysely, which);
    if (deleted < DELETED_AT_ONCE || signal?.aborted) return;
  }
}
