import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';

export interface DeletedRow {
  id: WorkspaceId;
  name: string;
  kind: 'personal' | 'team';
  requires_two_factor: number;
  deleted_at: number | null;
}

/** Deleted workspaces that somebody owned, within the time of grace; newest first. */
export async function listDeletedRows(
  database: DatabaseHandle,
  which: { userId: UserId; deletedSinceMs: number; id?: WorkspaceId },
): Promise<DeletedRow[]> {
  let select = database
    .selectFrom('workspaces')
    .innerJoin('members', 'members.workspace_id', 'workspaces.id')
    .select(['workspaces.id', 'workspaces.name', 'workspaces.kind', 'workspaces.requires_two_factor'])
    .select('workspaces.deleted_at')
    .where('members.user_id', '=', which.userId)
    .where('members.role', '=', 'owner')
    .where('members.state', '=', 'active')
    .where('workspaces.deleted_at', '>', which.deletedSinceMs);
  if (which.id !== undefined) select = select.where('workspaces.id', '=', which.id);
  return select.orderBy('workspaces.deleted_at', 'desc').orderBy('workspaces.id').limit(200).execute();
}

/** Gives false when it was deleted, or restored, in the meantime. */
export async function setDeleted(
  transaction: DatabaseHandle,
  id: WorkspaceId,
  change: { from: 'living' | 'deleted'; deletedAtMs: number | null; nowMs: number },
): Promise<boolean> {
  const result = await transaction
    .updateTable('workspaces')
    .set({ deleted_at: change.deletedAtMs, updated_at: change.nowMs })
    .where('id', '=', id)
    .where('kind', '=', 'team')
    .where('deleted_at', change.from === 'living' ? 'is' : 'is not', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Those whose time of grace has ended, longest first. */
export async function listLongDeleted(
  database: DatabaseHandle,
  beforeMs: number,
): Promise<{ id: WorkspaceId; name: string }[]> {
  return database
    .selectFrom('workspaces')
    .select(['id', 'name'])
    .where('deleted_at', '<=', beforeMs)
    .orderBy('deleted_at')
    .limit(100)
    .execute();
}

/** Deletes some of the usage of a workspace; gives whether any may be left. No foreign key takes it along. */
export async function deleteSomeUsage(database: DatabaseHandle, id: WorkspaceId, limit: number): Promise<boolean> {
  const last = await database
    .selectFrom('usage_events')
    .select('time')
    .where('workspace_id', '=', id)
    .orderBy('time')
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst();
  let events = database.deleteFrom('usage_events').where('workspace_id', '=', id);
  if (last !== undefined) events = events.where('time', '<=', last.time);
  await events.execute();
  if (last !== undefined) return true;
  if (await deleteSomeHours(database, id, limit)) return true;
  for (const table of ['usage_sums', 'usage_latencies'] as const) {
    const lastRow = await database
      .selectFrom(table)
      .select('starts_at')
      .where('workspace_id', '=', id)
      .orderBy('starts_at')
      .offset(limit - 1)
      .limit(1)
      .executeTakeFirst();
    let rows = database.deleteFrom(table).where('workspace_id', '=', id);
    if (lastRow !== undefined) rows = rows.where('starts_at', '<=', lastRow.starts_at);
    await rows.execute();
    if (lastRow !== undefined) return true;
  }
  return false;
}

async function deleteSomeHours(database: DatabaseHandle, id: WorkspaceId, limit: number): Promise<boolean> {
  const last = await database
    .selectFrom('usage_hours')
    .select('hour_at')
    .where('workspace_id', '=', id)
    .orderBy('hour_at')
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst();
  let hours = database.deleteFrom('usage_hours').where('workspace_id', '=', id);
  if (last !== undefined) hours = hours.where('hour_at', '<=', last.hour_at);
  await hours.execute();
  return last !== undefined;
}

/**
 * Deletes a workspace whose time of grace has ended, with everything that hangs on it and its data keys: what was sealed
 * with them can never be opened again. Its audit trail stays. Gives false when it was restored in the meantime.
 */
export async function deleteWorkspaceRow(
  transaction: DatabaseHandle,
  id: WorkspaceId,
  beforeMs: number,
): Promise<boolean> {
  const result = await transaction
    .deleteFrom('workspaces')
    .where('id', '=', id)
    .where('deleted_at', '<=', beforeMs)
    .executeTakeFirst();
  if (Number(result.numDeletedRows) !== 1) return false;
  await transaction.deleteFrom('data_keys').where('workspace_id', '=', id).execute();
  return true;
}
