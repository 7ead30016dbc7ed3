import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NewRow, Row } from '../database/schema.ts';

/** The chain of an event: its workspace, or empty for the instance. */
export const chainOf = ({ workspace_id }: Pick<Row<'audit_events'>, 'workspace_id'>): string => workspace_id ?? '';

/** What the first event of a chain stands on. */
export const CHAIN_START = '';

type Hashed = Omit<NewRow<'audit_events'>, 'hash' | 'seq'>;

/**
 * The hash of one event: HMAC-SHA256 (RFC 2104) with a subkey of the vault over every column and the hash of the event
 * before it, as JSON in a fixed order. Nobody without the master key can make one, and none fits another place.
 */
export function hashEvent(auditKey: Buffer, row: Hashed): string {
  return mac(auditKey, 'event', [
    row.previous_hash,
    row.chain_number,
    row.id,
    row.workspace_id,
    row.created_at,
    row.actor_type,
    row.actor_id,
    row.actor_label,
    row.auth,
    row.action,
    row.target_type,
    row.target_id,
    row.target_label,
    row.result,
    row.reason,
    row.ip,
    row.user_agent,
    row.client,
    row.request_id,
    row.details,
  ]);
}

/** Seals where a chain ends, so that nobody else can cut it short. */
export function hashHead(auditKey: Buffer, head: Omit<Row<'audit_chains'>, 'mac'>): string {
  return mac(auditKey, 'head', [head.chain, head.last_number, head.last_hash, head.unchained]);
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Seals a checkpoint: everything up to `number`, whose hash this is, may be gone. */
export function hashCheckpoint(auditKey: Buffer, point: Omit<Row<'audit_checkpoints'>, 'mac'>): string {
  return mac(auditKey, 'checkpoint', [point.chain, point.number, point.hash, point.removed, point.created_at]);
}

function mac(auditKey: Buffer, kind: string, parts: readonly unknown[]): string {
  const text = JSON.stringify([kind, ...parts.map((part) => part ?? null)]);
  return createHmac('sha256', auditKey).update(text).digest('base64url');
}
