import type { WorkspaceId } from '../../contract/ids.ts';
import type { OperationInput, OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { AccountContext, Handler } from '../context.ts';
import { csvLine } from '../csv.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { parseCursor, recordAuditEvent } from './audit-events.ts';
import { type EventRecord, toEventRecord } from './event-record.ts';
import { type EventFilter, listEventRows, listEventRowsForward } from './list-events.store.ts';

const EXPORT_BATCH = 500;

type Query = OperationInput<Operations['GET /api/audit-events/export']>['query'];
type Page = OperationResult<Operations['GET /api/audit-events']>;

function toFilter(workspaceId: WorkspaceId | null, query: Query): EventFilter {
  const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
  const ms = (time: string | undefined): number | undefined => (time === undefined ? undefined : Date.parse(time));
  return {
    workspaceId,
    text: given(query.q),
    action: given(query.action),
    actorId: given(query.actorId),
    targetId: given(query.targetId),
    result: query.result,
    fromMs: ms(query.from),
    toMs: ms(query.to),
  };
}

/** Words are looked for in every event, so only so many times a minute. Throws `too_many_attempts`. */
async function takeSearch({ services, user }: AccountContext, { text }: EventFilter): Promise<void> {
  if (text !== undefined) await services.throttles.take('auditSearch', user.id);
}

async function readPage(
  database: DatabaseHandle,
  filter: EventFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page> {
  const rows = await listEventRows(database, { ...filter, beforeSeq: parseCursor(cursor), limit: limit + 1 });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(toEventRecord),
    nextCursor: last === undefined ? null : String(last.seq),
  };
}

/** Owners and administrators see everything in the workspace, members what they did themselves. */
export const listAuditEvents: Handler<'GET /api/audit-events'> = async (context, { query }) => {
  const { services, workspace, user } = context;
  const filter = toFilter(workspace.id, query);
  const isOwn = workspace.role === 'member';
  if (isOwn && filter.actorId !== undefined && filter.actorId !== user.id) return { items: [], nextCursor: null };
  await takeSearch(context, filter);
  return readPage(services.database.kysely, isOwn ? { ...filter, actorId: user.id } : filter, query);
};

export const listInstanceEvents: Handler<'GET /api/instance/audit-events'> = async (context, { query }) => {
  const filter = toFilter(null, query);
  await takeSearch(context, filter);
  return readPage(context.services.database.kysely, filter, query);
};

/** The export is an event itself, written before the first line leaves. */
export const exportAuditEvents: Handler<'GET /api/audit-events/export'> = async (context, { query }) => {
  const { services, workspace } = context;
  const filter = toFilter(workspace.id, query);
  await takeSearch(context, filter);
  await recordAuditEvent(services.database.kysely, context, {
    action: 'audit.exported',
    workspaceId: workspace.id,
    actor: context.actor,
  });
  return csvOf(services.database.kysely, filter);
};

const columns = {
  number: ({ number }) => number,
  time: ({ time }) => time,
  action: ({ action }) => action,
  result: ({ result }) => result,
  reason: ({ reason }) => reason,
  actorKind: ({ actor }) => actor?.kind ?? null,
  actorId: ({ actor }) => actor?.id ?? null,
  actor: ({ actor }) => actor?.label ?? null,
  targetType: ({ target }) => target?.type ?? null,
  targetId: ({ target }) => target?.id ?? null,
  target: ({ target }) => target?.label ?? null,
  ip: ({ ip }) => ip,
  userAgent: ({ userAgent }) => userAgent,
  client: ({ client }) => client,
  signInMethod: ({ signIn }) => signIn?.method ?? null,
  secondFactor: ({ signIn }) => signIn?.secondFactor ?? null,
  requestId: ({ requestId }) => requestId,
  details: ({ details }) => JSON.stringify(details),
  id: ({ id }) => id,
  hash: ({ hash }) => hash,
} as const satisfies Record<string, (event: EventRecord) => string | number | boolean | null>;

async function* csvOf(database: DatabaseHandle, filter: EventFilter): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns));
  let afterSeq = 0;
  for (;;) {
    const rows = await listEventRowsForward(database, { ...filter, afterSeq, limit: EXPORT_BATCH });
    for (const row of rows) {
      const event = toEventRecord(row);
      yield csvLine(Object.values(columns).map((read) => read(event)));
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < EXPORT_BATCH) return;
    afterSeq = last.seq;
  }
}
