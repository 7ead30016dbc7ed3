import type { AlertId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export type AlertRow = Row<'budget_alerts'>;

/** Writes an alert, unless it was written before. */
export async function insertAlertOnce(transaction: DatabaseHandle, row: NewRow<'budget_alerts'>): Promise<void> {
  await transaction
    .insertInto('budget_alerts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['subject_id', 'period', 'window_at', 'threshold']).doNothing())
    .execute();
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

/** Workspaces with messages that are due, those that wait longest first. */
export async function listDueWorkspaces(
  database: DatabaseHandle,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<WorkspaceId[]> {
  const rows = await database
    .selectFrom('budget_alerts')
    .select(({ fn }) => ['workspace_id', fn.min('webhook_due_at').as('first_due_at')])
    .where('webhook_due_at', '<=', nowMs)
    .groupBy('workspace_id')
    .orderBy('first_due_at')
    .limit(limit)
    .execute();
  return rows.map(({ workspace_id }) => workspace_id);
}

export async function listDueAlerts(
  database: DatabaseHandle,
  { workspaceId, nowMs, limit }: { workspaceId: WorkspaceId; nowMs: number; limit: number },
): Promise<AlertRow[]> {
  return database
    .selectFrom('budget_alerts')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('webhook_due_at', '<=', nowMs)
    .orderBy('webhook_due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/**
 * Counts an attempt and says when the next one is due, before the message is sent: whoever else looks meanwhile, or
 * starts after a crash, finds it taken. Gives false when somebody was faster.
 */
export async function claimDelivery(
  database: DatabaseHandle,
  row: Pick<AlertRow, 'id' | 'webhook_due_at' | 'webhook_attempts'>,
  nextDueAt: number | null,
): Promise<boolean> {
  const result = await database
    .updateTable('budget_alerts')
    .set({ webhook_due_at: nextDueAt, webhook_attempts: row.webhook_attempts + 1 })
    .where('id', '=', row.id)
    .where('webhook_due_at', '=', row.webhook_due_at)
    .where('webhook_attempts', '=', row.webhook_attempts)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function endDelivery(database: DatabaseHandle, id: AlertId): Promise<void> {
  await database.updateTable('budget_alerts').set({ webhook_due_at: null }).where('id', '=', id).execute();
}

/** What else of the workspace is due waits until then. */
export async function postponeDeliveries(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; nowMs: number; untilMs: number },
): Promise<void> {
  await database
    .updateTable('budget_alerts')
    .set({ webhook_due_at: which.untilMs })
    .where('workspace_id', '=', which.workspaceId)
    .where('webhook_due_at', '<=', which.nowMs)
    .execute();
}

/** Nothing of the workspace waits to be sent any more. */
export async function endDeliveries(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<void> {
  await database
    .updateTable('budget_alerts')
    .set({ webhook_due_at: null })
    .where('workspace_id', '=', workspaceId)
    .where('webhook_due_at', 'is not', null)
    .execute();
}
