import type { CredentialId } from '../../contract/ids.ts';
import { type AccessLevel, isAllowed, isAtLeast, type Permission, permissions } from '../../contract/permissions.ts';
import type { ActorContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { readAccess } from './access.ts';
import type { CredentialRow } from './credential-view.ts';
import { findCredentialRow } from './credentials.store.ts';

export interface FoundCredential {
  row: CredentialRow;
  accessLevel: AccessLevel;
}

/**
 * A credential the caller may use in this way. One they may not even see is `not_found`, exactly as one that does not
 * exist; one they may see but not use so is `forbidden`.
 */
export async function findCredential(
  context: ActorContext,
  which: { id: CredentialId; permission: Permission },
  database: DatabaseHandle = context.services.database.kysely,
): Promise<FoundCredential> {
  const row = await findCredentialRow(database, { workspaceId: context.workspace.id, id: which.id });
  const access = (await readAccess(context, [which.id], database)).of(which.id);
  if (row === undefined || !isAtLeast(access.level, 'see')) throw new AppError('not_found');
  if (!isAllowed(which.permission, context.workspace.role, access.level)) throw new AppError('forbidden');
  if (permissions[which.permission].level === 'copy' && !access.mayCopy) throw new AppError('forbidden');
  return { row, accessLevel: access.level };
}

/** As findCredential, but one in the trash serves nobody and counts as missing. */
export async function findLiveCredential(
  context: ActorContext,
  which: { id: CredentialId; permission: Permission },
  database: DatabaseHandle = context.services.database.kysely,
): Promise<FoundCredential> {
  const found = await findCredential(context, which, database);
  if (found.row.deleted_at !== null) throw new AppError('not_found');
  return found;
}
