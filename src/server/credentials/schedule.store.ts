import type { CredentialId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

/** A credential with how often its workspace wants it tested; 0: never. */
export type ScheduledRow = Row<'credentials'> & { check_every_hours: number; workspace_deleted_at: number | null };

function selectScheduled(database: DatabaseHandle) {
  return database
    .selectFrom('credentials')
    .innerJoin('workspaces', 'workspaces.id', 'credentials.workspace_id')
    .selectAll('credentials')
    .select(['workspaces.check_every_hours', 'workspaces.deleted_at as workspace_deleted_at']);
}

/** Credentials that have no next time yet. */
export async function listUnscheduled(database: DatabaseHandle, limit: number): Promise<ScheduledRow[]> {
  return selectScheduled(database).where('credentials.next_check_at', 'is', null).limit(limit).execute();
}

/** Credentials whose time has come, those that wait longest first; also some that are not to be tested now. */
export async function listDueChecks(
  database: DatabaseHandle,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<ScheduledRow[]> {
  return selectScheduled(database)
    .where('credentials.next_check_at', '<=', nowMs)
    .orderBy('credentials.next_check_at')
    .orderBy('credentials.id')
    .limit(limit)
    .execute();
}

/** Moves the next time of a credential. Gives false when another process was faster: then the check is theirs. */
export async function moveNextCheck(
  database: DatabaseHandle,
  { id, from, to }: { id: CredentialId; from: number | null; to: number },
): Promise<boolean> {
  const result = await database
    .updateTable('credentials')
    .set({ next_check_at: to })
    .where('id', '=', id)
    .where('next_check_at', from === null ? 'is' : '=', from)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** All credentials of a workspace get a new time. */
export async function clearNextChecks(transaction: DatabaseHandle, workspaceId: WorkspaceId): Promise<void> {
  await transaction
    .updateTable('credentials')
    .set({ next_check_at: null })
    .where('workspace_id', '=', workspaceId)
    .execute();
}

/** Live credentials of living workspaces that end in this time, in the order of their ids, after one of them. */
export async function listEnding(
  database: DatabaseHandle,
  query: { afterMs: number; untilMs: number; afterId: CredentialId | null; limit: number },
): Promise<Row<'credentials'>[]> {
  let select = database
    .selectFrom('credentials')
    .innerJoin('workspaces', 'workspaces.id', 'credentials.workspace_id')
    .selectAll('credentials')
    .where('credentials.deleted_at', 'is', null)
    .where('workspaces.deleted_at', 'is', null)
    .where('credentials.expires_at', '>', query.afterMs)
    .where('credentials.expires_at', '<=', query.untilMs);
  if (query.afterId !== null) select = select.where('credentials.id', '>', query.afterId);
  return select.orderBy('credentials.id').limit(query.limit).execute();
}
