import type { AuditAction, AuditTarget } from '../../contract/audit-actions.ts';
import type { AuditEventId, WorkspaceId } from '../../contract/ids.ts';
import type { CallContext } from '../context.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import { countUnchained, insertChainHead, lockChainHead, moveChainHead } from './audit-chain.store.ts';
import { CHAIN_START, chainOf, hashEvent, hashHead, isSameHash } from './audit-chain.ts';
import { insertAuditEvent, listActorNames, listTargetEvents, listWorkspaceEvents } from './audit-events.store.ts';

/** The purpose of the vault's subkey that chains events. */
export const AUDIT_KEY = 'audit-chain';

/** The list stands in the contract, so that the dashboard cannot lack a sentence: add new ones there. */
export type { AuditAction } from '../../contract/audit-actions.ts';

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

/** What an event tells of the call that made it. Work that no call asked for has neither address nor client. */
export type AuditOrigin = Pick<CallContext, 'services' | 'nowMs' | 'ip' | 'userAgent' | 'client' | 'requestId'> & {
  readonly session?: Pick<Row<'sessions'>, 'id' | 'method' | 'has_second_factor' | 'authenticated_at'>;
};

/** The origin of what time asks for, e.g. the emptying of the trash. */
export function systemOrigin(services: Services, nowMs: number): AuditOrigin {
  return { services, nowMs, ip: '', userAgent: 'housekeeping', client: 'system', requestId: '' };
}

/**
 * Writes one event at the end of its chain, in the caller's transaction: where the event cannot be written, nothing
 * happens at all and the caller gets `unavailable`. Outside a transaction it is one of its own.
 */
export async function recordAuditEvent(
  database: DatabaseHandle,
  context: AuditOrigin,
  entry: AuditEntry,
): Promise<void> {
  const { services } = context;
  const append = (transaction: Transaction) => appendEvent(transaction, services.vault, toRow(context, entry));
  const written = isTransaction(database) ? append(database) : services.database.transaction(append);
  await written.catch((cause: unknown) => {
    throw new AppError('unavailable', { cause });
  });
}

const isTransaction = (database: DatabaseHandle): database is Transaction => database.isTransaction;

async function appendEvent(transaction: Transaction, vault: Services['vault'], row: EventFacts): Promise<void> {
  const auditKey = vault.subkey(AUDIT_KEY);
  const chain = chainOf(row);
  let head = await takeHead(transaction, auditKey, chain);
  // Somebody moved the end of the chain: that stays visible whatever is written behind it.
  if (!isSameHash(hashHead(auditKey, head), head.mac)) {
    head = await appendAt(transaction, auditKey, head, { ...row, id: newId('AuditEvent'), ...headRefused });
  }
  await appendAt(transaction, auditKey, head, row);
}

/** The last number and hash, of a chain that begins now if need be. */
async function takeHead(transaction: Transaction, auditKey: Buffer, chain: string): Promise<Row<'audit_chains'>> {
  const known = await lockChainHead(transaction, chain);
  if (known !== undefined) return known;
  const unchained = await countUnchained(transaction, chain);
  const begun = { chain, last_number: 0, last_hash: CHAIN_START, unchained };
  await insertChainHead(transaction, { ...begun, mac: hashHead(auditKey, begun) });
  const head = await lockChainHead(transaction, chain);
  if (head === undefined) throw new Error('a chain of the audit trail could not be begun');
  return head;
}

async function appendAt(
  transaction: Transaction,
  auditKey: Buffer,
  head: Row<'audit_chains'>,
  row: EventFacts,
): Promise<Row<'audit_chains'>> {
  const number = head.last_number + 1;
  const numbered = { ...row, chain_number: number, previous_hash: head.last_hash };
  const hash = hashEvent(auditKey, numbered);
  await insertAuditEvent(transaction, { ...numbered, hash });
  const moved = { chain: head.chain, last_number: number, last_hash: hash, unchained: head.unchained };
  const sealed = { ...moved, mac: hashHead(auditKey, moved) };
  await moveChainHead(transaction, sealed);
  return sealed;
}

/** What is written where the end of a chain is not as it was left. */
const headRefused = {
  actor_type: 'system',
  actor_id: null,
  actor_label: null,
  auth: null,
  action: 'audit.head_refused',
  target_type: null,
  target_id: null,
  target_label: null,
  result: 'error',
  reason: null,
  details: '{}',
} as const;

type EventFacts = Omit<NewRow<'audit_events'>, 'chain_number' | 'previous_hash' | 'hash' | 'workspace_id'> &
  Pick<Row<'audit_events'>, 'workspace_id'>;

function toRow(context: AuditOrigin, entry: AuditEntry): EventFacts {
  const { actor, target } = entry;
  return {
    id: newId('AuditEvent', context.nowMs),
    workspace_id: entry.workspaceId ?? null,
    actor_type: actor === null ? null : (actor.kind ?? 'user'),
    actor_id: actor?.id ?? null,
    actor_label: actor?.label ?? null,
    auth: describeSignIn(context),
    action: entry.action,
    target_type: target?.type ?? null,
    target_id: target?.id ?? null,
    target_label: target?.label ?? null,
    result: entry.result ?? 'ok',
    reason: entry.reason ?? null,
    ip: context.ip,
    user_agent: context.userAgent,
    client: context.client,
    request_id: context.requestId,
    details: JSON.stringify(entry.details ?? {}),
    created_at: context.nowMs,
  };
}

/** How the caller was signed in: the session, by what it began, and how long ago they proved who they are. */
function describeSignIn({ session, nowMs }: AuditOrigin): string | null {
  if (session === undefined) return null;
  return JSON.stringify({
    sessionId: session.id,
    method: session.method,
    secondFactor: session.has_second_factor === 1,
    ageSeconds: Math.max(0, Math.round((nowMs - session.authenticated_at) / 1000)),
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

/** The events about one thing (by one actor), newest first. `knowsMailOf`: of whom the e-mail may be told; others go by their names. */
export async function readTargetEvents(
  database: DatabaseHandle,
  query: {
    workspaceId: WorkspaceId;
    targetId: string;
    actorId: string | undefined;
    limit: number;
    cursor: string | undefined;
  },
  knowsMailOf: (actorId: string) => boolean,
): Promise<{ items: EventView[]; nextCursor: string | null }> {
  const beforeSeq = parseCursor(query.cursor);
  const rows = await listTargetEvents(database, { ...query, beforeSeq, limit: query.limit + 1 });
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  const hidden = rows.flatMap(({ actor_type, actor_id }) =>
    actor_type === 'user' && actor_id !== null && !knowsMailOf(actor_id) ? [actor_id] : [],
  );
  const names = await listActorNames(database, [...new Set(hidden)]);
  return {
    items: rows.slice(0, query.limit).map((row) => {
      const isHidden = hidden.includes(row.actor_id ?? '');
      return { ...toEventView(row), ...(isHidden ? { actor: names.get(row.actor_id ?? '') ?? '' } : {}) };
    }),
    nextCursor: last === undefined ? null : String(last.seq),
  };
}

/** The place in a list that a cursor stands for. Throws `invalid_input` for one that no list gave. */
export function parseCursor(cursor: string | undefined): number | undefined {
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
