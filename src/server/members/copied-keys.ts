import { z } from 'zod';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import {
  findStay,
  type KeyRow,
  listCopies,
  listGroupIdsOf,
  listKeyRows,
  listReachEvents,
  type ReachEventRow,
} from './copied-keys.store.ts';
import { findStanding } from './members.store.ts';
import { readReach } from './reach.ts';

/** What the events that matter say; the rest of their details is left aside. */
const Details = z.object({
  couldCopyAll: z.boolean().optional(),
  couldCopy: z.array(z.string()).optional(),
  before: z.string().optional(),
});

const copyingLevels: readonly (string | undefined)[] = ['copy', 'manage'];

/**
 * The keys that somebody could copy since they came, by what they may now, what they copied, and what the audit trail
 * says of their roles, groups and grants. What was replaced after they last could is worth nothing to them.
 */
export const listCopiedKeys: Handler<'GET /api/members/{userId}/copied-keys'> = async (context, { params }) => {
  const { kysely } = context.services.database;
  const which = { workspaceId: context.workspace.id, userId: params.userId };
  const standing = await findStanding(kysely, which);
  const { cameMs, wentMs } = await findStay(kysely, which);
  if (standing === undefined && wentMs === null) throw new AppError('not_found');
  const reach = standing === undefined ? [] : await readReach(kysely, context, { userId: params.userId, standing });
  const keys = await listKeyRows(kysely, context.workspace.id);
  const copies = new Map((await listCopies(kysely, which)).map((copy) => [copy.credentialId, copy]));
  const groupIds = await listGroupIdsOf(kysely, which);
  const untilMs = standing === undefined ? (wentMs ?? 0) : context.nowMs;
  const events = await listReachEvents(kysely, { ...which, groupIds, fromMs: cameMs ?? 0, untilMs });
  const pastMs = readPast(events, keys);
  const items = keys.flatMap((row) => {
    const mayCopyNow = reach === 'all' || reach.includes(row.id);
    const copied = copies.get(row.id);
    const couldUntilMs = mayCopyNow ? context.nowMs : Math.max(pastMs.get(row.id) ?? 0, copied?.lastMs ?? 0);
    if (couldUntilMs === 0) return [];
    return [
      {
        id: row.id,
        name: row.name,
        provider: row.provider,
        preview: row.preview,
        mayCopyNow,
        copies: copied?.count ?? 0,
        lastCopiedAt: copied === undefined ? null : new Date(copied.lastMs).toISOString(),
        replacedAt: new Date(row.replaced_at).toISOString(),
        rotateRecommended: couldUntilMs >= row.replaced_at,
      },
    ];
  });
  return { items, nextCursor: null };
};

/** Until when somebody could copy each key, by the audit trail, in ms UTC. */
function readPast(events: readonly ReachEventRow[], keys: readonly KeyRow[]): Map<string, number> {
  const pastMs = new Map<string, number>();
  for (const event of events) {
    for (const id of reachedBy(event, keys)) pastMs.set(id, Math.max(pastMs.get(id) ?? 0, event.created_at));
  }
  return pastMs;
}

function reachedBy(event: ReachEventRow, keys: readonly KeyRow[]): readonly string[] {
  const details = Details.parse(JSON.parse(event.details));
  if (event.action === 'key.access_changed') {
    // What a grant gave counts up to the event that took it away; what it still gives is known without the trail.
    return copyingLevels.includes(details.before) && event.target_id !== null ? [event.target_id] : [];
  }
  if (details.couldCopyAll === true) {
    return keys.flatMap((row) => (row.created_at <= event.created_at ? [row.id] : []));
  }
  return details.couldCopy ?? [];
}
