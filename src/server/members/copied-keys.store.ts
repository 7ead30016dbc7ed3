import type { CredentialId, GroupId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { containsText } from '../database/portable.ts';

/** Events and keys beyond so many are not looked at. */
const ROWS_MAX = 10_000;

export interface KeyRow {
  id: CredentialId;
  name: string;
  provider: string;
  preview: string;
  created_at: number;
  /** When the secret in force was given. */
  replaced_at: number;
}

/** Every key of the workspace, those in the trash too: their secrets may still work. */
export async function listKeyRows(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<KeyRow[]> {
  return database
    .selectFrom('credentials')
    .innerJoin('credential_versions', (join) =>
      join
        .onRef('credential_versions.credential_id', '=', 'credentials.id')
        .onRef('credential_versions.version', '=', 'credentials.version'),
    )
    .select(['credentials.id', 'credentials.name', 'credentials.provider', 'credentials.preview'])
    .select(['credentials.created_at', 'credential_versions.created_at as replaced_at'])
    .where('credentials.workspace_id', '=', workspaceId)
    .orderBy('credentials.created_at', 'desc')
    .orderBy('credentials.id', 'desc')
    .limit(ROWS_MAX)
    .execute();
}

export interface CopyRow {
  credentialId: string;
  count: number;
  lastMs: number;
}

/** How often somebody copied each key, and when last. */
export async function listCopies(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; userId: UserId },
): Promise<CopyRow[]> {
  const rows = await database
    .selectFrom('audit_events')
    .select(({ fn }) => ['target_id', fn.countAll().as('count'), fn.max('created_at').as('last')])
    .where('workspace_id', '=', which.workspaceId)
    .where('actor_id', '=', which.userId)
    .where('action', '=', 'key.copied')
    .where('result', '=', 'ok')
    .groupBy('target_id')
    .limit(ROWS_MAX)
    .execute();
  return rows.map((row) => ({ credentialId: row.target_id ?? '', count: Number(row.count), lastMs: Number(row.last) }));
}

export interface ReachEventRow {
  action: string;
  target_id: string | null;
  details: string;
  created_at: number;
}

/** Their details name who could copy what until then. */
const reachActions = [
  'member.changed',
  'member.removed',
  'member.left',
  'group.changed',
  'group.deleted',
  'workspace.policy_changed',
] as const;

/** Events that say what somebody, one of their groups or everyone could copy until then, in the time they were there. */
export async function listReachEvents(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; userId: UserId; groupIds: readonly GroupId[]; fromMs: number; untilMs: number },
): Promise<ReachEventRow[]> {
  const subjects = [which.userId, ...which.groupIds];
  return database
    .selectFrom('audit_events')
    .select(['action', 'target_id', 'details', 'created_at'])
    .where('workspace_id', '=', which.workspaceId)
    .where('created_at', '>=', which.fromMs)
    .where('created_at', '<=', which.untilMs)
    .where((where) =>
      where.or([
        where.and([
          where('action', 'in', reachActions),
          where.or([where('target_id', '=', which.userId), containsText(where.ref('details'), which.userId)]),
        ]),
        where.and([
          where('action', '=', 'key.access_changed'),
          where.or([
            containsText(where.ref('details'), '"subjectKind":"everyone"'),
            ...subjects.map((id) => containsText(where.ref('details'), id)),
          ]),
        ]),
      ]),
    )
    .orderBy('seq', 'desc')
    .limit(ROWS_MAX)
    .execute();
}

export async function listGroupIdsOf(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; userId: UserId },
): Promise<GroupId[]> {
  const rows = await database
    .selectFrom('group_members')
    .select('group_id')
    .where('workspace_id', '=', which.workspaceId)
    .where('user_id', '=', which.userId)
    .execute();
  return rows.map(({ group_id }) => group_id);
}

/** When somebody first came and last went, by the audit trail; null where it does not say. In ms UTC. */
export async function findStay(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; userId: UserId },
): Promise<{ cameMs: number | null; wentMs: number | null }> {
  const events = database
    .selectFrom('audit_events')
    .where('workspace_id', '=', which.workspaceId)
    .where('target_id', '=', which.userId);
  const came = await events
    .where('action', '=', 'member.joined')
    .select(({ fn }) => fn.min('created_at').as('ms'))
    .executeTakeFirst();
  const went = await events
    .where('action', 'in', ['member.removed', 'member.left'])
    .select(({ fn }) => fn.max('created_at').as('ms'))
    .executeTakeFirst();
  const toMs = (found: { ms: number | null } | undefined) => (found?.ms == null ? null : Number(found.ms));
  return { cameMs: toMs(came), wentMs: toMs(went) };
}
