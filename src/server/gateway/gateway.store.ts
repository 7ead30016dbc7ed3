import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';

/** Every row that the gateway keeps in memory, of one workspace or (null) of all. */
export async function loadGatewayRows(database: DatabaseHandle, workspaceId: WorkspaceId | null) {
  // In a workspace that is deleted nobody's key works, until it is restored.
  const living = database.selectFrom('workspaces').select('id').where('deleted_at', 'is', null);
  let virtualKeys = database
    .selectFrom('virtual_keys')
    .selectAll()
    .where('revoked_at', 'is', null)
    .where('workspace_id', 'in', living);
  let pools = database.selectFrom('virtual_key_credentials').selectAll();
  let credentials = database
    .selectFrom('credentials')
    .innerJoin('credential_versions', (join) =>
      join
        .onRef('credential_versions.credential_id', '=', 'credentials.id')
        .onRef('credential_versions.version', '=', 'credentials.version'),
    )
    .selectAll('credentials')
    .select(['credential_versions.envelope', 'credential_versions.origins'])
    .where('credentials.deleted_at', 'is', null);
  let members = database
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['members.workspace_id', 'members.user_id', 'members.role'])
    .where('members.state', '=', 'active')
    .where('users.state', '=', 'active');
  let customProviders = database.selectFrom('custom_providers').selectAll();
  let aliases = database.selectFrom('model_aliases').selectAll();
  let overrides = database.selectFrom('price_overrides').selectAll();
  let listed = database.selectFrom('provider_models').select(['workspace_id', 'provider', 'model_id']);
  if (workspaceId !== null) {
    virtualKeys = virtualKeys.where('workspace_id', '=', workspaceId);
    pools = pools.where('workspace_id', '=', workspaceId);
    credentials = credentials.where('credentials.workspace_id', '=', workspaceId);
    members = members.where('members.workspace_id', '=', workspaceId);
    customProviders = customProviders.where('workspace_id', '=', workspaceId);
    aliases = aliases.where('workspace_id', '=', workspaceId);
    overrides = overrides.where('workspace_id', '=', workspaceId);
    listed = listed.where('workspace_id', '=', workspaceId);
  }
  return {
    virtualKeys: await virtualKeys.execute(),
    pools: await pools.execute(),
    credentials: await credentials.execute(),
    members: await members.execute(),
    customProviders: await customProviders.execute(),
    aliases: await aliases.execute(),
    overrides: await overrides.execute(),
    listed: await listed.execute(),
  };
}

export type GatewayRows = Awaited<ReturnType<typeof loadGatewayRows>>;
