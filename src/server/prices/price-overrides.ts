import { findModel } from '../../providers/catalog/find-model.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import { lockUntilCommit } from '../database/portable.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { requireProvider } from '../providers/known-providers.ts';
import { actorOf } from '../sessions/sessions.ts';
import { nanoToUsd, usdToNano } from './nano-usd.ts';
import { refuseImplausible } from './plausible-price.ts';
import { countOtherOverrides, deleteOverride, listOverrides, upsertOverride } from './price-overrides.store.ts';
import { priceThePast } from './price-the-past.ts';

/** Prices that a workspace may have. */
const OVERRIDES_MAX = 1000;

type SetPriceBody = Parameters<typeof setPrice>[1]['body'];

export const listPrices: Handler<'GET /api/prices'> = async ({ services, workspace }) => {
  const rows = await listOverrides(services.database.kysely, workspace.id);
  return { items: rows.map((row) => toView(row, row.name === '' ? row.email_display : row.name)) };
};

export const setPrice: Handler<'PUT /api/prices'> = async (context, { body }) => {
  const { services, workspace, user } = context;
  const provider = await requireProvider(context, body.provider);
  const model = findModel(services.catalogue.modelsOfProvider(provider.id), body.model);
  refuseImplausible(body, model);
  const row = toRow(context, body);
  await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `prices:${workspace.id}`);
    if ((await countOtherOverrides(transaction, row)) >= OVERRIDES_MAX) throw new AppError('too_many_objects');
    await upsertOverride(transaction, row);
    await recordAuditEvent(transaction, context, {
      action: 'price.set',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(body),
      details: auditDetails(row),
    });
  });
  const repricedEvents = body.applyToPast ? await priceThePast(context, row) : 0;
  return { price: toView(row, user.name === '' ? user.email_display : user.name), repricedEvents };
};

export const deletePrice: Handler<'DELETE /api/prices'> = async (context, { query }) => {
  const { services, workspace } = context;
  await services.database.transaction(async (transaction) => {
    const found = await deleteOverride(transaction, { workspace_id: workspace.id, ...query });
    if (!found) throw new AppError('not_found');
    await recordAuditEvent(transaction, context, {
      action: 'price.deleted',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(query),
    });
  });
  return undefined;
};

const targetOf = ({ provider, model }: { provider: string; model: string }) => {
  const name = `${provider}/${model}`;
  return { type: 'price', id: name, label: name } as const;
};

function toRow(context: WorkspaceContext, body: SetPriceBody): Row<'price_overrides'> {
  return {
    workspace_id: context.workspace.id,
    provider: body.provider,
    model: body.model,
    input_price: exactNano('inputUsdPerMillion', body.inputUsdPerMillion),
    output_price: exactNano('outputUsdPerMillion', body.outputUsdPerMillion),
    cache_read_price: nanoOrNull('cacheReadUsdPerMillion', body.cacheReadUsdPerMillion),
    cache_write_price: nanoOrNull('cacheWriteUsdPerMillion', body.cacheWriteUsdPerMillion),
    request_price: nanoOrNull('usdPerRequest', body.usdPerRequest),
    updated_by: context.user.id,
    updated_at: context.nowMs,
  };
}

function exactNano(path: string, usd: number): number {
  const nano = usdToNano(usd);
  if (nano !== null) return nano;
  throw new AppError('invalid_input', { details: [{ path, message: 'has more than nine decimals' }] });
}

const nanoOrNull = (path: string, usd: number | null | undefined): number | null =>
  usd === null || usd === undefined ? null : exactNano(path, usd);

const usdOrNull = (nano: number | null): number | null => (nano === null ? null : nanoToUsd(nano));

function pricesOf(row: Row<'price_overrides'>) {
  return {
    inputUsdPerMillion: nanoToUsd(row.input_price),
    outputUsdPerMillion: nanoToUsd(row.output_price),
    cacheReadUsdPerMillion: usdOrNull(row.cache_read_price),
    cacheWriteUsdPerMillion: usdOrNull(row.cache_write_price),
    usdPerRequest: usdOrNull(row.request_price),
  };
}

function toView(row: Row<'price_overrides'>, updatedBy: string | null) {
  const { provider, model } = row;
  return { provider, model, ...pricesOf(row), updatedAt: new Date(row.updated_at).toISOString(), updatedBy };
}

/** The prices as an audit event keeps them; those that were not entered are not there. */
function auditDetails(row: Row<'price_overrides'>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pricesOf(row)).flatMap(([name, usd]) => (usd === null ? [] : [[name, usd] as const])),
  );
}
