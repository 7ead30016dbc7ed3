import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import { isAllowed, type Permission, type Role } from '../../contract/permissions.ts';
import type { WorkspaceContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { isReigning, type Standing } from './member-rules.ts';
import { countOtherOwners, findStanding } from './members.store.ts';

/** Lets one change of who is in a workspace, and as what, past at a time; rules that count owners hold until commit. */
export async function lockMembers(transaction: Transaction, workspaceId: WorkspaceId): Promise<void> {
  await lockUntilCommit(transaction, `members:${workspaceId}`);
}

/**
 * Locks the members and gives the caller's role as it is now: it may have changed since the call was let in. Refuses what
 * that role may not do (`forbidden`, or `not_found` to who is no member any more).
 */
export async function lockMembersAs(
  transaction: Transaction,
  { workspace, user }: WorkspaceContext,
  permission: Permission,
): Promise<Role> {
  await lockMembers(transaction, workspace.id);
  const standing = await findStanding(transaction, { workspaceId: workspace.id, userId: user.id });
  if (standing === undefined || standing.state !== 'active') throw new AppError('not_found');
  if (!isAllowed(permission, standing.role, null)) throw new AppError('forbidden');
  return standing.role;
}

/** Refuses (`last_owner`) a change after which no active owner would be left. Call it with the members locked. */
export async function keepAnOwner(
  transaction: Transaction,
  which: { workspaceId: WorkspaceId; userId: UserId },
  change: { from: Standing; to: Standing | null },
): Promise<void> {
  if (!isReigning(change.from) || (change.to !== null && isReigning(change.to))) return;
  if ((await countOtherOwners(transaction, which)) === 0) throw new AppError('last_owner');
}
