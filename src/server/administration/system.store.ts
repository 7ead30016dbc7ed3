import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

/** Every master key this database was ever wrapped with, the newest first. */
export async function listMasterKeys(database: DatabaseHandle): Promise<Row<'master_key_history'>[]> {
  return database
    .selectFrom('master_key_history')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('master_key_id')
    .limit(100)
    .execute();
}
