import type { AlertId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export type WebhookMessageRow = Row<'webhook_messages'>;

/** What waits to be sent to a webhook: budget alerts in their own table, everything else in another. */
export type Due =
  | { table: 'budget_alerts'; row: Row<'budget_alerts'> }
  | { table: 'webhook_messages'; row: Row<'webhook_messages'> };

const tables = ['budget_alerts', 'webhook_messages'] as const;

/** Writes a message, unless it was written before. */
export async function insertMessageOnce(database: DatabaseHandle, row: NewRow<'webhook_messages'>): Promise<void> {
  await database
    .insertInto('webhook_messages')
    .values(row)
    .onConflict((conflict) => conflict.columns(['workspace_id', 'kind', 'dedupe']).doNothing())
    .execute();
}

/** Deletes up to `limit` messages made before `beforeMs`; gives how many. */
export async function deleteOldMessages(
  database: DatabaseHandle,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> {
  const result = await database
    .deleteFrom('webhook_messages')
    .where('id', 'in', (where) =>
      where.selectFrom('webhook_messages').select('id').where('created_at', '<', beforeMs).limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Workspaces with something that is due, those that wait longest first. */
export async function listDueWorkspaces(
  database: DatabaseHandle,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<WorkspaceId[]> {
  const firstDue = new Map<WorkspaceId, number>();
  for (const table of tables) {
    const rows = await database
      .selectFrom(table)
      .select(({ fn }) => ['workspace_id', fn.min<number>('webhook_due_at').as('first_due_at')])
      .where('webhook_due_at', '<=', nowMs)
      .groupBy('workspace_id')
      .orderBy('first_due_at')
      .limit(limit)
      .execute();
    for (const { workspace_id: id, first_due_at: dueAt } of rows) {
      firstDue.set(id, Math.min(Number(dueAt), firstDue.get(id) ?? Number.POSITIVE_INFINITY));
    }
  }
  const sorted = [...firstDue].toSorted(([, a], [, b]) => a - b);
  return sorted.slice(0, limit).map(([id]) => id);
}

/** What is due of a workspace, what waits longest first. */
export async function listDue(
  database: DatabaseHandle,
  { workspaceId, nowMs, limit }: { workspaceId: WorkspaceId; nowMs: number; limit: number },
): Promise<Due[]> {
  const alerts = await database
    .selectFrom('budget_alerts')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('webhook_due_at', '<=', nowMs)
    .orderBy('webhook_due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  const messages = await database
    .selectFrom('webhook_messages')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('webhook_due_at', '<=', nowMs)
    .orderBy('webhook_due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  const due: Due[] = [
    ...alerts.map((row) => ({ table: 'budget_alerts' as const, row })),
    ...messages.map((row) => ({ table: 'webhook_messages' as const, row })),
  ];
  const dueAt = ({ row }: Due): number => row.webhook_due_at ?? 0;
  return due.toSorted((a, b) => dueAt(a) - dueAt(b) || (a.row.id < b.row.id ? -1 : 1)).slice(0, limit);
}

/**
 * Counts an attempt and says when the next one is due, before the message is sent: whoever else looks meanwhile, or
 * starts after a crash, finds it taken. Gives false when somebody was faster.
 */
export async function claimDelivery(
  database: DatabaseHandle,
  { table, row }: Due,
  nextDueAt: number | null,
): Promise<boolean> {
  const result = await database
    .updateTable(table)
    .set({ webhook_due_at: nextDueAt, webhook_attempts: row.webhook_attempts + 1 })
    .where('id', '=', row.id)
    .where('webhook_due_at', '=', row.webhook_due_at)
    .where('webhook_attempts', '=', row.webhook_attempts)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function endDelivery(
  database: DatabaseHandle,
  { table, row: { id } }: { table: Due['table']; row: { id: AlertId } },
): Promise<void> {
  await database.updateTable(table).set({ webhook_due_at: null }).where('id', '=', id).execute();
}

/** What else of the workspace is due waits until then. */
export async function postponeDeliveries(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; nowMs: number; untilMs: number },
): Promise<void> {
  for (const table of tables) {
    await database
      .updateTable(table)
      .set({ webhook_due_at: which.untilMs })
      .where('workspace_id', '=', which.workspaceId)
      .where('webhook_due_at', '<=', which.nowMs)
      .execute();
  }
}

/** Nothing of the workspace waits to be sent any more. */
export async function endDeliveries(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<void> {
  for (const table of tables) {
    await database
      .updateTable(table)
      .set({ webhook_due_at: null })
      .where('workspace_id', '=', workspaceId)
      .where('webhook_due_at', 'is not', null)
      .execute();
  }
}
