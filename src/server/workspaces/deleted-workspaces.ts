import { recordAuditEvent, systemOrigin } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { lockMembersAs } from '../members/standing.ts';
import type { Services } from '../services.ts';
import { actorOf } from '../sessions/sessions.ts';
import { recordChange } from './change-workspace.ts';
import {
  deleteSomeUsage,
  deleteWorkspaceRow,
  listDeletedRows,
  listLongDeleted,
  setDeleted,
} from './deleted-workspaces.store.ts';

/** How long a deleted workspace can be brought back. */
const GRACE_MS = 7 * 24 * 60 * 60 * 1000;
const USAGE_AT_ONCE = 1000;
const BATCHES_MAX = 10_000;

/** Shuts everybody out of the team workspace of the call, programs and virtual keys too, until it is restored. */
export const deleteWorkspace: Handler<'DELETE /api/workspace'> = async (context) => {
  const { services, workspace, nowMs } = context;
  await services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'workspace:own');
    if (workspace.kind === 'personal') throw new AppError('personal_workspace');
    const isDone = await setDeleted(transaction, workspace.id, { from: 'living', deletedAtMs: nowMs, nowMs });
    if (!isDone) throw new AppError('not_found');
    await recordChange(transaction, context, { action: 'workspace.deleted' });
  });
  return undefined;
};

export const listDeletedWorkspaces: Handler<'GET /api/workspaces/deleted'> = async ({ services, user, nowMs }) => {
  const rows = await listDeletedRows(services.database.kysely, { userId: user.id, deletedSinceMs: nowMs - GRACE_MS });
  const items = rows.map(({ id, name, deleted_at }) => ({
    id,
    name,
    deletedAt: new Date(deleted_at ?? 0).toISOString(),
    purgedAt: new Date((deleted_at ?? 0) + GRACE_MS).toISOString(),
  }));
  return { items, nextCursor: null };
};

export const restoreWorkspace: Handler<'POST /api/workspaces/{id}/restore'> = async (context, { params }) => {
  const { services, session, user, nowMs } = context;
  const restored = await services.database.transaction(async (transaction) => {
    const which = { userId: user.id, deletedSinceMs: nowMs - GRACE_MS, id: params.id };
    const [row] = await listDeletedRows(transaction, which);
    if (row === undefined) throw new AppError('not_found');
    // What asks for a second factor to get in asks for it to be opened again.
    if (row.requires_two_factor === 1 && session.has_second_factor !== 1) throw new AppError('two_factor_needed');
    const isDone = await setDeleted(transaction, row.id, { from: 'deleted', deletedAtMs: null, nowMs });
    if (!isDone) throw new AppError('not_found');
    await recordAuditEvent(transaction, context, {
      action: 'workspace.restored',
      workspaceId: row.id,
      actor: actorOf(context),
      target: { type: 'workspace', id: row.id, label: row.name },
    });
    return row;
  });
  await services.changes.announce(restored.id);
  const { id, name, kind, requires_two_factor } = restored;
  return { id, name, kind, role: 'owner', requiresTwoFactor: requires_two_factor === 1 };
};

/**
 * Deletes for good the workspaces whose time of grace has ended, with keys, usage and data keys; the audit trail stays.
 * Gives how many went. Called by the housekeeping timer; begins no other one once `signal` says so.
 */
export async function purgeDeletedWorkspaces(services: Services, nowMs: number, signal?: AbortSignal): Promise<number> {
  const beforeMs = nowMs - GRACE_MS;
  let purged = 0;
  for (const { id, name } of await listLongDeleted(services.database.kysely, beforeMs)) {
    if (signal?.aborted) return purged;
    await purgeUsage(services, id);
    const isGone = await services.database.transaction(async (transaction) => {
      if (!(await deleteWorkspaceRow(transaction, id, beforeMs))) return false;
      await recordAuditEvent(transaction, systemOrigin(services, nowMs), {
        action: 'workspace.purged',
        workspaceId: id,
        actor: null,
        target: { type: 'workspace', id, label: name },
        reason: 'its time of grace is over',
      });
      return true;
    });
    if (!isGone) continue;
    purged += 1;
    await services.changes.announce(id);
  }
  return purged;
}

/** First, so that a purge that was broken off is taken up again by the next one. */
async function purgeUsage(services: Services, id: Parameters<typeof deleteSomeUsage>[1]): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    if (!(await deleteSomeUsage(services.database.kysely, id, USAGE_AT_ONCE))) return;
  }
}
