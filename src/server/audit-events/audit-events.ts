import type { AuditEventId, WorkspaceId } from '../../contract/ids.ts';
import type { CallContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { insertAuditEvent, listTargetEvents, listWorkspaceEvents } from './audit-events.store.ts';

/** Everything that is written to the audit trail. */
export type AuditAction =
  | 'account.registered'
  | 'account.signed_in'
  | 'account.signed_out'
  | 'account.password_changed'
  | 'account.password_confirmed'
  | 'session.revoked'
  | 'key.created'
  | 'key.changed'
  | 'key.secret_replaced'
  | 'key.version_restored'
  | 'key.tested'
  | 'key.copied'
  | 'key.models_read'
  | 'key.deleted'
  | 'key.restored'
  | 'key.purged'
  | 'key.access_changed'
  | 'key.moved'
  | 'custom_provider.created'
  | 'custom_provider.changed'
  | 'custom_provider.deleted'
  | 'virtual_key.created'
  | 'virtual_key.changed'
  | 'virtual_key.rotated'
  | 'virtual_key.topped_up'
  | 'virtual_key.revoked'
  | 'alert_webhook.set'
  | 'alert_webhook.deleted'
  | 'price.set'
  | 'price.deleted'
  | 'model_aliases.changed';

type AuditTarget =
  | 'account'
  | 'session'
  | 'key'
  | 'custom_provider'
  | 'virtual_key'
  | 'alert_webhook'
  | 'price'
  | 'model_aliases';

export interface AuditEntry {
  action: AuditAction;
  workspaceId?: WorkspaceId;
  /** A person when no kind is given. */
  actor: { kind?: 'user' | 'service_account' | 'system'; id: string; label: string } | null;
  target?: { type: AuditTarget; id: string; label: string };
  result?: 'ok' | 'denied' | 'error';
  reason?: string;
  /** Allow-listed facts such as names of changed fields; never values that could be secret. */
  details?: Record<string, string | number | boolean | readonly string[]>;
}

/**
 * Writes one event in the caller's transaction: where the event cannot be written, nothing happens at all and the caller
 * gets `unavailable`.
 */
export async function recordAuditEvent(
  transaction: DatabaseHandle,
  context: Pick<CallContext, 'nowMs' | 'ip' | 'userAgent' | 'client' | 'requestId'>,
  entry: AuditEntry,
): Promise<void> {
  await insertAuditEvent(transaction, {
    id: newId('AuditEvent', context.nowMs),
    workspace_id: entry.workspaceId ?? null,
    actor_type: entry.actor === null ? null : (entry.actor.kind ?? 'user'),
    actor_id: entry.actor?.id ?? null,
    actor_label: entry.actor?.label ?? null,
    action: entry.action,
    target_type: entry.target?.type ?? null,
    target_id: entry.target?.id ?? null,
    target_label: entry.target?.label ?? null,
    result: entry.result ?? 'ok',
    reason: entry.reason ?? null,
    ip: context.ip,
    user_agent: context.userAgent,
    client: context.client,
    request_id: context.requestId,
    details: JSON.stringify(entry.details ?? {}),
    created_at: context.nowMs,
  }).catch((cause: unknown) => {
    throw new AppError('unavailable', { cause });
  });
}

export interface EventView {
  id: AuditEventId;
  time: string;
  action: string;
  actor: string;
  result: 'ok' | 'denied' | 'error';
  reason: string | null;
  target: string | null;
}

export async function readTargetEvents(
  database: DatabaseHandle,
  query: { workspaceId: WorkspaceId; targetId: string; limit: number; cursor: string | undefined },
): Promise<{ items: EventView[]; nextCursor: string | null }> {
  const beforeSeq = parseCursor(query.cursor);
  const rows = await listTargetEvents(database, { ...query, beforeSeq, limit: query.limit + 1 });
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return {
    items: rows.slice(0, query.limit).map(toEventView),
    nextCursor: last === undefined ? null : String(last.seq),
  };
}

function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
}

export async function readRecentEvents(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  limit: number,
): Promise<EventView[]> {
  return (await listWorkspaceEvents(database, { workspaceId, limit })).map(toEventView);
}

function toEventView(row: Row<'audit_events'>): EventView {
  return {
    id: row.id,
    time: new Date(row.created_at).toISOString(),
    action: row.action,
    actor: row.actor_label ?? '',
    result: row.result === 'denied' || row.result === 'error' ? row.result : 'ok',
    reason: row.reason,
    target: row.target_label,
  };
}
