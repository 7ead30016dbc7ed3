import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';
import { brand } from '../ids.ts';

export async function insertAuditEvent(transaction: DatabaseHandle, row: NewRow<'audit_events'>): Promise<void> {
  await transaction.insertInto('audit_events').values(row).execute();
}

/** Newest first. `beforeSeq` continues after an earlier page. */
export async function listTargetEvents(
  database: DatabaseHandle,
  query: {
    workspaceId: WorkspaceId;
    targetId: string;
    actorId: string | undefined;
    beforeSeq: number | undefined;
    limit: number;
  },
): Promise<Row<'audit_events'>[]> {
  return database
    .selectFrom('audit_events')
    .selectAll()
    .where('workspace_id', '=', query.workspaceId)
    .where('target_id', '=', query.targetId)
    .$if(query.actorId !== undefined, (select) => select.where('actor_id', '=', query.actorId ?? ''))
    .$if(query.beforeSeq !== undefined, (select) => select.where('seq', '<', query.beforeSeq ?? 0))
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .execute();
}

/** The names that those of the actors who have an account go by today. */
export async function listActorNames(database: DatabaseHandle, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', 'in', ids.map(brand<'User'>))
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
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
