import type { NotificationId } from '../../contract/ids.ts';
import { NotificationFacts } from '../../contract/notifications.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Handler } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import type { Services } from '../services.ts';
import {
  countUnread,
  deleteNotificationsBefore,
  listNotificationRows,
  markRead,
  type NotificationRow,
} from './notifications.store.ts';

type NotificationView = OperationResult<Operations['GET /api/notifications']>['items'][number];

/** Longer than any time in which one would be told again, so that nothing is. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;
const DELETED_AT_ONCE = 1000;
const BATCHES_MAX = 100;

export const listNotifications: Handler<'GET /api/notifications'> = async (context, { query }) => {
  const { services, user } = context;
  const { kysely } = services.database;
  const rows = await listNotificationRows(kysely, user.id, {
    unreadOnly: query.unread === 'true',
    after: parseCursor(query.cursor),
    limit: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(toView),
    nextCursor: last === undefined ? null : `${last.created_at}.${last.id}`,
    unread: await countUnread(kysely, user.id),
  };
};

function parseCursor(cursor: string | undefined): { createdAt: number; id: NotificationId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(ntf_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), id: brand<'Notification'>(id) };
}

function toView(row: NotificationRow): NotificationView {
  return {
    id: row.id,
    kind: row.kind,
    time: new Date(row.created_at).toISOString(),
    readAt: row.read_at === null ? null : new Date(row.read_at).toISOString(),
    workspace: row.workspace_id === null ? null : { id: row.workspace_id, name: row.workspace_name ?? '' },
    subject: { id: row.subject_id, label: row.subject_label },
    facts: readFacts(row),
  };
}

/** The facts of a row; of one that cannot be understood, none. */
export function readFacts({ facts }: Pick<Row<'notifications'>, 'facts'>): NotificationFacts {
  return NotificationFacts.safeParse(JSON.parse(facts)).data ?? {};
}

export const readNotifications: Handler<'POST /api/notifications/read'> = async (context, { body }) => {
  const { services, user, nowMs } = context;
  const { kysely } = services.database;
  await markRead(kysely, { userId: user.id, ids: 'ids' in body ? body.ids : null, nowMs });
  return { unread: await countUnread(kysely, user.id) };
};

/** Forgets what was told over 90 days ago. Called by the housekeeping timer; stops where `signal` says so. */
export async function forgetOldNotifications(services: Services, nowMs: number, signal?: AbortSignal): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const which = { beforeMs: nowMs - KEPT_MS, limit: DELETED_AT_ONCE };
    const deleted = await deleteNotificationsBefore(services.database.kysely, which);
    if (deleted < DELETED_AT_ONCE || signal?.aborted) return;
  }
}
