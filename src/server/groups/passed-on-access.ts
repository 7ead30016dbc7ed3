import type { ActorContext } from '../context.ts';
import { readAccess } from '../credentials/access.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { type GrantHolder, listCopyGrants } from './groups.store.ts';

/**
 * Refuses (`forbidden`) to let others have what a group or a program may copy when the caller may not copy it: by a place
 * in the group, or a token of the program, they would give more than they have, to themselves too.
 */
export async function refusePassingOnMore(
  database: DatabaseHandle,
  context: ActorContext,
  holder: GrantHolder,
): Promise<void> {
  if (!(await mayPassOn(database, context, holder))) throw new AppError('forbidden');
}

/** Whether somebody may copy, at this moment, all that a group or a program may. */
export async function mayPassOn(database: DatabaseHandle, giver: ActorContext, holder: GrantHolder): Promise<boolean> {
  const ids = await listCopyGrants(database, { workspaceId: giver.workspace.id, holder });
  const access = await readAccess(giver, ids, database);
  return ids.every((id) => access.of(id).mayCopy);
}
