import type { UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

/** Sign-ins and tries of one account, newest first. `beforeSeq` continues after an earlier page. */
export async function listSignInEvents(
  database: DatabaseHandle,
  query: { userId: UserId; beforeSeq: number | undefined; limit: number },
): Promise<Row<'audit_events'>[]> {
  return database
    .selectFrom('audit_events')
    .selectAll()
    .where('actor_id', '=', query.userId)
    .where('action', '=', 'account.signed_in')
    .$if(query.beforeSeq !== undefined, (select) => select.where('seq', '<', query.beforeSeq ?? 0))
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .execute();
}
