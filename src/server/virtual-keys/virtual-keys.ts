import { type CallerId, ServiceAccountId, UserId, type VirtualKeyId } from '../../contract/ids.ts';
import { type AuditAction, type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import type { NewRow } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { brand, newId } from '../ids.ts';
import { actorOf } from '../sessions/sessions.ts';
import { findVirtualKey, lockForChange, lockVirtualKey, overseesAll, refuseAboveSelf } from './find-virtual-key.ts';
import { type GivenPool, type Pool, resolvePool } from './pool.ts';
import { describeSecret, makeVirtualKeySecret } from './virtual-key-secret.ts';
import { toColumns } from './virtual-key-settings.ts';
import { viewVirtualKey, viewVirtualKeys } from './virtual-key-view.ts';
import {
  countUnrevoked,
  insertVirtualKey,
  isCallerHere,
  listPools,
  listVirtualKeyRows,
  replacePool,
  updateVirtualKey,
  type VirtualKeyRow,
} from './virtual-keys.store.ts';

/** Virtual keys of a workspace that are not revoked. */
const VIRTUAL_KEYS_MAX = 10_000;

export const listVirtualKeys: Handler<'GET /api/virtual-keys'> = async (context, { query }) => {
  const rows = await listVirtualKeyRows(context.services.database.kysely, context.workspace.id, {
    ownerId: overseesAll(context) ? undefined : context.user.id,
    text: query.q === '' ? undefined : query.q,
    state: query.state,
    credentialId: query.keyId,
    after: parseCursor(query.cursor),
    limit: query.limit + 1,
    nowMs: context.nowMs,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: await viewVirtualKeys(context, shown),
    nextCursor: last === undefined ? null : `${last.created_at}.${last.id}`,
  };
};

function parseCursor(cursor: string | undefined): { createdAt: number; id: VirtualKeyId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(vk_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), id: brand<'VirtualKey'>(id) };
}

export const createVirtualKey: Handler<'POST /api/virtual-keys'> = async (context, { body }) => {
  const { services, nowMs, workspace } = context;
  const { keyIds, pool: entries, ownerId, ...settings } = body;
  const columns = toColumns(settings, { current: null, nowMs });
  const secret = makeVirtualKeySecret();
  return services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `virtual-keys:${workspace.id}`);
    const count = await countUnrevoked(transaction, { workspaceId: workspace.id, kind: 'standard' });
    if (count >= VIRTUAL_KEYS_MAX) throw new AppError('too_many_objects');
    const pool = await resolvePool(context, transaction, { given: { keyIds, pool: entries }, current: [] });
    const id = newId('VirtualKey', nowMs);
    const row: NewRow<'virtual_keys'> = {
      ...columns,
      id,
      workspace_id: workspace.id,
      name: body.name,
      ...describeSecret(secret),
      ...(await ownerColumns(context, transaction, ownerId)),
      secret_seen_by: context.user.id,
      ...poolColumns(pool),
      created_at: nowMs,
      updated_at: nowMs,
    };
    await insertVirtualKey(transaction, row, membersOf(pool));
    const made = await findVirtualKey(context, id, transaction);
    const details = { owner: made.owner_label ?? '' };
    await recordChange(transaction, context, { action: 'virtual_key.created', row, details });
    return { virtualKey: await viewVirtualKey(context, made, transaction), secret: secret.reveal() };
  });
};

/**
 * Whose the calls are. Others than one's own are given by those who oversee the workspace alone, and nobody speaks for a
 * role above their own.
 */
async function ownerColumns(context: WorkspaceContext, transaction: Transaction, ownerId: CallerId | undefined) {
  const { workspace, user } = context;
  if (ownerId === undefined || ownerId === user.id) return { owner_id: user.id, service_account_id: null };
  if (!overseesAll(context)) throw new AppError('forbidden');
  const program = ServiceAccountId.safeParse(ownerId).data;
  const person = UserId.safeParse(ownerId).data;
  const workspaceId = workspace.id;
  if (program !== undefined && (await isCallerHere(transaction, { workspaceId, serviceAccountId: program }))) {
    return { owner_id: null, service_account_id: program };
  }
  if (person !== undefined && (await isCallerHere(transaction, { workspaceId, userId: person }))) {
    await refuseAboveSelf(context, person, transaction);
    return { owner_id: person, service_account_id: null };
  }
  throw new AppError('unknown_subject');
}

