import { dialectsOf } from '../../providers/base-url.ts';
import { customProvider } from '../../providers/custom-provider.ts';
import type { Provider } from '../../providers/provider.ts';
import { findProvider, providers } from '../../providers/providers.ts';
import type { ActorContext, Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { findCustomProviderRow, listCustomProviderRows } from './custom-providers.store.ts';
import { parseDialects } from './custom-providers.ts';

/** The presets and the workspace's own providers. */
export async function listKnownProviders(context: ActorContext): Promise<readonly Provider[]> {
  const rows = await listCustomProviderRows(context.services.database.kysely, context.workspace.id);
  return [...providers, ...rows.map(toProvider)];
}

/** A preset or one of the workspace's own, or undefined. */
export async function findKnownProvider(
  context: Pick<ActorContext, 'services'> & { readonly workspace: Pick<ActorContext['workspace'], 'id'> },
  id: string,
  database: DatabaseHandle = context.services.database.kysely,
): Promise<Provider | undefined> {
  if (!id.startsWith('cp_')) return findProvider(id);
  const which = { workspaceId: context.workspace.id, id: brand<'CustomProvider'>(id) };
  const row = await findCustomProviderRow(database, which);
  return row === undefined ? undefined : toProvider(row);
}

/** Throws `unknown_provider` when there is none. */
export async function requireProvider(context: ActorContext, id: string, database?: DatabaseHandle): Promise<Provider> {
  const provider = await findKnownProvider(context, id, database);
  if (provider === undefined) throw new AppError('unknown_provider');
  return provider;
}

function toProvider(row: { id: string; name: string; base_url: string; dialects: string }): Provider {
  return customProvider({ id: row.id, name: row.name, baseUrl: row.base_url, dialects: parseDialects(row.dialects) });
}

export const listProviders: Handler<'GET /api/keys/providers'> = async (context) => {
  const known = await listKnownProviders(context);
  const items = known.map((provider) => ({
    id: provider.id,
    name: provider.name,
    nameZh: provider.nameZh,
    baseUrl: provider.baseUrl,
    baseUrlExample: provider.baseUrlExample ?? null,
    region: provider.region,
    consoleUrl: provider.consoleUrl,
    docsUrl: provider.docsUrl,
    keyPrefix: provider.keyFormat.prefix,
    dialects: [...dialectsOf(provider)],
    hasBalance: provider.balance !== null,
    isKeyOptional: provider.isKeyOptional,
    siblings: [...provider.siblings],
    models: context.services.catalogue.countOfProvider(provider.id),
    isCustom: provider.id.startsWith('cp_'),
  }));
  return { items, nextCursor: null };
};
