import type { CredentialId } from '../../contract/ids.ts';
import type { WorkspaceContext } from '../context.ts';
import { readAccess } from '../credentials/access.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { type GrantHolder, listCopyGrants } from './groups.store.ts';

/**
 * Refuses (`forbidden`) to let others have what a group or a program may copy when the caller may not copy it: by a place
 * in the group, or a token of the program, they would give more than they have, to themselves too. Gives what can be
 * copied.
 */
export async function refusePassingOnMore(
  database: DatabaseHandle,
  context: WorkspaceContext,
  holder: GrantHolder,
): Promise<readonly CredentialId[]> {
  const ids = await listCopyGrants(database, { workspaceId: context.workspace.id, holder });
  const access = await readAccess(context, ids, database);
  if (!ids.every((id) => access.of(id).mayCopy)) throw new AppError('forbidden');
  return ids;
}
