import { type UserId, WorkspaceId } from '../../contract/ids.ts';
import { type Role, roles } from '../../contract/permissions.ts';
import type { CallContext } from '../context.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { WorkspaceKind } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { insertWorkspace, selectMemberships, selectRole } from './workspaces.store.ts';

export interface Membership {
  id: WorkspaceId;
  name: string;
  kind: WorkspaceKind;
  role: Role;
}

/** Everybody has one workspace of their own, with a data key of its own. */
export async function createPersonalWorkspace(
  transaction: Transaction,
  context: CallContext,
  owner: { userId: UserId; name: string },
): Promise<void> {
  const id = newId('Workspace', context.nowMs);
  const times = { created_at: context.nowMs, updated_at: context.nowMs };
  await insertWorkspace(transaction, {
    workspace: { id, name: owner.name, kind: 'personal', created_by: owner.userId, ...times },
    owner: { workspace_id: id, user_id: owner.userId, role: 'owner', state: 'active', created_at: context.nowMs },
  });
  await context.services.vault.createDataKey(transaction, id);
}

export async function listMemberships(database: DatabaseHandle, userId: UserId): Promise<Membership[]> {
  const rows = await selectMemberships(database, userId);
  return rows.map((row) => ({ id: row.id, name: row.name, kind: row.kind, role: parseRole(row.role) }));
}

/**
 * The workspace a call acts in, by the header `X-Workspace-Id` or else the caller's personal one. One the caller is no
 * member of does not exist for them.
 */
export async function findWorkspace(
  database: DatabaseHandle,
  userId: UserId,
  header: string | undefined,
): Promise<{ id: WorkspaceId; role: Role }> {
  if (header === undefined) {
    const [personal] = await listMemberships(database, userId);
    if (personal === undefined) throw new AppError('not_found');
    return personal;
  }
  const id = WorkspaceId.safeParse(header);
  if (!id.success) throw new AppError('not_found');
  const role = await selectRole(database, { workspaceId: id.data, userId });
  if (role === undefined) throw new AppError('not_found');
  return { id: id.data, role: parseRole(role) };
}

function parseRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw new Error(`a member has the unknown role ${text}`);
  return role;
}
