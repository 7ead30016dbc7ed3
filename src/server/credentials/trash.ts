import { type AuditAction, recordAuditEvent } from '../audit-events/audit-events.ts';
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

export const trashCredential: Handler<'DELETE /api/keys/{id}'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    const { row } = await findCredential(context, { id: params.id, permission: 'credential:delete' }, transaction);
    // Deleting what is in the trash already changes nothing, so a retried call is harmless.
    if (row.deleted_at !== null) return;
    await updateCredential(transaction, row.id, { deleted_at: context.nowMs, updated_at: context.nowMs });
    await record(transaction, context, 'key.deleted', row);
  });
  return undefined;
};

export const restoreCredential: Handler<'POST /api/keys/{id}/restore'> = async (context, { params }) =>
  context.services.database.transaction(async (transaction) => {
    const { row } = await findCredential(context, { id: params.id, permission: 'credential:delete' }, transaction);
    if (row.deleted_at === null) return viewCredential(context, row, transaction);
    const change = { deleted_at: null, updated_at: context.nowMs };
    const restored = await updateCredential(transaction, row.id, change);
    await record(transaction, context, 'key.restored', row);
    return viewCredential(context, restored, transaction);
  });

export const purgeCredential: Handler<'POST /api/keys/{id}/purge'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    const { row } = await findCredential(context, { id: params.id, permission: 'credential:purge' }, transaction);
    if (!(await deleteTrashedRow(transaction, row.id))) throw new AppError('not_in_trash');
    await record(transaction, context, 'key.purged', row);
  });
  return undefined;
};

/** Deletes for good what has been in the trash for 30 days; gives how many. Called by the housekeeping timer. */
export async function purgeLongTrashed(services: Services, nowMs: number): Promise<number> {
  const rows = await listLongTrashed(services.database.kysely, nowMs - TRASH_MS);
  for (const row of rows) {
    await services.database.transaction(async (transaction) => {
      if (!(await deleteTrashedRow(transaction, row.id))) return;
      const origin = { nowMs, ip: '', userAgent: 'housekeeping', client: 'system', requestId: '' } as const;
      await recordAuditEvent(transaction, origin, {
        action: 'key.purged',
        workspaceId: row.workspace_id,
        actor: null,
        target: targetOf(row),
        reason: 'in the trash for 30 days',
      });
    });
  }
  return rows.length;
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
