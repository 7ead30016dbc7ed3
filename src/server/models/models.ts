import { type Category, categories } from '../../contract/vocabulary.ts';
import type { CatalogModel } from '../../providers/catalog/model.ts';
import { searchModels } from '../../providers/catalog/search.ts';
import { buildModelList, readModelList } from '../../providers/model-list.ts';
import { providers } from '../../providers/providers.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { openSecret, refuseUnknownHost } from '../credentials/credential-secret.ts';
import { readBaseUrls } from '../credentials/credential-view.ts';
import { targetOf } from '../credentials/credentials.ts';
import { findLiveCredential } from '../credentials/find-credential.ts';
import { originsOf } from '../credentials/provider-address.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { OutboundError } from '../outbound.ts';
import { requireProvider } from '../providers/known-providers.ts';
import { actorOf } from '../sessions/sessions.ts';
import { replaceListedModels } from './models.store.ts';

const LIST_TIMEOUT_MS = 20_000;
const LIST_BYTES_MAX = 8 * 1024 * 1024;

/** One map for all calls: the search keeps its index as long as it is given the same one. */
const providerNames = new Map(providers.map(({ id, name, nameZh }) => [id, [name, nameZh]]));

export const listModels: Handler<'GET /api/models'> = async (context, { query }) => {
  const { services, workspace } = context;
  const models = await services.catalogue.modelsOf(services.database.kysely, workspace.id);
  const found = searchModels(models, {
    q: query.q,
    provider: query.provider === '' ? undefined : query.provider,
    categories: parseCategories(query.category),
    contextTokensMin: query.contextTokensMin,
    maxInputUsdPerMillion: query.inputUsdPerMillionMax,
    sort: query.sort,
    limit: query.limit,
    cursor: query.cursor,
    providerNames,
  });
  return { ...found, items: found.items.map(toModel), facets: { ...found.facets } };
};

function parseCategories(text: string | undefined): Category[] | undefined {
  if (text === undefined || text === '') return undefined;
  return text.split(',').map((name) => {
    const category = categories.find((known) => known === name.trim());
    if (category !== undefined) return category;
    throw new AppError('invalid_input', {
      details: [{ path: 'category', message: `must be of ${categories.join(', ')}` }],
    });
  });
}

function toModel(model: CatalogModel) {
  const { source, ...facts } = model;
  return {
    id: facts.id,
    provider: facts.provider,
    name: facts.name,
    categories: [...facts.categories],
    contextTokens: facts.contextTokens,
    outputTokens: facts.outputTokens,
    inputModalities: [...facts.inputModalities],
    outputModalities: [...facts.outputModalities],
    tools: facts.tools,
    inputUsdPerMillion: facts.inputUsdPerMillion,
    outputUsdPerMillion: facts.outputUsdPerMillion,
    cacheReadUsdPerMillion: facts.cacheReadUsdPerMillion,
    cacheWriteUsdPerMillion: facts.cacheWriteUsdPerMillion,
    releasedAt: facts.releasedAt,
    deprecatedAt: facts.deprecatedAt,
    isDeprecated: facts.deprecated,
    source: source === 'provider' ? ('provider' as const) : ('catalogue' as const),
  };
}

export const readProviderModels: Handler<'POST /api/keys/{id}/models'> = async (context, { params }) => {
  const { services, nowMs, workspace } = context;
  const { row } = await findLiveCredential(context, { id: params.id, permission: 'credential:test' });
  await services.throttles.take('connectionTest', context.user.id);
  const provider = await requireProvider(context, row.provider);
  const place = { workspaceId: workspace.id, credentialId: row.id, version: row.version };
  const secret = await openSecret(services, place, services.database.kysely);
  const given = { baseUrl: row.base_url, baseUrls: readBaseUrls(row) };
  await refuseUnknownHost(services, row, originsOf(provider, given));
  const request = buildModelList(provider, { ...given, secret: secret.reveal() });
  if (request === null)
    throw new AppError('unavailable', { message: `${provider.name} has no list of models to read.` });
  const reply = await services.outbound
    .request({ ...request, timeoutMs: LIST_TIMEOUT_MS, bytesMax: LIST_BYTES_MAX })
    .catch((cause: unknown) => {
      if (!(cause instanceof OutboundError)) throw cause;
      throw new AppError('unavailable', { message: `${provider.name} could not be asked: ${cause.message}`, cause });
    });
  const listed = readModelList({
    httpStatus: reply.httpStatus,
    headers: reply.headers,
    body: reply.body.toString('utf8'),
  });
  if (listed === null) {
    const message = `${provider.name} answered HTTP ${reply.httpStatus} without a list of models. Test the key first.`;
    throw new AppError('unavailable', { message });
  }
  const added = await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `models of ${row.id}`);
    // The provider took its time: the key may be gone by now.
    await findLiveCredential(context, { id: row.id, permission: 'credential:test' }, transaction);
    const count = await replaceListedModels(transaction, {
      workspaceId: workspace.id,
      credentialId: row.id,
      provider: row.provider,
      models: listed,
      nowMs,
    });
    await recordAuditEvent(transaction, context, {
      action: 'key.models_read',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(row),
      details: { found: listed.length, added: count },
    });
    return count;
  });
  return { found: listed.length, added };
};
