import { type SqlBool, sql } from 'kysely';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import type { ThreadShare } from './thread-share.ts';

/** Rows that one statement gives: SQLite keeps the thread for as long as it takes. */
const ROWS_PER_READ = 200;
const HOUR_MS = 3_600_000;
/** As long as a call may take: what has ended serves nobody new, but a call that runs is still known by it. */
export const ENDED_KEPT_MS = HOUR_MS;
/** So long whoever uses an expired virtual key is told why it does not work. */
export const EXPIRED_KEPT_MS = 7 * 24 * HOUR_MS;

const virtualKeyColumns = [
  'id',
  'workspace_id',
  'kind',
  'name',
  'secret_hash',
  'previous_hash',
  'previous_until',
  'owner_id',
  'service_account_id',
  'secret_seen_by',
  'previous_seen_by',
  'has_all_credentials',
  'models',
  'budgets',
  'rpm',
  'tpm',
  'concurrent_max',
  'ip_allow_list',
  'expires_at',
  'blocks_unpriced',
  'on_disconnect',
  'created_at',
] as const;

const credentialColumns = [
  'credentials.id',
  'credentials.workspace_id',
  'credentials.provider',
  'credentials.name',
  'credentials.base_url',
  'credentials.base_urls',
  'credentials.expires_at',
  'credentials.monthly_budget_nano_usd',
  'credentials.version',
  'credentials.created_at',
  'credential_versions.envelope',
  'credential_versions.origins',
] as const;

export type VirtualKeyRow = Pick<Row<'virtual_keys'>, (typeof virtualKeyColumns)[number]>;
export type PoolRow = Pick<Row<'virtual_key_credentials'>, 'virtual_key_id' | 'credential_id' | 'priority' | 'weight'>;
export type CredentialRow = Awaited<ReturnType<typeof readCredentials>>[number];

/** Workspaces that have something to serve with. */
export async function listServingWorkspaces(database: DatabaseHandle): Promise<WorkspaceId[]> {
  const withKeys = database
    .selectFrom('virtual_keys')
    .select('workspace_id')
    .where('revoked_at', 'is', null)
    .union(database.selectFrom('credentials').select('workspace_id').where('deleted_at', 'is', null));
  return (await withKeys.execute()).map(({ workspace_id }) => workspace_id);
}

/** Every credential that is not in the trash, with its current secret. */
export async function readCredentials(database: DatabaseHandle, workspaceId: WorkspaceId, share: ThreadShare) {
  const all = database
    .selectFrom('credentials')
    .innerJoin('credential_versions', (join) =>
      join
        .onRef('credential_versions.credential_id', '=', 'credentials.id')
        .onRef('credential_versions.version', '=', 'credentials.version'),
    )
    .select(credentialColumns)
    .where('credentials.workspace_id', '=', workspaceId)
    .where('credentials.deleted_at', 'is', null)
    .orderBy('credentials.created_at', 'desc')
    .orderBy('credentials.id')
    .limit(ROWS_PER_READ);
  return readInParts(share, (last: { created_at: number; id: string } | undefined) =>
    last === undefined
      ? all.execute()
      : all
          .where('credentials.created_at', '<=', last.created_at)
          .where(sql<SqlBool>`(credentials.created_at < ${last.created_at} or credentials.id > ${last.id})`)
          .execute(),
  );
}

/**
 * The virtual keys that are not revoked, and the pools of those that name their credentials. Those that ended long ago
 * are left out, or every playground key that ever was would stay in memory.
 */
export async function readVirtualKeys(
  database: DatabaseHandle,
  { workspaceId, nowMs, share }: { workspaceId: WorkspaceId; nowMs: number; share: ThreadShare },
): Promise<{ rows: VirtualKeyRow[]; pools: Map<string, PoolRow[]> }> {
  const all = database
    .selectFrom('virtual_keys')
    .select(virtualKeyColumns)
    .where('workspace_id', '=', workspaceId)
    .where('revoked_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', nowMs - EXPIRED_KEPT_MS)]))
    .where((is) => is.or([is('kind', '!=', 'playground'), is('expires_at', '>', nowMs - ENDED_KEPT_MS)]))
    .orderBy('created_at')
    .orderBy('id')
    .limit(ROWS_PER_READ);
  const pools: PoolRow[] = [];
  const rows = await readInParts(share, async (last: VirtualKeyRow | undefined) => {
    const after =
      last === undefined ? all : all.where(sql<SqlBool>`(created_at, id) > (${last.created_at}, ${last.id})`);
    const part = await after.execute();
    pools.push(...(await readPools(database, part)));
    return part;
  });
  return { rows, pools: Map.groupBy(pools, ({ virtual_key_id }): string => virtual_key_id) };
}

