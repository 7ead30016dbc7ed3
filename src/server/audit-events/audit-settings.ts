import type { WorkspaceId } from '../../contract/ids.ts';
import type { OperationInput } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { makeSigningSecret } from '../alerts/webhook-target.ts';
import type { AccountContext, Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { OutboundError } from '../outbound.ts';
import type { Services } from '../services.ts';
import { findChainHead } from './audit-chain.store.ts';
import { recordAuditEvent } from './audit-events.ts';
import {
  type AuditSettingsRow,
  findAuditSettings,
  insertAuditSettings,
  updateAuditSettings,
} from './audit-settings.store.ts';
import { countWaiting, sealStream, sendFrom } from './audit-stream.ts';

/** How long the old receiver is waited for. */
const LAST_SEND_MS_MAX = 5000;

async function view({ database }: Services, row: AuditSettingsRow | undefined) {
  if (row === undefined) return { keepDays: null, stream: null };
  const { stream_host: host, keep_days: keepDays, stream_error: lastError } = row;
  const waiting = host === null ? 0 : await countWaiting(database.kysely, row);
  return { keepDays, stream: host === null ? null : { host, waiting, lastError } };
}

export const readAuditSettings: Handler<'GET /api/audit-events/settings'> = async ({ services, workspace }) =>
  view(services, await findAuditSettings(services.database.kysely, workspace.id));

export const readInstanceAuditSettings: Handler<'GET /api/admin/settings/audit'> = async ({ services }) =>
  view(services, await findAuditSettings(services.database.kysely, ''));

export const setAuditSettings: Handler<'PUT /api/audit-events/settings'> = (context, { body }) =>
  changeSettings(context, context.workspace.id, body);

export const setInstanceAuditSettings: Handler<'PUT /api/admin/settings/audit'> = (context, { body }) =>
  changeSettings(context, null, body);

type Change = OperationInput<Operations['PUT /api/audit-events/settings']>['body'];

/**
 * A first address gets the events from now on; what was before is in the export. The one before is still sent what it has not
 * got, this change included; another in its place goes on where it stood. Null: the chain of the instance.
 */
async function changeSettings(context: AccountContext, workspaceId: WorkspaceId | null, body: Change) {
  const { services, nowMs } = context;
  const chain = workspaceId ?? '';
  const before = await findAuditSettings(services.database.kysely, chain);
  const streamVersion = before?.stream_version ?? 0;
  const stream =
    body.streamUrl === undefined
      ? null
      : await newStream(services, { chain, version: streamVersion + 1 }, body.streamUrl);
  await services.database.transaction(async (transaction) => {
    await insertAuditSettings(transaction, {
      chain,
      keep_days: null,
      stream_host: null,
      stream_envelope: null,
      stream_due_at: null,
      stream_error: null,
      updated_at: nowMs,
    });
    const head = await findChainHead(transaction, chain);
    const change = {
      updated_at: nowMs,
      ...(body.keepDays === undefined ? {} : { keep_days: body.keepDays }),
      ...(stream === null ? {} : stream.columns),
      ...(stream === null || before?.stream_envelope != null ? {} : { stream_sent_number: head?.last_number ?? 0 }),
    };
    // Sealing came before the transaction: the version it was sealed for must still be the next one.
    if (!(await updateAuditSettings(transaction, { chain, streamVersion }, change))) throw new AppError('conflict');
    await recordAuditEvent(transaction, context, {
      action: 'audit.settings_changed',
      ...(workspaceId === null ? {} : { workspaceId }),
      actor: context.actor,
      details: {
        ...(body.keepDays === undefined ? {} : { keepDays: body.keepDays ?? 'for ever' }),
        ...(stream === null ? {} : { streamHost: stream.columns.stream_host ?? 'none' }),
      },
    });
  });
  // The last thing a receiver hears is that it is one no longer.
  if (stream !== null && before !== undefined) await sendFrom(services, before, AbortSignal.timeout(LAST_SEND_MS_MAX));
  const now = await findAuditSettings(services.database.kysely, chain);
  return { ...(await view(services, now)), signingSecret: stream?.signingSecret ?? null };
}

async function newStream(services: Services, place: { chain: string; version: number }, url: string | null) {
  const fresh = { stream_version: place.version, stream_due_at: null, stream_attempts: 0, stream_error: null };
  if (url === null) return { columns: { ...fresh, stream_host: null, stream_envelope: null }, signingSecret: null };
  const host = checkedHost(services, url);
  const signingSecret = makeSigningSecret();
  const envelope = await sealStream(services, place, { url, signingSecret });
  return { columns: { ...fresh, stream_host: host, stream_envelope: envelope }, signingSecret };
}

function checkedHost({ outbound }: Services, url: string): string {
  try {
    outbound.assertUrlAllowed(url);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new AppError('webhook_refused', { details: [{ path: 'streamUrl', message: error.message }] });
  }
  return new URL(url).host;
}
