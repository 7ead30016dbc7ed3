import { z } from 'zod';
import { sign } from '../alerts/send-message.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { brand } from '../ids.ts';
import { OutboundError } from '../outbound.ts';
import { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import type { DataKeyOwner, SealedRecord } from '../vault/seal-context.ts';
import { SealError } from '../vault/vault.ts';
import { findChainHead } from './audit-chain.store.ts';
import { hashEvent, isSameHash } from './audit-chain.ts';
import { AUDIT_KEY } from './audit-events.ts';
import {
  type AuditSettingsRow,
  claimStream,
  listDueStreams,
  listNumberedEvents,
  updateAuditSettings,
} from './audit-settings.store.ts';
import { toEventRecord } from './event-record.ts';

const EVENTS_AT_ONCE = 100;
const STREAMS_AT_ONCE = 20;
const TIMEOUT_MS = 10_000;
const REPLY_BYTES_MAX = 65_536;
const MINUTE_MS = 60 * 1000;
/** How long a stream rests after each failure; every later one as long as the last. */
const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS];

const Target = z.object({ url: z.string(), signingSecret: z.string() });
type Target = z.output<typeof Target>;

interface Place {
  chain: string;
  version: number;
}

const ownerOf = (chain: string): DataKeyOwner => (chain === '' ? 'system' : brand<'Workspace'>(chain));
const recordOf = ({ chain, version }: Place): SealedRecord => ({
  column: 'audit_settings.stream_envelope',
  row: chain === '' ? 'instance' : chain,
  version,
});

/** Seals where a chain is streamed to. Not to be called inside a transaction. */
export async function sealStream({ vault }: Services, place: Place, target: Target): Promise<string> {
  await vault.loadDataKey(ownerOf(place.chain), 'seal');
  return vault.seal(ownerOf(place.chain), recordOf(place), new Secret(JSON.stringify(target)));
}

async function openStream({ vault }: Services, place: Place, envelope: string): Promise<Target> {
  await vault.loadDataKey(ownerOf(place.chain), 'open');
  return Target.parse(JSON.parse(vault.open(ownerOf(place.chain), recordOf(place), envelope).reveal()));
}

/** How many events of a chain have not arrived at its stream. */
export async function countWaiting(database: DatabaseHandle, row: AuditSettingsRow): Promise<number> {
  const head = await findChainHead(database, row.chain);
  return Math.max(0, (head?.last_number ?? 0) - row.stream_sent_number);
}

/**
 * Sends what is due to every stream, in the order of each chain, until one fails. Called by the housekeeping timer; of
 * several processes one sends a part, and a part that was sent but not noted is sent again with the same numbers.
 */
export async function streamAuditEvents(services: Services, nowMs: number, signal: AbortSignal): Promise<void> {
  const { kysely } = services.database;
  for (const row of await listDueStreams(kysely, { nowMs, limit: STREAMS_AT_ONCE })) {
    if (signal.aborted) return;
    const waitMs = WAITS_MS[Math.min(row.stream_attempts, WAITS_MS.length - 1)] ?? MINUTE_MS;
    if (!(await claimStream(kysely, row, nowMs + waitMs))) continue;
    await sendFrom(services, row, signal);
  }
}

/** Sends what has not arrived yet to where a row says, until one fails. */
export async function sendFrom(services: Services, row: AuditSettingsRow, signal: AbortSignal): Promise<void> {
  const { kysely } = services.database;
  const { chain, stream_version: version, stream_envelope: envelope } = row;
  if (envelope === null) return;
  let sent = row.stream_sent_number;
  while (!signal.aborted) {
    const newest = await findChainHead(kysely, chain);
    const listed = await listNumberedEvents(kysely, { chain, afterNumber: sent, limit: EVENTS_AT_ONCE });
    const rows = listed.filter((event) => isOurs(services, event, newest?.last_number ?? 0));
    const last = rows.at(-1);
    if (last === undefined || last.chain_number === null) return;
    const head = { number: last.chain_number, hash: last.hash };
    const body = JSON.stringify({ type: 'audit', chain, events: rows.map(toEventRecord), head });
    const problem = await post(services, { place: { chain, version }, envelope, body, signal });
    if (signal.aborted) return;
    if (problem !== null) {
      await updateAuditSettings(kysely, { chain, streamVersion: version }, { stream_error: problem });
      services.log.warn({ chain, problem }, 'audit events could not be streamed and will be sent later');
      return;
    }
    sent = last.chain_number;
    const arrived = { stream_sent_number: sent, stream_due_at: null, stream_attempts: 0, stream_error: null };
    // Of a stream that was switched off there is no place to note, but the rest is still sent.
    await updateAuditSettings(kysely, { chain, streamVersion: version }, arrived);
  }
}

/** What somebody else wrote into the database is not passed on as ours, and moves no place in the stream. */
function isOurs({ vault }: Services, event: Row<'audit_events'>, lastNumber: number): boolean {
  const { chain_number: number, hash } = event;
  return (
    number !== null &&
    number <= lastNumber &&
    hash !== null &&
    isSameHash(hashEvent(vault.subkey(AUDIT_KEY), event), hash)
  );
}

/** Null, or a sentence on what went wrong that names at most the host. */
async function post(
  services: Services,
  { place, envelope, body, signal }: { place: Place; envelope: string; body: string; signal: AbortSignal },
): Promise<string | null> {
  try {
    const { url, signingSecret } = await openStream(services, place, envelope);
    const reply = await services.outbound.request({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': `api-key-manager/${services.version}`,
        'x-akm-signature': sign(body, signingSecret, Math.floor(Date.now() / 1000)),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      bytesMax: REPLY_BYTES_MAX,
      signal,
    });
    return reply.httpStatus < 300 ? null : `${new URL(url).host} answered with status ${reply.httpStatus}.`;
  } catch (error) {
    if (error instanceof OutboundError) return error.message;
    if (error instanceof SealError) return 'The stored address cannot be decrypted. Enter it again.';
    throw error;
  }
}