async function readPools(database: DatabaseHandle, rows: readonly VirtualKeyRow[]): Promise<PoolRow[]> {
  const ids = rows.flatMap(({ id, has_all_credentials }) => (has_all_credentials ? [] : [id]));
  if (ids.length === 0) return [];
  return database
    .selectFrom('virtual_key_credentials')
    .select(['virtual_key_id', 'credential_id', 'priority', 'weight'])
    .where('virtual_key_id', 'in', ids)
    .orderBy('virtual_key_id')
    .orderBy('credential_id')
    .execute();
}

/** What else calls of a workspace need. */
export async function readSurroundings(database: DatabaseHandle, workspaceId: WorkspaceId, share: ThreadShare) {
  const listed = database
    .selectFrom('provider_models')
    .select(['provider', 'model_id'])
    .distinct()
    .where('workspace_id', '=', workspaceId)
    .orderBy('provider')
    .orderBy('model_id')
    .limit(ROWS_PER_READ);
  return {
    customProviders: await database
      .selectFrom('custom_providers')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .execute(),
    aliases: await database.selectFrom('model_aliases').selectAll().where('workspace_id', '=', workspaceId).execute(),
    overrides: await database
      .selectFrom('price_overrides')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .execute(),
    listed: await readInParts(share, (last: { provider: string; model_id: string } | undefined) =>
      last === undefined
        ? listed.execute()
        : listed.where(sql<SqlBool>`(provider, model_id) > (${last.provider}, ${last.model_id})`).execute(),
    ),
  };
}

/** Who may use which credential: the policy of a living workspace, its people and programs, and what is granted. */
export async function readAccess(database: DatabaseHandle, workspaceId: WorkspaceId) {
  return {
    policy: await database
      .selectFrom('workspaces')
      .select('member_floor')
      .where('id', '=', workspaceId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst(),
    members: await readMembers(database, workspaceId),
    groupMembers: await database
      .selectFrom('group_members')
      .select(['group_id', 'user_id'])
      .where('workspace_id', '=', workspaceId)
      .execute(),
    serviceAccounts: await database
      .selectFrom('service_accounts')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('state', '=', 'active')
      .execute(),
    grants: await database
      .selectFrom('credential_grants')
      .select(['credential_id', 'subject_kind', 'subject_id', 'level'])
      .where('workspace_id', '=', workspaceId)
      .where('level', '!=', 'see')
      .execute(),
  };
}

export type AccessRows = Awaited<ReturnType<typeof readAccess>>;

/** Who belongs to the workspace and may sign in. */
async function readMembers(database: DatabaseHandle, workspaceId: WorkspaceId) {
  return database
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['members.user_id', 'members.role'])
    .where('members.workspace_id', '=', workspaceId)
    .where('members.state', '=', 'active')
    .where('users.state', '=', 'active')
    .execute();
}

/** `readAfter` gives the rows after the last one that was read. Each part is its own statement, and others come between. */
async function readInParts<Part extends Last, Last>(
  share: ThreadShare,
  readAfter: (last: Last | undefined) => Promise<Part[]>,
): Promise<Part[]> {
  const rows: Part[] = [];
  let last: Part | undefined;
  for (;;) {
    const part = await readAfter(last);
    rows.push(...part);
    last = part.at(-1);
    if (part.length < ROWS_PER_READ) return rows;
    await share();
  }
}

export interface GatewayRows {
  readonly credentials: readonly CredentialRow[];
  readonly virtualKeys: Awaited<ReturnType<typeof readVirtualKeys>>;
  readonly surroundings: Awaited<ReturnType<typeof readSurroundings>>;
  readonly access: AccessRows;
}
