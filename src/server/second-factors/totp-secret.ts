import type { UserId } from '../../contract/ids.ts';
import type { Row } from '../database/schema.ts';
import { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import type { SealedRecord } from '../vault/vault.ts';

const recordOf = (userId: UserId, version: number): SealedRecord => ({
  column: 'totp_secrets.envelope',
  row: userId,
  version,
});

/** Seals the secret of an authenticator app for its row. */
export async function sealTotpSecret(
  { vault }: Pick<Services, 'vault'>,
  place: { userId: UserId; version: number },
  secret: Uint8Array,
): Promise<string> {
  await vault.loadDataKey('system', 'seal');
  const text = new Secret(Buffer.from(secret).toString('base64url'));
  return vault.seal('system', recordOf(place.userId, place.version), text);
}

/** Opens it again. Throws SealError. */
export async function openTotpSecret(
  { vault }: Pick<Services, 'vault'>,
  row: Pick<Row<'totp_secrets'>, 'user_id' | 'version' | 'envelope'>,
): Promise<Buffer> {
  await vault.loadDataKey('system', 'open');
  const text = vault.open('system', recordOf(row.user_id, row.version), row.envelope);
  return Buffer.from(text.reveal(), 'base64url');
}
