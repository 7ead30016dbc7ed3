import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

/** The playground keys of a person that still work, newest first. */
export async function listLivePlaygroundKeys(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; ownerId: UserId; nowMs: number },
): Promise<Pick<Row<'virtual_keys'>, 'id' | 'name'>[]> {
  return database
    .selectFrom('virtual_keys')
    .select(['id', 'name'])
    .where('workspace_id', '=', which.workspaceId)
    .where('kind', '=', 'playground')
    .where('owner_id', '=', which.ownerId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', which.nowMs)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1000)
    .execute();
}

/** How many a person has, those that ended and are not deleted yet included. */
export async function countPlaygroundKeys(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; ownerId: UserId },
): Promise<number> {
  const { count } = await database
    .selectFrom('virtual_keys')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspace_id', '=', which.workspaceId)
    .where('kind', '=', 'playground')
    .where('owner_id', '=', which.ownerId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Deletes up to `limit` playground keys that ended before `endedBeforeMs`; gives how many. */
export async function deleteEndedPlaygroundKeys(
  database: DatabaseHandle,
  { endedBeforeMs, limit }: { endedBeforeMs: number; limit: number },
): Promise<number> {
  const result = await database
    .deleteFrom('virtual_keys')
    .where('id', 'in', (where) =>
      where
        .selectFrom('virtual_keys')
        .select('id')
        .where('kind', '=', 'playground')
        .where('expires_at', '<', endedBeforeMs)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
