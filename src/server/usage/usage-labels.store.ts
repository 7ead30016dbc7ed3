import type { CredentialId, VirtualKeyId } from '../../contract/ids.ts';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import { findProvider } from '../../providers/providers.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { brand } from '../ids.ts';
import type { UsageScope } from './visible-usage.store.ts';

type Labels = ReadonlyMap<string, string>;

/** Names that calls are shown by today; ids that have none any more are not in the map. Trashed and revoked keys are. */
export async function labelsOf(
  database: DatabaseHandle,
  which: { scope: UsageScope; groupBy: UsageGroup; ids: readonly string[] },
): Promise<Labels> {
  const { scope, groupBy } = which;
  const ids = which.ids.filter((id) => id !== '');
  switch (groupBy) {
    case 'provider':
      return providerNames(database, scope, ids);
    case 'key':
      return keyNames(database, scope, ids.map(brand<'Credential'>));
    case 'virtualKey':
      return virtualKeyNames(database, scope, ids.map(brand<'VirtualKey'>));
    case 'member':
      return callerNames(database, ids);
    case 'model':
    case 'tool':
      return new Map();
  }
}

export async function keyNames(
  database: DatabaseHandle,
  { workspaceId, namedKeys }: UsageScope,
  asked: readonly CredentialId[],
): Promise<Labels> {
  const named = namedKeys === 'all' ? null : new Set(namedKeys);
  const ids = named === null ? asked : asked.filter((id) => named.has(id));
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('credentials')
    .select(['id', 'name'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', [...ids])
    .execute();
  return toLabels(rows);
}

export async function virtualKeyNames(
  database: DatabaseHandle,
  { workspaceId }: UsageScope,
  ids: readonly VirtualKeyId[],
): Promise<Labels> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('virtual_keys')
    .select(['id', 'name'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', [...ids])
    .execute();
  return toLabels(rows);
}

/** People go by their e-mail, as they do on the list of virtual keys, programs by their name. */
export async function callerNames(database: DatabaseHandle, ids: readonly string[]): Promise<Labels> {
  const people = ids.filter((id) => id.startsWith('usr_')).map(brand<'User'>);
  const programs = ids.filter((id) => id.startsWith('sa_')).map(brand<'ServiceAccount'>);
  const named =
    people.length === 0
      ? []
      : await database.selectFrom('users').select(['id', 'email_display as name']).where('id', 'in', people).execute();
  const called =
    programs.length === 0
      ? []
      : await database.selectFrom('service_accounts').select(['id', 'name']).where('id', 'in', programs).execute();
  return toLabels([...named, ...called]);
}

async function providerNames(
  database: DatabaseHandle,
  { workspaceId }: UsageScope,
  ids: readonly string[],
): Promise<Labels> {
  const own = ids.some((id) => id.startsWith('cp_'))
    ? await database
        .selectFrom('custom_providers')
        .select(['id', 'name'])
        .where('workspace_id', '=', workspaceId)
        .execute()
    : [];
  const known = ids.flatMap((id) => {
    const preset = findProvider(id);
    return preset === undefined ? [] : [{ id, name: preset.name }];
  });
  return toLabels([...known, ...own]);
}

const toLabels = (rows: readonly { id: string; name: string }[]): Labels =>
  new Map(rows.map(({ id, name }) => [id, name]));
