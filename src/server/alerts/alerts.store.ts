import type { AlertId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export type AlertRow = Row<'budget_alerts'>;

/** Writes an alert, unless it was written before; gives whether it is new. */
export async function insertAlertOnce(transaction: DatabaseHandle, row: NewRow<'budget_alerts'>): Promise<boolean> {
  const inserted = await transaction
    .insertInto('budget_alerts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['subject_id', 'period', 'window_at', 'threshold']).doNothing())
    .executeTakeFirst();
  return Number(inserted.numInsertedOrUpdatedRows ?? 0) === 1;
}

/** Newest first; with `ownerId` only those about that person's virtual keys. */
export async function listAlertRows(
  database: DatabaseHandle,
  query: { workspaceId: WorkspaceId; ownerId: UserId | undefined; limit: number },
): Promise<AlertRow[]> {
  const { workspaceId, ownerId, limit } = query;
  let select = database.selectFrom('budget_alerts').selectAll().where('workspace_id', '=', workspaceId);
  if (ownerId !== undefined) {
    select = select
      .where('subject_kind', '=', 'virtualKey')
      .where('subject_id', 'in', (where) =>
        where
          .selectFrom('virtual_keys')
          .select('id')
          .where('workspace_id', '=', workspaceId)
          .where('owner_id', '=', ownerId),
      );
  }
  return select.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

/** Marks it as seen, once. Gives false when the workspace has no such alert. */
export async function dismissAlertRow(
  transaction: DatabaseHandle,
  which: { workspaceId: WorkspaceId; id: AlertId; nowMs: number },
): Promise<boolean> {
  const found = await transaction
    .selectFrom('budget_alerts')
    .select('dismissed_at')
    .where('workspace_id', '=', which.workspaceId)
    .where('id', '=', which.id)
    .executeTakeFirst();
  if (found === undefined) return false;
  await transaction
    .updateTable('budget_alerts')
    .set({ dismissed_at: which.nowMs })
    .where('id', '=', which.id)
    .where('dismissed_at', 'is', null)
    .execute();
  return true;
}

/**
 * Deletes up to `limit` alerts made before `beforeMs`; gives how many. A budget without periods has one window for ever,
 * so its alerts stay: they are what keeps them from being raised again.
 */
export async function deleteOldAlerts(
  database: DatabaseHandle,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> {
  const result = await database
    .deleteFrom('budget_alerts')
    .where('id', 'in', (where) =>
      where
        .selectFrom('budget_alerts')
        .select('id')
        .where('created_at', '<', beforeMs)
        .where('period', '!=', 'total')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
