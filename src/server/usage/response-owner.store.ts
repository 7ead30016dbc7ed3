import type { DatabaseHandle } from '../database/open.ts';

/** Which virtual key made a stored response, and on which credential; null when no event knows it. */
export async function findResponseOwner(database: DatabaseHandle, { responseId }: { responseId: string }) {
  const row = await database
    .selectFrom('usage_events')
    .select(['virtual_key_id as virtualKeyId', 'credential_id as credentialId'])
    .where('response_id', '=', responseId)
    .orderBy('time', 'desc')
    .executeTakeFirst();
  return row ?? null;
}
