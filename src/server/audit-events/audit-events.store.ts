import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export async function insertAuditEvent(transaction: DatabaseHandle, row: NewRow<'audit_events'>): Promise<void> {
  await transaction.insertInto('audit_events').values(row).execute();
}

/** Newest first. `beforeSeq` continues after an earlier page. */
export async function listTargetEvents(
  database: DatabaseHandle,
  query: { workspaceId: WorkspaceId; targetId: string; beforeSeq: number | undefined; limit: number },
): Promise<Row<'audit_events'>[]> {
  return database
    .selectFrom('audit_events')
    .selectAll()
    .where('workspace_id', '=', query.workspaceId)
    .where('target_id', '=', query.targetId)
    .$if(query.beforeSeq !== undefined, (select) => select.where('seq', '<', query.beforeSeq ?? 0))
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .execute();
}

export async function listWorkspaceEvents(
  database: DatabaseHandle,
  query: { workspaceId: WorkspaceId; limit: number },
): Promise<Row<'audit_events'>[]> {
  return database
    .selectFrom('audit_events')
    .selectAll()
    .where('workspace_id', '=', query.workspaceId)
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .execute();
}
