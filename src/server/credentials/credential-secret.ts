import type { CredentialId, WorkspaceId } from '../../contract/ids.ts';
import { previewSecret } from '../../contract/preview.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import type { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import type { SealedRecord } from '../vault/seal-context.ts';
import { SealError } from '../vault/vault.ts';
import { requireVersion } from './credentials.store.ts';
import { refuseNewHost } from './provider-address.ts';

interface Place {
  workspaceId: WorkspaceId;
  credentialId: CredentialId;
  version: number;
}

/** Where a version's envelope stands: the vault binds the envelope to this place. */
function recordAt({ credentialId, version }: Place): SealedRecord {
  return { column: 'credential_versions.envelope', row: credentialId, version };
}

/** A secret made ready to be written: sealed for its place, with what may be shown and compared. */
export async function sealSecret(
  services: Services,
  place: Place,
  secret: Secret,
): Promise<{ envelope: string; preview: string; fingerprint: string }> {
  await services.vault.loadDataKey(place.workspaceId);
  return {
    envelope: services.vault.seal(place.workspaceId, recordAt(place), secret),
    preview: previewSecret(secret.reveal()),
    fingerprint: services.vault.fingerprint(place.workspaceId, secret),
  };
}

/**
 * Refuses (`secret_needed`) to use the current secret on a host that it was not given for. Asked right before every call,
 * whatever was checked when the addresses were stored.
 */
export async function refuseUnknownHost(
  services: Services,
  row: Pick<Row<'credentials'>, 'id' | 'version'>,
  origins: ReadonlySet<string>,
): Promise<void> {
  const which = { credentialId: row.id, version: row.version };
  refuseNewHost((await requireVersion(services.database.kysely, which)).origins, origins);
}

/** Opens a stored secret. Throws `credential_unreadable` when it cannot be decrypted: nothing is ever guessed. */
export async function openSecret(services: Services, place: Place, database: DatabaseHandle): Promise<Secret> {
  const row = await requireVersion(database, place);
  try {
    await services.vault.loadDataKey(place.workspaceId, 'open');
    return services.vault.open(place.workspaceId, recordAt(place), row.envelope);
  } catch (cause) {
    // Anything else, such as a database that does not answer, says nothing about the stored value.
    if (cause instanceof SealError) throw new AppError('credential_unreadable', { cause });
    throw cause;
  }
}
