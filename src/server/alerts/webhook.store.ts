import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row, RowChange } from '../database/schema.ts';

export type WebhookRow = Row<'alert_webhooks'>;

export async function findWebhookRow(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<WebhookRow | undefined> {
  return database.selectFrom('alert_webhooks').selectAll().where('workspace_id', '=', workspaceId).executeTakeFirst();
}

/**
 * Puts a webhook in the place of the one at `replacedVersion`, or of none (null). Gives false, and writes nothing, when
 * somebody was faster.
 */
export async function replaceWebhookRow(
  transaction: DatabaseHandle,
  row: NewRow<'alert_webhooks'>,
  replacedVersion: number | null,
): Promise<boolean> {
  if (replacedVersion === null) {
    const inserted = await transaction
      .insertInto('alert_webhooks')
      .values(row)
      .onConflict((conflict) => conflict.column('workspace_id').doNothing())
      .executeTakeFirst();
    return Number(inserted.numInsertedOrUpdatedRows ?? 0) === 1;
  }
  const updated = await transaction
    .updateTable('alert_webhooks')
    .set(row)
    .where('workspace_id', '=', row.workspace_id)
    .where('version', '=', replacedVersion)
    .executeTakeFirst();
  return Number(updated.numUpdatedRows) === 1;
}

export async function deleteWebhookRow(transaction: DatabaseHandle, workspaceId: WorkspaceId): Promise<boolean> {
  const result = await transaction
    .deleteFrom('alert_webhooks')
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  return Number(result.numDeletedRows) === 1;
}

/** Notes how the last message went, unless another webhook stands there by now. */
export async function noteWebhookResult(
  database: DatabaseHandle,
  which: Pick<WebhookRow, 'workspace_id' | 'version'>,
  change: RowChange<'alert_webhooks'>,
): Promise<void> {
  await database
    .updateTable('alert_webhooks')
    .set(change)
    .where('workspace_id', '=', which.workspace_id)
    .where('version', '=', which.version)
    .execute();
}
