import type { ShareLinkState } from '../../contract/vocabulary.ts';
import type { ActorContext, CallContext } from '../context.ts';
import { findLiveCredential } from '../credentials/find-credential.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { findWorkspace } from '../workspaces/workspaces.ts';
import { FAILURES_MAX, type ShareLinkRow } from './share-links.store.ts';

/**
 * Whether who made a link could make it now: active, in the workspace, allowed to copy the key, which is neither in the
 * trash nor gone, and with the policy on. A link reaches no further than they do.
 */
export async function isBacked(context: CallContext, row: ShareLinkRow, database: DatabaseHandle): Promise<boolean> {
  const { created_by: creatorId, credential_id: credentialId } = row;
  if (creatorId === null || credentialId === null || row.creator_state !== 'active') return false;
  if (row.allows_share_links !== 1) return false;
  try {
    const asCreator: ActorContext = {
      ...context,
      actor: { kind: 'user', id: creatorId, label: '' },
      workspace: await findWorkspace(database, creatorId, row.workspace_id),
    };
    await findLiveCredential(asCreator, { id: credentialId, permission: 'share-link:create' }, database);
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return false;
    throw error;
  }
}

/** How a link stands at this moment. `open`: one that `isBacked` still has to be asked of. */
export function storedState(row: ShareLinkRow, nowMs: number): Exclude<ShareLinkState, 'stopped'> {
  if (row.revoked_at !== null) return 'revoked';
  if (row.failed_attempts >= FAILURES_MAX) return 'blocked';
  if (row.views >= row.views_max) return 'used';
  return row.expires_at <= nowMs || row.envelope === null ? 'expired' : 'open';
}
