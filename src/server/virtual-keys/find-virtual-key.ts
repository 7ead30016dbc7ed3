import type { UserId, VirtualKeyId } from '../../contract/ids.ts';
import { isRoleAtLeast } from '../../contract/permissions.ts';
import type { WorkspaceContext } from '../context.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { findRoleOf, findVirtualKeyRow, type VirtualKeyRow } from './virtual-keys.store.ts';

/** Whether the caller may see and change the virtual keys of everybody in the workspace, and not only their own. */
export function overseesAll({ workspace }: Pick<WorkspaceContext, 'workspace'>): boolean {
  return workspace.role === 'owner' || workspace.role === 'admin';
}

/** One the caller may see, of the playground too. Somebody else's is `not_found`, exactly as one that is missing. */
export async function findVirtualKey(
  context: WorkspaceContext,
  id: VirtualKeyId,
  database: DatabaseHandle = context.services.database.kysely,
): Promise<VirtualKeyRow> {
  const row = await findVirtualKeyRow(database, { workspaceId: context.workspace.id, id });
  const isVisible = row !== undefined && (overseesAll(context) || row.owner_id === context.user.id);
  if (!isVisible) throw new AppError('not_found');
  return row;
}

/** As findVirtualKey, and lets nobody else change it until the transaction ends. */
export async function lockVirtualKey(
  context: WorkspaceContext,
  id: VirtualKeyId,
  transaction: Transaction,
): Promise<VirtualKeyRow> {
  await lockUntilCommit(transaction, `virtual-key:${id}`);
  return findVirtualKey(context, id, transaction);
}

/**
 * As lockVirtualKey, for a change: a revoked one is `virtual_key_revoked`, and one of the playground is `not_found`, for
 * it ends by itself and no change may keep it alive unlisted.
 */
export async function lockForChange(
  context: WorkspaceContext,
  id: VirtualKeyId,
  transaction: Transaction,
): Promise<VirtualKeyRow> {
  const row = await lockVirtualKey(context, id, transaction);
  if (row.kind === 'playground') throw new AppError('not_found');
  if (row.revoked_at !== null) throw new AppError('virtual_key_revoked');
  return row;
}

/** Refuses (`forbidden`) to be given a secret whose calls are those of somebody with a role above the caller's. */
export async function refuseAboveSelf(
  { workspace }: Pick<WorkspaceContext, 'workspace'>,
  ownerId: UserId,
  transaction: Transaction,
): Promise<void> {
  const role = await findRoleOf(transaction, { workspaceId: workspace.id, userId: ownerId });
  if (role !== undefined && !isRoleAtLeast(workspace.role, role)) throw new AppError('forbidden');
}
