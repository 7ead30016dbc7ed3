import type { CredentialId } from '../../contract/ids.ts';
import { type AccessLevel, effectiveLevel, isAllowed, isAtLeast, type Permission } from '../../contract/permissions.ts';
import type { WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import type { CredentialRow } from './credential-view.ts';
import { findCredentialRow } from './credentials.store.ts';

export interface FoundCredential {
  row: CredentialRow;
  accessLevel: AccessLevel;
}

/** The caller's level on every credential of the workspace: the one place where it is computed. */
export function accessLevelOf(context: WorkspaceContext): AccessLevel {
  return effectiveLevel(context.workspace.role, []);
}

/**
 * A credential the caller may use in this way. One they may not even see is `not_found`, exactly as one that does not
 * exist; one they may see but not use so is `forbidden`.
 */
export async function findCredential(
  context: WorkspaceContext,
  which: { id: CredentialId; permission: Permission },
  database: DatabaseHandle = context.services.database.kysely,
): Promise<FoundCredential> {
  const row = await findCredentialRow(database, { workspaceId: context.workspace.id, id: which.id });
  const accessLevel = accessLevelOf(context);
  if (row === undefined || !isAtLeast(accessLevel, 'see')) throw new AppError('not_found');
  if (!isAllowed(which.permission, context.workspace.role, accessLevel)) throw new AppError('forbidden');
  return { row, accessLevel };
}

/** As findCredential, but one in the trash serves nobody and counts as missing. */
export async function findLiveCredential(
  context: WorkspaceContext,
  which: { id: CredentialId; permission: Permission },
  database: DatabaseHandle = context.services.database.kysely,
): Promise<FoundCredential> {
  const found = await findCredential(context, which, database);
  if (found.row.deleted_at !== null) throw new AppError('not_found');
  return found;
}
