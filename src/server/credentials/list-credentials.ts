import type { CredentialId } from '../../contract/ids.ts';
import type { CredentialStatus } from '../../contract/vocabulary.ts';
import { credentialStatuses } from '../../contract/vocabulary.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { listKnownProviders } from '../providers/known-providers.ts';
import { listSubject, readAccess } from './access.ts';
import { toCredentialView } from './credential-view.ts';
import { countCredentials, type ListFilter, listCredentialRows, listTags } from './credentials.store.ts';

/** `expiring` means within this time. */
const EXPIRING_MS = 30 * 24 * 60 * 60 * 1000;

export const listCredentials: Handler<'GET /api/keys'> = async (context, { query }) => {
  const { nowMs, workspace, services } = context;
  const text = query.q === undefined || query.q === '' ? undefined : query.q;
  const filter: ListFilter = {
    grantedTo: listSubject(context),
    ...(text === undefined ? {} : { text, textProviders: await providersNamedLike(context, text) }),
    ...(query.provider === undefined ? {} : { provider: query.provider }),
    ...(query.tag === undefined || query.tag === '' ? {} : { tag: query.tag }),
    ...statusFilter(query.status, nowMs),
  };
  const page = { after: parseCursor(query.cursor), limit: query.limit + 1, nowMs };
  const rows = await listCredentialRows(services.database.kysely, workspace.id, { ...filter, ...page });
  const shown = rows.slice(0, query.limit);
  const shownIds = shown.map((row) => row.id);
  const tags = await listTags(services.database.kysely, shownIds);
  const access = await readAccess(context, shownIds);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: shown.map((row) =>
      toCredentialView(row, { tags: tags.get(row.id) ?? [], access: access.of(row.id), nowMs }),
    ),
    nextCursor: last === undefined ? null : `${last.created_at}.${last.id}`,
  };
};

type Status = Parameters<typeof listCredentials>[1]['query']['status'];

function statusFilter(status: Status, nowMs: number): Pick<ListFilter, 'isTrashed' | 'status' | 'expiresBetween'> {
  if (status === undefined) return { isTrashed: false };
  if (status === 'trashed') return { isTrashed: true };
  if (status === 'expired') return { isTrashed: false, expiresBetween: { afterMs: 0, untilMs: nowMs } };
  if (status === 'expiring') {
    return { isTrashed: false, expiresBetween: { afterMs: nowMs, untilMs: nowMs + EXPIRING_MS } };
  }
  return { isTrashed: false, status };
}

function parseCursor(cursor: string | undefined): { createdAt: number; id: CredentialId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(key_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), id: brand<'Credential'>(id) };
}

async function providersNamedLike(context: Parameters<typeof listCredentials>[0], text: string): Promise<string[]> {
  const wanted = text.toLowerCase();
  const providers = await listKnownProviders(context);
  return providers
    .filter(({ name, nameZh }) => `${name}\n${nameZh}`.toLowerCase().includes(wanted))
    .map(({ id }) => id);
}

export const readFacets: Handler<'GET /api/keys/facets'> = async (context) => {
  const { nowMs, workspace, services } = context;
  const counts = await countCredentials(services.database.kysely, {
    workspaceId: workspace.id,
    grantedTo: listSubject(context),
    nowMs,
  });
  const statusOf = (name: string): CredentialStatus =>
    credentialStatuses.find((status) => status === name) ?? 'unknown';
  return {
    total: counts.providers.reduce((sum, { count }) => sum + count, 0),
    trashed: counts.trashed,
    providers: counts.providers.map(({ name, count }) => ({ id: name, count })).sort((a, b) => b.count - a.count),
    tags: counts.tags.map(({ name, count }) => ({ tag: name, count })),
    statuses: counts.statuses.map(({ name, count }) => ({ status: statusOf(name), count })),
  };
};
