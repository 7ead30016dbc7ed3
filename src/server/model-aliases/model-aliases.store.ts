import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

/** The other names of models that a workspace has given, by name. */
export async function listAliases(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<Pick<Row<'model_aliases'>, 'alias' | 'model'>[]> {
  return database
    .selectFrom('model_aliases')
    .select(['alias', 'model'])
    .where('workspace_id', '=', workspaceId)
    .orderBy('alias')
    .execute();
}

export async function replaceAliases(
  transaction: Transaction,
  workspaceId: WorkspaceId,
  aliases: readonly { alias: string; model: string }[],
): Promise<void> {
  await transaction.deleteFrom('model_aliases').where('workspace_id', '=', workspaceId).execute();
  if (aliases.length === 0) return;
  const rows = aliases.map(({ alias, model }) => ({ workspace_id: workspaceId, alias, model }));
  await transaction.insertInto('model_aliases').values(rows).execute();
}
