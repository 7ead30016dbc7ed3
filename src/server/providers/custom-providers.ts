import { z } from 'zod';
import { Dialect as DialectSchema } from '../../contract/fields.ts';
import type { CustomProviderId } from '../../contract/ids.ts';
import type { Dialect } from '../../contract/vocabulary.ts';
import { type AuditAction, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import { assertAllowed } from '../credentials/provider-address.ts';
import { forgetTestsOf } from '../credentials/untested.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { actorOf } from '../sessions/sessions.ts';
import {
  CUSTOM_PROVIDERS_MAX,
  countCustomProviders,
  deleteCustomProviderRow,
  findCustomProviderRow,
  insertCustomProvider,
  isProviderUsed,
  listCustomProviderRows,
  updateCustomProvider,
} from './custom-providers.store.ts';
import { lockProvider } from './lock-provider.ts';

const Dialects = z.array(DialectSchema);

export function parseDialects(json: string): Dialect[] {
  return Dialects.parse(JSON.parse(json));
}

function toView(row: Row<'custom_providers'>) {
  return {
    id: row.id,
    name: row.name,
    baseUrl: row.base_url,
    dialects: parseDialects(row.dialects),
    note: row.note,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

export const listCustomProviders: Handler<'GET /api/custom-providers'> = async (context) => {
  const rows = await listCustomProviderRows(context.services.database.kysely, context.workspace.id);
  return { items: rows.map(toView), nextCursor: null };
};

export const createCustomProvider: Handler<'POST /api/custom-providers'> = async (context, { body }) => {
  assertAllowed(context.services, 'baseUrl', body.baseUrl);
  return context.services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `providers of ${context.workspace.id}`);
    const count = await countCustomProviders(transaction, context.workspace.id);
    if (count >= CUSTOM_PROVIDERS_MAX) throw new AppError('too_many_objects');
    const row = await insertCustomProvider(transaction, {
      id: newId('CustomProvider', context.nowMs),
      workspace_id: context.workspace.id,
      name: body.name,
      base_url: body.baseUrl,
      dialects: JSON.stringify([...new Set(body.dialects)]),
      note: body.note ?? '',
      created_by: context.user.id,
      created_at: context.nowMs,
      updated_at: context.nowMs,
    });
    await record(transaction, context, 'custom_provider.created', row);
    return toView(row);
  });
};

export const changeCustomProvider: Handler<'PUT /api/custom-providers/{id}'> = async (context, { params, body }) => {
  if (body.baseUrl !== undefined) assertAllowed(context.services, 'baseUrl', body.baseUrl);
  return context.services.database.transaction(async (transaction) => {
    await lockProvider(transaction, params.id);
    const row = await find(transaction, context, params.id);
    const which = { workspaceId: context.workspace.id, provider: row.id };
    if (body.baseUrl !== undefined && body.baseUrl !== row.base_url) {
      // Keys were given for the old host; a new one must not receive them behind their owners' backs.
      const staysAtHost = originOf(body.baseUrl) === originOf(row.base_url);
      if (!staysAtHost && (await isProviderUsed(transaction, which))) throw new AppError('custom_provider_in_use');
      await forgetTestsOf(transaction, which);
    }
    const changed = await updateCustomProvider(transaction, params.id, {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.baseUrl === undefined ? {} : { base_url: body.baseUrl }),
      ...(body.dialects === undefined ? {} : { dialects: JSON.stringify([...new Set(body.dialects)]) }),
      ...(body.note === undefined ? {} : { note: body.note }),
      updated_at: context.nowMs,
    });
    await record(transaction, context, 'custom_provider.changed', changed);
    return toView(changed);
  });
};

export const deleteCustomProvider: Handler<'DELETE /api/custom-providers/{id}'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    await lockProvider(transaction, params.id);
    const row = await find(transaction, context, params.id);
    const which = { workspaceId: context.workspace.id, provider: row.id };
    if (await isProviderUsed(transaction, which)) throw new AppError('custom_provider_in_use');
    await deleteCustomProviderRow(transaction, params.id);
    await record(transaction, context, 'custom_provider.deleted', row);
  });
  return undefined;
};

const originOf = (url: string): string | undefined => URL.parse(url)?.origin;

async function find(
  transaction: DatabaseHandle,
  context: WorkspaceContext,
  id: CustomProviderId,
): Promise<Row<'custom_providers'>> {
  const row = await findCustomProviderRow(transaction, { workspaceId: context.workspace.id, id });
  if (row === undefined) throw new AppError('not_found');
  return row;
}

function record(
  transaction: DatabaseHandle,
  context: WorkspaceContext,
  action: AuditAction,
  row: Row<'custom_providers'>,
): Promise<void> {
  return recordAuditEvent(transaction, context, {
    action,
    workspaceId: context.workspace.id,
    actor: actorOf(context),
    target: { type: 'custom_provider', id: row.id, label: row.name },
    details: { host: URL.parse(row.base_url)?.host ?? '' },
  });
}
