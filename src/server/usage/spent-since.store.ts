import type { CredentialId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';

const HOUR_MS = 3_600_000;

export interface SpentSinceInput {
  /** Of the virtual key or credential; with it the sums are found by their primary key. */
  readonly workspaceId?: WorkspaceId;
  readonly virtualKeyId?: VirtualKeyId;
  readonly credentialId?: CredentialId;
  readonly startMs: number;
}

/** Nano-USD spent from a moment on: whole hours from their sums, the piece of an hour before them from its events. */
export async function readSpentSince(database: DatabaseHandle, input: SpentSinceInput): Promise<number> {
  const { workspaceId, virtualKeyId, credentialId, startMs } = input;
  const wholeFromMs = Math.ceil(startMs / HOUR_MS) * HOUR_MS;
  let hours = database
    .selectFrom('usage_hours')
    .select((where) => where.fn.sum<number | null>('cost_nano_usd').as('spent'))
    .where('hour_at', '>=', wholeFromMs);
  let events = database
    .selectFrom('usage_events')
    .select((where) => where.fn.sum<number | null>('cost_nano_usd').as('spent'))
    .where('time', '>=', startMs)
    .where('time', '<', wholeFromMs);
  if (workspaceId !== undefined) {
    hours = hours.where('workspace_id', '=', workspaceId);
    events = events.where('workspace_id', '=', workspaceId);
  }
  if (virtualKeyId !== undefined) {
    hours = hours.where('virtual_key_id', '=', virtualKeyId);
    events = events.where('virtual_key_id', '=', virtualKeyId);
  }
  if (credentialId !== undefined) {
    hours = hours.where('credential_id', '=', credentialId);
    events = events.where('credential_id', '=', credentialId);
  }
  const whole = Number((await hours.executeTakeFirst())?.spent ?? 0);
  const piece = wholeFromMs === startMs ? 0 : Number((await events.executeTakeFirst())?.spent ?? 0);
  return whole + piece;
}
