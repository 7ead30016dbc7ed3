import type { GroupId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { type AuditAction, type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { describeReach } from '../members/reach.ts';
import { lockMembersAs } from '../members/standing.ts';
import { actorOf } from '../sessions/sessions.ts';
import {
  addToGroup,
  deleteGroupRow,
  filterMembers,
  findGroupNamed,
  findGroupRow,
  insertGroup,
  listCopyGrants,
  listGroupMembers,
  listGroupRows,
  takeFromGroup,
  updateGroup,
} from './groups.store.ts';
import { refusePassingOnMore } from './passed-on-access.ts';

const GROUPS_MAX = 200;

type GroupView = OperationResult<Operations['POST /api/groups']>;

export const listGroups: Handler<'GET /api/groups'> = async ({ services, workspace }) => {
  const members = await listGroupMembers(services.database.kysely, workspace.id);
  const rows = await listGroupRows(services.database.kysely, workspace.id);
  return { items: rows.map((row) => toGroupView(row, members.get(row.id) ?? [])), nextCursor: null };
};

function toGroupView(row: Row<'groups'>, memberIds: readonly UserId[]): GroupView {
  return {
    id: row.id,
    name: row.name,
    memberIds: [...memberIds],
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

export const createGroup: Handler<'POST /api/groups'> = async (context, { body }) => {
  const { services, workspace, nowMs } = context;
  if (workspace.kind === 'personal') throw new AppError('personal_workspace');
  const id = newId('Group', nowMs);
  const row = { id, workspace_id: workspace.id, name: body.name, created_at: nowMs, updated_at: nowMs };
  return services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'group:edit');
    if ((await listGroupRows(transaction, workspace.id)).length >= GROUPS_MAX) throw new AppError('too_many_objects');
    await refuseTakenName(transaction, context, row);
    const memberIds = await findMembers(transaction, context, body.memberIds ?? []);
    await insertGroup(transaction, row);
    await addToGroup(transaction, { workspaceId: workspace.id, id, userIds: memberIds });
    await record(transaction, context, { action: 'group.created', row, details: { added: memberIds } });
    return toGroupView(row, memberIds);
  });
};

/**
 * Renames a group or says anew who is in it. Who may not copy what the group may cannot let others in (`forbidden`):
 * they would give more than they have.
 */
export const changeGroup: Handler<'PUT /api/groups/{id}'> = async (context, { params, body }) => {
  const { services, workspace, nowMs } = context;
  const which = { workspaceId: workspace.id, id: params.id };
  return services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'group:edit');
    const row = await findGroup(transaction, context, params.id);
    if (body.name !== undefined) await refuseTakenName(transaction, context, { id: row.id, name: body.name });
    const before = (await listGroupMembers(transaction, workspace.id)).get(row.id) ?? [];
    const after = body.memberIds === undefined ? before : await findMembers(transaction, context, body.memberIds);
    const added = after.filter((id) => !before.includes(id));
    const removed = before.filter((id) => !after.includes(id));
    if (added.length > 0) await refusePassingOnMore(transaction, context, { kind: 'group', id: row.id });
    await addToGroup(transaction, { ...which, userIds: added });
    await takeFromGroup(transaction, { ...which, userIds: removed });
    const change = { updated_at: nowMs, ...(body.name === undefined ? {} : { name: body.name }) };
    const changed = await updateGroup(transaction, row.id, change);
    await record(transaction, context, {
      action: 'group.changed',
      row: changed,
      details: {
        ...(changed.name === row.name ? {} : { nameBefore: row.name }),
        ...(added.length === 0 ? {} : { added }),
        ...(await describeLoss(transaction, context, { id: row.id, removed })),
      },
    });
    return toGroupView(changed, after);
  });
};

export const deleteGroup: Handler<'DELETE /api/groups/{id}'> = async (context, { params }) => {
  const { services, workspace } = context;
  await services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'group:edit');
    const row = await findGroup(transaction, context, params.id);
    const removed = (await listGroupMembers(transaction, workspace.id)).get(row.id) ?? [];
    const details = await describeLoss(transaction, context, { id: row.id, removed });
    await deleteGroupRow(transaction, { workspaceId: workspace.id, id: row.id });
    await record(transaction, context, { action: 'group.deleted', row, details });
  });
  return undefined;
};

/** Puts a member into those of the groups that still exist. */
export async function addToKnownGroups(
  transaction: Transaction,
  { workspaceId, userId, groupIds }: { workspaceId: WorkspaceId; userId: UserId; groupIds: readonly string[] },
): Promise<void> {
  if (groupIds.length === 0) return;
  for (const { id } of await listGroupRows(transaction, workspaceId)) {
    if (groupIds.includes(id)) await addToGroup(transaction, { workspaceId, id, userIds: [userId] });
  }
}

async function findGroup(transaction: Transaction, { workspace }: WorkspaceContext, id: GroupId) {
  const row = await findGroupRow(transaction, { workspaceId: workspace.id, id });
  if (row === undefined) throw new AppError('not_found');
  return row;
}

async function refuseTakenName(
  transaction: Transaction,
  { workspace }: WorkspaceContext,
  { id, name }: Pick<Row<'groups'>, 'id' | 'name'>,
): Promise<void> {
  const holder = await findGroupNamed(transaction, { workspaceId: workspace.id, name });
  if (holder !== undefined && holder !== id) throw new AppError('name_taken');
}

/** The people without doubles, in the order of their ids. Refuses (`unknown_subject`) those outside the workspace. */
async function findMembers(
  transaction: Transaction,
  { workspace }: WorkspaceContext,
  given: readonly UserId[],
): Promise<UserId[]> {
  const userIds = [...new Set(given)].sort();
  const known = await filterMembers(transaction, workspace.id, userIds);
  if (known.size < userIds.length) throw new AppError('unknown_subject');
  return userIds;
}

/** Who left the group, and what they could copy by it until now. */
async function describeLoss(
  transaction: Transaction,
  { workspace }: WorkspaceContext,
  { id, removed }: { id: GroupId; removed: readonly UserId[] },
): Promise<NonNullable<AuditEntry['details']>> {
  if (removed.length === 0) return {};
  const reach = await listCopyGrants(transaction, { workspaceId: workspace.id, holder: { kind: 'group', id } });
  return { removed, ...describeReach(reach) };
}

function record(
  transaction: Transaction,
  context: WorkspaceContext,
  change: {
    action: Extract<AuditAction, `group.${string}`>;
    row: Pick<Row<'groups'>, 'id' | 'name'>;
    details: NonNullable<AuditEntry['details']>;
  },
): Promise<void> {
  return recordAuditEvent(transaction, context, {
    action: change.action,
    workspaceId: context.workspace.id,
    actor: actorOf(context),
    target: { type: 'group', id: change.row.id, label: change.row.name },
    details: change.details,
  });
}
