import { AppError } from '../http-errors.ts';
import { hashIssued, issuedSecrets } from '../issued-secret.ts';
import type { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import { SealError, type SealedRecord } from '../vault/vault.ts';
import type { ShareLinkRow } from './share-links.store.ts';

const tokens = issuedSecrets('shr-akm-');
const VERSION = 1;

/** The token of a new link as who makes it is shown it, this once, and as it is stored. */
export function makeShareToken(): { token: string; tokenHash: string } {
  const token = tokens.make().reveal();
  return { token, tokenHash: hashIssued(token) };
}

/** What is stored of a token; null for text that cannot be one, which is asked before anything is looked up. */
export function hashShareToken(text: string): string | null {
  return tokens.isWellFormed(text) ? hashIssued(text) : null;
}

type Place = Pick<ShareLinkRow, 'id' | 'workspace_id'>;

/** The link has an envelope of its own, which nothing but this link can open and which goes with its last view. */
const recordAt = ({ id }: Place): SealedRecord => ({ column: 'share_links.envelope', row: id, version: VERSION });

/** Seals a secret for a link. Not to be called inside a transaction. */
export async function sealForLink(
  { vault }: Services,
  place: Place,
  secret: Secret,
): Promise<{ envelope: string; version: number }> {
  await vault.loadDataKey(place.workspace_id);
  return { envelope: vault.seal(place.workspace_id, recordAt(place), secret), version: VERSION };
}

/** Opens what was sealed for a link. Throws `credential_unreadable`. Not to be called inside a transaction. */
export async function openOfLink({ vault }: Services, place: Place, envelope: string): Promise<Secret> {
  try {
    await vault.loadDataKey(place.workspace_id, 'open');
    return vault.open(place.workspace_id, recordAt(place), envelope);
  } catch (cause) {
    if (cause instanceof SealError) throw new AppError('credential_unreadable', { cause });
    throw cause;
  }
}
