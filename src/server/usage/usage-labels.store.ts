import type { CredentialId, UserId, VirtualKeyId } from '../../contract/ids.ts';
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
      return memberNames(database, ids.map(brand<'User'>));
    case 'model':
    case 'tool':
      return new Map();
  }
}

export async function keyNames(
  database: DatabaseHandle,
  { workspaceId, seesKeyNames }: UsageScope,
  ids: readonly CredentialId[],
): Promise<Labels> {
  if (ids.length === 0 || !seesKeyNames) return new Map();
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

/** People go by their e-mail, as they do on the list of virtual keys. */
export async function memberNames(database: DatabaseHandle, ids: readonly UserId[]): Promise<Labels> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('users')
    .select(['id', 'email_display as name'])
    .where('id', 'in', [...ids])
    .execute();
  return toLabels(rows);
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
