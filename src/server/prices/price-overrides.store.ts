import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

/** The prices that a workspace has entered, in a fixed order, each with the name of who entered it last. */
export async function listOverrides(database: DatabaseHandle, workspaceId: WorkspaceId) {
  return database
    .selectFrom('price_overrides')
    .leftJoin('users', 'users.id', 'price_overrides.updated_by')
    .selectAll('price_overrides')
    .select(['users.name', 'users.email_display'])
    .where('price_overrides.workspace_id', '=', workspaceId)
    .orderBy('provider')
    .orderBy('model')
    .execute();
}

type Which = Pick<Row<'price_overrides'>, 'workspace_id' | 'provider' | 'model'>;

/** How many prices the workspace has for other models than this one. */
export async function countOtherOverrides(transaction: Transaction, which: Which): Promise<number> {
  const row = await transaction
    .selectFrom('price_overrides')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspace_id', '=', which.workspace_id)
    .where((is) => is.or([is('provider', '!=', which.provider), is('model', '!=', which.model)]))
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function upsertOverride(transaction: Transaction, row: NewRow<'price_overrides'>): Promise<void> {
  const { workspace_id: _workspace, provider: _provider, model: _model, ...values } = row;
  await transaction
    .insertInto('price_overrides')
    .values(row)
    .onConflict((conflict) => conflict.columns(['workspace_id', 'provider', 'model']).doUpdateSet(values))
    .execute();
}

/** Gives whether there was one. */
export async function deleteOverride(transaction: Transaction, which: Which): Promise<boolean> {
  const result = await transaction
    .deleteFrom('price_overrides')
    .where('workspace_id', '=', which.workspace_id)
    .where('provider', '=', which.provider)
    .where('model', '=', which.model)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}
