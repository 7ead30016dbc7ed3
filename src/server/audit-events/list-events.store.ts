import { type SelectQueryBuilder, sql } from 'kysely';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { containsText } from '../database/portable.ts';
import type { AuditResult, Row, Schema } from '../database/schema.ts';

export interface EventFilter {
  /** Null: of the instance. */
  readonly workspaceId: WorkspaceId | null;
  readonly text: string | undefined;
  readonly action: string | undefined;
  readonly actorId: string | undefined;
  readonly targetId: string | undefined;
  readonly result: AuditResult | undefined;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

type Select = SelectQueryBuilder<Schema, 'audit_events', Row<'audit_events'>>;

function matching(database: DatabaseHandle, filter: EventFilter): Select {
  const { workspaceId, text, action, actorId, targetId, result, fromMs, toMs } = filter;
  let select = database.selectFrom('audit_events').selectAll();
  select =
    workspaceId === null ? select.where('workspace_id', 'is', null) : select.where('workspace_id', '=', workspaceId);
  if (text !== undefined) {
    select = select.where((where) =>
      where.or([
        containsText(where.ref('actor_label'), text),
        containsText(where.ref('target_label'), text),
        containsText(where.ref('action'), text),
      ]),
    );
  }
  if (action !== undefined) {
    select = action.endsWith('.')
      ? select.where(sql<boolean>`substr(action, 1, ${action.length}) = ${action}`)
      : select.where('action', '=', action);
  }
  if (actorId !== undefined) select = select.where('actor_id', '=', actorId);
  if (targetId !== undefined) select = select.where('target_id', '=', targetId);
  if (result !== undefined) select = select.where('result', '=', result);
  if (fromMs !== undefined) select = select.where('created_at', '>=', fromMs);
  if (toMs !== undefined) select = select.where('created_at', '<', toMs);
  return select;
}

/** Newest first, before `beforeSeq`. */
export async function listEventRows(
  database: DatabaseHandle,
  query: EventFilter & { beforeSeq: number | undefined; limit: number },
): Promise<Row<'audit_events'>[]> {
  let select = matching(database, query);
  if (query.beforeSeq !== undefined) select = select.where('seq', '<', query.beforeSeq);
  return select.orderBy('seq', 'desc').limit(query.limit).execute();
}

/** Oldest first, after `afterSeq`. */
export async function listEventRowsForward(
  database: DatabaseHandle,
  query: EventFilter & { afterSeq: number; limit: number },
): Promise<Row<'audit_events'>[]> {
  return matching(database, query).where('seq', '>', query.afterSeq).orderBy('seq').limit(query.limit).execute();
}
