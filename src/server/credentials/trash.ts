import { type AuditAction, recordAuditEvent, systemOrigin } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import type { Services } from '../services.ts';
import { actorOf } from '../sessions/sessions.ts';
import type { CredentialRow } from './credential-view.ts';
import { deleteTrashedRow, listLongTrashed, updateCredential } from './credentials.store.ts';
import { targetOf, viewCredential } from './credentials.ts';
import { findCredential } from './find-credential.ts';

const TRASH_MS = 30 * 24 * 60 * 60 * 1000;
/** A batch is as many as the store lists at once. What is left over waits for the next run. */
const BATCHES_MAX = 100;

export const trashCredential: Handler<'DELETE /api/keys/{id}'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    const { row } = await findCredential(context, { id: params.id, permission: 'credential:delete' }, transaction);
    // Deleting what is in the trash already changes nothing, so a retried call is harmless.
    if (row.deleted_at !== null) return;
    await updateCredential(transaction, row, { deleted_at: context.nowMs, updated_at: context.nowMs });
    await record(transaction, context, 'key.deleted', row);
  });
  return undefined;
};

export const restoreCredential: Handler<'POST /api/keys/{id}/restore'> = async (context, { params }) =>
  context.services.database.transaction(async (transaction) => {
    const { row } = await findCredential(context, { id: params.id, permission: 'credential:delete' }, transaction);
    if (row.deleted_at === null) return viewCredential(context, row, transaction);
    const change = { deleted_at: null, updated_at: context.nowMs };
    const restored = await updateCredential(transaction, row, change);
    await record(transaction, context, 'key.restored', row);
    return viewCredential(context, restored, transaction);
  });

export const purgeCredential: Handler<'POST /api/keys/{id}/purge'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    const { row } = await findCredential(context, { id: params.id, permission: 'credential:purge' }, transaction);
    if (!(await deleteTrashedRow(transaction, row))) throw new AppError('not_in_trash');
    await record(transaction, context, 'key.purged', row);
  });
  return undefined;
};

/**
 * Deletes for good what has been in the trash for 30 days; gives how many went. One that cannot be deleted is told to
 * the log and holds up no other. Called by the housekeeping timer; begins no other batch once `signal` says so.
 */
export async function purgeLongTrashed(services: Services, nowMs: number, signal?: AbortSignal): Promise<number> {
  const failed = new Set<string>();
  let purged = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const listed = await listLongTrashed(services.database.kysely, nowMs - TRASH_MS);
    const rows = listed.filter(({ id }) => !failed.has(id));
    if (rows.length === 0) return purged;
    for (const row of rows) {
      try {
        if (await purgeAlone(services, row, nowMs)) purged += 1;
      } catch (error) {
        failed.add(row.id);
        services.log.error({ error, id: row.id }, 'a key in the trash could not be deleted for good');
      }
    }
    if (signal?.aborted) return purged;
  }
  return purged;
}

/** Gives false when somebody else was faster, or has just restored it. */
function purgeAlone(services: Services, row: CredentialRow, nowMs: number): Promise<boolean> {
  return services.database.transaction(async (transaction) => {
    if (!(await deleteTrashedRow(transaction, row))) return false;
    await recordAuditEvent(transaction, systemOrigin(services, nowMs), {
      action: 'key.purged',
      workspaceId: row.workspace_id,
      actor: null,
      target: targetOf(row),
      reason: 'in the trash for 30 days',
    });
    return true;
  });
}

function record(
  transaction: DatabaseHandle,
  context: WorkspaceContext,
  action: AuditAction,
  row: CredentialRow,
): Promise<void> {
  return recordAuditEvent(transaction, context, {
    action,
    workspaceId: context.workspace.id,
    actor: actorOf(context),
    target: targetOf(row),
  });
}
