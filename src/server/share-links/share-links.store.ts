import type { ShareLinkId, UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row, UserState } from '../database/schema.ts';

/** Wrong passphrases that end a link for good. */
export const FAILURES_MAX = 5;

/** A link with what must hold for it to work: who made it, and the policy of the workspace. */
export type ShareLinkRow = Row<'share_links'> & {
  creator_name: string | null;
  creator_email: string | null;
  creator_state: UserState | null;
  allows_share_links: number;
};

function selectLinks(database: DatabaseHandle) {
  return database
    .selectFrom('share_links')
    .innerJoin('workspaces', 'workspaces.id', 'share_links.workspace_id')
    .leftJoin('users as creator', 'creator.id', 'share_links.created_by')
    .selectAll('share_links')
    .select(['creator.name as creator_name', 'creator.email_display as creator_email'])
    .select(['creator.state as creator_state', 'workspaces.allows_share_links']);
}

/** Newest first, starting after the given row. `createdBy` null: whoever made them. */
export async function listLinkRows(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  query: { createdBy: UserId | null; after: { createdAt: number; id: ShareLinkId } | undefined; limit: number },
): Promise<ShareLinkRow[]> {
  const { createdBy, after } = query;
  let select = selectLinks(database).where('share_links.workspace_id', '=', workspaceId);
  if (createdBy !== null) select = select.where('share_links.created_by', '=', createdBy);
  if (after !== undefined) {
    select = select.where((where) =>
      where.or([
        where('share_links.created_at', '<', after.createdAt),
        where.and([where('share_links.created_at', '=', after.createdAt), where('share_links.id', '<', after.id)]),
      ]),
    );
  }
  return select
    .orderBy('share_links.created_at', 'desc')
    .orderBy('share_links.id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function findLinkRow(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; id: ShareLinkId },
): Promise<ShareLinkRow | undefined> {
  return selectLinks(database)
    .where('share_links.workspace_id', '=', which.workspaceId)
    .where('share_links.id', '=', which.id)
    .executeTakeFirst();
}

export async function findLinkByHash(database: DatabaseHandle, tokenHash: string): Promise<ShareLinkRow | undefined> {
  return selectLinks(database).where('share_links.token_hash', '=', tokenHash).executeTakeFirst();
}

/** Links of a workspace that still hold a secret. */
export async function countFilled(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<number> {
  const row = await database
    .selectFrom('share_links')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('workspace_id', '=', workspaceId)
    .where('envelope', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function insertLink(transaction: DatabaseHandle, row: NewRow<'share_links'>): Promise<void> {
  await transaction.insertInto('share_links').values(row).execute();
}

/** Whether the owners of a workspace let its members make links. */
export async function readLinkPolicy(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<boolean> {
  const row = await database
    .selectFrom('workspaces')
    .select('allows_share_links')
    .where('id', '=', workspaceId)
    .executeTakeFirst();
  return row?.allows_share_links === 1;
}

/**
 * Takes one of the tries of a passphrase before it is compared, so that parallel guesses cannot share one. Gives how many
 * are taken now, or null when none was left.
 */
export async function takeTry(database: DatabaseHandle, id: ShareLinkId): Promise<number | null> {
  const row = await database
    .updateTable('share_links')
    .set((set) => ({ failed_attempts: set('failed_attempts', '+', 1) }))
    .where('id', '=', id)
    .where('failed_attempts', '<', FAILURES_MAX)
    .returning('failed_attempts')
    .executeTakeFirst();
  return row?.failed_attempts ?? null;
}

/** Deletes what a link sealed; with `revokedAt` the link counts as withdrawn. */
export async function emptyLink(
  database: DatabaseHandle,
  { id, revokedAt }: { id: ShareLinkId; revokedAt: number | null },
): Promise<void> {
  const change = revokedAt === null ? {} : { revoked_at: revokedAt };
  await database
    .updateTable('share_links')
    .set({ envelope: null, ...change })
    .where('id', '=', id)
    .execute();
}

/**
 * Counts a view of a link that has one left, and empties it with the last one. Gives the views so far, or null when
 * somebody was faster. `triesBack`: tries of the passphrase that were right after all.
 */
export async function takeView(
  transaction: DatabaseHandle,
  which: { id: ShareLinkId; nowMs: number; triesBack: 0 | 1 },
): Promise<number | null> {
  const row = await transaction
    .updateTable('share_links')
    .set((set) => ({
      views: set('views', '+', 1),
      failed_attempts: set('failed_attempts', '-', which.triesBack),
      envelope: set
        .case()
        .when(set('views', '+', 1), '>=', set.ref('views_max'))
        .then(null)
        .else(set.ref('envelope'))
        .end(),
    }))
    .where('id', '=', which.id)
    .where('envelope', 'is not', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', which.nowMs)
    .whereRef('views', '<', 'views_max')
    .returning('views')
    .executeTakeFirst();
  return row?.views ?? null;
}

/** Empties the links that have expired. */
export async function emptyExpired(database: DatabaseHandle, nowMs: number): Promise<void> {
  await database
    .updateTable('share_links')
    .set({ envelope: null })
    .where('expires_at', '<=', nowMs)
    .where('envelope', 'is not', null)
    .execute();
}

export async function deleteExpiredBefore(database: DatabaseHandle, beforeMs: number): Promise<void> {
  await database.deleteFrom('share_links').where('expires_at', '<', beforeMs).execute();
}