/** How a pool stands in the row of its virtual key. */
export const poolColumns = (pool: Pool) => ({ has_all_credentials: pool === 'all' ? 1 : 0 }) as const;

/** How a pool stands in the rows beside it. */
export const membersOf = (pool: Pool) => (pool === 'all' ? [] : pool);

export const readVirtualKey: Handler<'GET /api/virtual-keys/{id}'> = async (context, { params }) =>
  viewVirtualKey(context, await findVirtualKey(context, params.id));

export const changeVirtualKey: Handler<'PUT /api/virtual-keys/{id}'> = async (context, { params, body }) => {
  const { services, nowMs } = context;
  const { keyIds, pool: entries, ...settings } = body;
  return services.database.transaction(async (transaction) => {
    const row = await lockForChange(context, params.id, transaction);
    const columns = toColumns(settings, { current: row, nowMs });
    const reach = await changePool(transaction, context, { row, given: { keyIds, pool: entries } });
    await updateVirtualKey(transaction, row.id, { ...columns, ...reach, updated_at: nowMs });
    const changed = await findVirtualKey(context, row.id, transaction);
    const details = { fields: Object.keys(body) };
    await recordChange(transaction, context, { action: 'virtual_key.changed', row: changed, details });
    return viewVirtualKey(context, changed, transaction);
  });
};

/** Writes the pool where one is given; gives what the row itself says of it. */
async function changePool(
  transaction: Transaction,
  context: WorkspaceContext,
  { row, given }: { row: VirtualKeyRow; given: GivenPool },
): Promise<Partial<ReturnType<typeof poolColumns>>> {
  if (given.keyIds === undefined && given.pool === undefined) return {};
  const stored = (await listPools(transaction, [row.id])).get(row.id) ?? [];
  const current = row.has_all_credentials === 1 ? 'all' : stored;
  const pool = await resolvePool(context, transaction, { given, current });
  await replacePool(transaction, row, membersOf(pool));
  return poolColumns(pool);
}

export const revokeVirtualKey: Handler<'DELETE /api/virtual-keys/{id}'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    const row = await lockVirtualKey(context, params.id, transaction);
    // Revoking once more changes nothing, so a retried call is harmless.
    if (row.revoked_at !== null) return;
    await revokeRow(transaction, context, { row });
  });
  return undefined;
};

/** Ends a virtual key for good: neither its secret nor the one before works from now on. */
export async function revokeRow(
  transaction: Transaction,
  context: WorkspaceContext,
  { row, reason }: { row: Pick<VirtualKeyRow, 'id' | 'name'>; reason?: string },
): Promise<void> {
  const { nowMs } = context;
  const change = { revoked_at: nowMs, updated_at: nowMs, previous_hash: null, previous_until: null };
  await updateVirtualKey(transaction, row.id, change);
  await recordChange(transaction, context, { action: 'virtual_key.revoked', row, reason });
}

/** Writes down what was done with a virtual key, in the transaction that does it. */
export async function recordChange(
  transaction: Transaction,
  context: WorkspaceContext,
  change: {
    action: Extract<AuditAction, `virtual_key.${string}`>;
    row: Pick<VirtualKeyRow, 'id' | 'name'>;
    reason?: string | undefined;
    details?: AuditEntry['details'];
  },
): Promise<void> {
  const { action, row, reason, details } = change;
  await recordAuditEvent(transaction, context, {
    action,
    workspaceId: context.workspace.id,
    actor: actorOf(context),
    target: { type: 'virtual_key', id: row.id, label: row.name },
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
  });
}
