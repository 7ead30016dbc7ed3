import type { ServiceAccountId } from '../../contract/ids.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { type AuditAction, type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import { refusePassingOnMore } from '../groups/passed-on-access.ts';
import { AppError } from '../http-errors.ts';
import { brand, newId } from '../ids.ts';
import { lockMembersAs } from '../members/standing.ts';
import { actorOf } from '../sessions/sessions.ts';
import {
  countAccounts,
  deleteAccountRow,
  findAccountRow,
  insertAccount,
  listAccountRows,
  type ServiceAccountRow,
  updateAccount,
} from './service-accounts.store.ts';

const ACCOUNTS_MAX = 100;

type AccountView = OperationResult<Operations['POST /api/service-accounts']>;

export const listServiceAccounts: Handler<'GET /api/service-accounts'> = async (context, { query }) => {
  const { services, workspace, nowMs } = context;
  const rows = await listAccountRows(services.database.kysely, workspace.id, {
    after: parseCursor(query.cursor),
    limit: query.limit + 1,
    nowMs,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return { items: shown.map(toView), nextCursor: last === undefined ? null : `${last.created_at}.${last.id}` };
};

function parseCursor(cursor: string | undefined): { createdAt: number; id: ServiceAccountId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(sa_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), id: brand<'ServiceAccount'>(id) };
}

function toView(row: ServiceAccountRow): AccountView {
  return {
    id: row.id,
    name: row.name,
    note: row.note,
    mayCopy: row.may_copy === 1,
    state: row.state,
    activeTokens: Number(row.active_tokens),
    lastUsedAt: row.last_used_at === null ? null : new Date(Number(row.last_used_at)).toISOString(),
    createdBy: row.creator_name,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

export const createServiceAccount: Handler<'POST /api/service-accounts'> = async (context, { body }) => {
  const { services, workspace, user, nowMs } = context;
  // Levels on keys are granted in teams only, and without one a program reaches nothing.
  if (workspace.kind === 'personal') throw new AppError('personal_workspace');
  const id = newId('ServiceAccount', nowMs);
  return services.database.transaction(async (transaction) => {
    const role = await lockMembersAs(transaction, context, 'service-account:edit');
    if (body.mayCopy === true && role !== 'owner') throw new AppError('forbidden');
    if ((await countAccounts(transaction, workspace.id)) >= ACCOUNTS_MAX) throw new AppError('too_many_objects');
    const row = {
      id,
      workspace_id: workspace.id,
      name: body.name,
      note: body.note ?? '',
      may_copy: body.mayCopy === true ? 1 : 0,
      created_by: user.id,
      created_at: nowMs,
      updated_at: nowMs,
    } as const;
    await insertAccount(transaction, row);
    const details = { mayCopy: row.may_copy === 1 };
    await recordAccount(transaction, context, { action: 'service_account.created', row, details });
    return toView(await findServiceAccount(transaction, context, id));
  });
};

/**
 * Changes a service account. Whether it may copy secrets is for owners to say, either way (`forbidden`); who may not copy
 * what it may does not switch it on again (`forbidden`).
 */
export const changeServiceAccount: Handler<'PUT /api/service-accounts/{id}'> = async (context, { params, body }) => {
  const { services, workspace, nowMs } = context;
  return services.database.transaction(async (transaction) => {
    const role = await lockMembersAs(transaction, context, 'service-account:edit');
    const row = await findServiceAccount(transaction, context, params.id);
    const mayCopy = body.mayCopy ?? row.may_copy === 1;
    if (mayCopy !== (row.may_copy === 1) && role !== 'owner') throw new AppError('forbidden');
    const isSwitchedOn = row.state === 'disabled' && body.state === 'active';
    if (isSwitchedOn && mayCopy) {
      await refusePassingOnMore(transaction, context, { kind: 'serviceAccount', id: row.id });
    }
    const change = {
      name: body.name ?? row.name,
      note: body.note ?? row.note,
      may_copy: mayCopy ? 1 : 0,
      state: body.state ?? row.state,
      updated_at: nowMs,
    } as const;
    await updateAccount(transaction, { workspaceId: workspace.id, id: row.id }, change);
    const details = { fields: Object.keys(body), mayCopy, state: change.state };
    await recordAccount(transaction, context, {
      action: 'service_account.changed',
      row: { id: row.id, name: change.name },
      details,
    });
    return toView(await findServiceAccount(transaction, context, row.id));
  });
};

export const deleteServiceAccount: Handler<'DELETE /api/service-accounts/{id}'> = async (context, { params }) => {
  const { services, workspace, nowMs } = context;
  await services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'service-account:edit');
    const row = await findServiceAccount(transaction, context, params.id);
    const revoked = await deleteAccountRow(transaction, { workspaceId: workspace.id, id: row.id, nowMs });
    await recordAccount(transaction, context, { action: 'service_account.deleted', row });
    for (const { id, name } of revoked) {
      await recordAuditEvent(transaction, context, {
        action: 'virtual_key.revoked',
        workspaceId: workspace.id,
        actor: actorOf(context),
        target: { type: 'virtual_key', id, label: name },
        reason: 'service_account.deleted',
      });
    }
  });
  return undefined;
};

/** Throws `not_found`, for one of another workspace too. */
export async function findServiceAccount(
  database: DatabaseHandle,
  { workspace, nowMs }: WorkspaceContext,
  id: ServiceAccountId,
): Promise<ServiceAccountRow> {
  const row = await findAccountRow(database, { workspaceId: workspace.id, id, nowMs });
  if (row === undefined) throw new AppError('not_found');
  return row;
}

/** Writes down what was done with a service account or one of its tokens. */
export function recordAccount(
  transaction: Transaction,
  context: WorkspaceContext,
  change: {
    action: Extract<AuditAction, `service_account.${string}` | `service_token.${string}`>;
    row: Pick<ServiceAccountRow, 'id' | 'name'>;
    details?: AuditEntry['details'];
  },
): Promise<void> {
  const { action, row, details } = change;
  return recordAuditEvent(transaction, context, {
    action,
    workspaceId: context.workspace.id,
    actor: actorOf(context),
    target: { type: 'service_account', id: row.id, label: row.name },
    ...(details === undefined ? {} : { details }),
  });
}
