import type { CredentialId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

export async function listVersionRows(
  database: DatabaseHandle,
  credentialId: CredentialId,
): Promise<Row<'credential_versions'>[]> {
  return database
    .selectFrom('credential_versions')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .orderBy('version')
    .execute();
}

export async function updateVersionSeal(
  transaction: DatabaseHandle,
  which: { credentialId: CredentialId; version: number },
  change: { envelope: string; fingerprint: string },
): Promise<void> {
  await transaction
    .updateTable('credential_versions')
    .set(change)
    .where('credential_id', '=', which.credentialId)
    .where('version', '=', which.version)
    .execute();
}

/** Takes away everything that ties a credential to the workspace it leaves, and gives its tags to the new one. */
export async function moveBelongings(
  transaction: DatabaseHandle,
  { credentialId, to }: { credentialId: CredentialId; to: WorkspaceId },
): Promise<void> {
  for (const table of ['credential_grants', 'virtual_key_credentials', 'provider_models', 'share_links'] as const) {
    await transaction.deleteFrom(table).where('credential_id', '=', credentialId).execute();
  }
  await transaction
    .updateTable('credential_tags')
    .set({ workspace_id: to })
    .where('credential_id', '=', credentialId)
    .execute();
}
