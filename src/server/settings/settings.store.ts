import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export async function findSettingRow(
  database: DatabaseHandle,
  name: string,
): Promise<Row<'instance_settings'> | undefined> {
  return database.selectFrom('instance_settings').selectAll().where('name', '=', name).executeTakeFirst();
}

/** Writes over what was there. */
export async function putSettingRow(transaction: DatabaseHandle, row: NewRow<'instance_settings'>): Promise<void> {
  const { name: _name, ...change } = row;
  await transaction
    .insertInto('instance_settings')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(change))
    .execute();
}

/** Gives whether there was one. */
export async function deleteSettingRow(transaction: DatabaseHandle, name: string): Promise<boolean> {
  const result = await transaction.deleteFrom('instance_settings').where('name', '=', name).executeTakeFirst();
  return Number(result.numDeletedRows) === 1;
}
