import type { CredentialId, VirtualKeyId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';

/** Rows of one id that are looked at, oldest first: who repeats an id that others have must not make it slow to find. */
const ROWS_MAX = 1_000;

/**
 * The credential on which a stored response of a virtual key lives; null when no event knows one. Of several virtual keys
 * that had the same id from one credential the first is its owner, and of several credentials the first one counts.
 */
export async function findResponseOwner(
  database: DatabaseHandle,
  { responseId, virtualKeyId }: { responseId: string; virtualKeyId: VirtualKeyId },
): Promise<CredentialId | null> {
  const rows = await database
    .selectFrom('usage_events')
    .select(['virtual_key_id', 'credential_id'])
    .where('response_id', '=', responseId)
    .orderBy('time')
    .orderBy('id')
    .limit(ROWS_MAX)
    .execute();
  const owned = new Set<CredentialId>();
  for (const { virtual_key_id, credential_id } of rows) {
    if (owned.has(credential_id)) continue;
    if (virtual_key_id === virtualKeyId) return credential_id;
    owned.add(credential_id);
  }
  return null;
}
