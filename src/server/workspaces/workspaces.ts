import { type UserId, WorkspaceId } from '../../contract/ids.ts';
import { type Role, roles } from '../../contract/permissions.ts';
import type { ActiveWorkspace, CallContext } from '../context.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { Row, WorkspaceKind } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import {
  findWorkspaceRow,
  insertWorkspace,
  selectActiveWorkspace,
  selectMemberships,
  selectPendingWorkspaces,
} from './workspaces.store.ts';

export interface Membership {
  id: WorkspaceId;
  name: string;
  kind: WorkspaceKind;
  role: Role;
  requiresTwoFactor: boolean;
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
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    role: parseRole(row.role),
    requiresTwoFactor: row.requires_two_factor === 1,
  }));
}

/** The workspaces that somebody joined and whose owners have still to confirm it. */
export const listPending = selectPendingWorkspaces;

/**
 * The workspace a member's call acts in, by the header `X-Workspace-Id` or else the caller's personal one. One the caller
 * is no active member of does not exist for them. Read on every call: a change of role or policy is in force at once.
 */
export async function findWorkspace(
  database: DatabaseHandle,
  userId: UserId,
  header: string | undefined,
): Promise<ActiveWorkspace<Role>> {
  const workspaceId =
    header === undefined ? await personalWorkspaceId(database, userId) : WorkspaceId.safeParse(header).data;
  const row = workspaceId === undefined ? undefined : await selectActiveWorkspace(database, { workspaceId, userId });
  if (row === undefined) throw new AppError('not_found');
  return { ...activeWorkspace(row, { serviceMayCopy: false }), role: parseRole(row.role) };
}

/** The workspace in which a service account acts. */
export async function findServiceWorkspace(
  database: DatabaseHandle,
  { id, mayCopy }: { id: WorkspaceId; mayCopy: boolean },
): Promise<ActiveWorkspace> {
  const row = await findWorkspaceRow(database, id);
  if (row === undefined) throw new AppError('not_found');
  return { ...activeWorkspace(row, { serviceMayCopy: mayCopy }), role: 'service' };
}

/** A living workspace as a member of this role meets it, whoever asks. Throws `not_found`. */
export async function findWorkspaceAs(
  database: DatabaseHandle,
  { id, role }: { id: WorkspaceId; role: Role },
): Promise<ActiveWorkspace<Role>> {
  const row = await findWorkspaceRow(database, id);
  if (row === undefined) throw new AppError('not_found');
  return { ...activeWorkspace(row, { serviceMayCopy: false }), role };
}

function activeWorkspace(row: Row<'workspaces'>, { serviceMayCopy }: { serviceMayCopy: boolean }) {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    policy: { memberFloor: row.member_floor, adminsMayCopy: row.admins_may_copy === 1, serviceMayCopy },
    requiresTwoFactor: row.requires_two_factor === 1,
  };
}

async function personalWorkspaceId(database: DatabaseHandle, userId: UserId): Promise<WorkspaceId | undefined> {
  return (await listMemberships(database, userId))[0]?.id;
}

function parseRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw new Error(`a member has the unknown role ${text}`);
  return role;
}
