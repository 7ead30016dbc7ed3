import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { OutboundError } from '../outbound.ts';
import type { Services } from '../services.ts';
import { actorOf } from '../sessions/sessions.ts';
import { endDeliveries } from './outbox.store.ts';
import { sendMessage } from './send-message.ts';
import { deleteWebhookRow, findWebhookRow, replaceWebhookRow, type WebhookRow } from './webhook.store.ts';
import { makeSigningSecret, sealTarget } from './webhook-target.ts';

type WebhookView = NonNullable<OperationResult<Operations['GET /api/alerts/webhook']>['webhook']>;

function toView(row: Omit<WebhookRow, 'envelope'>): WebhookView {
  return {
    host: row.host,
    updatedAt: new Date(row.updated_at).toISOString(),
    lastSentAt: row.last_sent_at === null ? null : new Date(row.last_sent_at).toISOString(),
    lastError: row.last_error,
  };
}

export const readWebhook: Handler<'GET /api/alerts/webhook'> = async ({ services, workspace }) => {
  const row = await findWebhookRow(services.database.kysely, workspace.id);
  return { webhook: row === undefined ? null : toView(row) };
};

/** Every address gets a signing secret of its own, so who read the last one can sign nothing for the next. */
export const setWebhook: Handler<'PUT /api/alerts/webhook'> = async (context, { body }) => {
  const { services, workspace, nowMs } = context;
  const host = checkedHost(services, body.url);
  const replaced = await findWebhookRow(services.database.kysely, workspace.id);
  const version = (replaced?.version ?? 0) + 1;
  const signingSecret = makeSigningSecret();
  const target = { url: body.url, signingSecret };
  const row = {
    workspace_id: workspace.id,
    host,
    version,
    envelope: await sealTarget(services, { workspaceId: workspace.id, version }, target),
    updated_at: nowMs,
    last_sent_at: null,
    last_error: null,
  };
  await services.database.transaction(async (transaction) => {
    // Sealing came before the transaction: the version it was sealed for must still be the next one.
    const isWritten = await replaceWebhookRow(transaction, row, replaced?.version ?? null);
    if (!isWritten) throw new AppError('conflict');
    await record(transaction, context, { action: 'alert_webhook.set', host });
  });
  return { webhook: toView(row), signingSecret };
};

function checkedHost(services: Services, url: string): string {
  try {
    services.outbound.assertUrlAllowed(url);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new AppError('webhook_refused', { details: [{ path: 'url', message: error.message }] });
  }
  return new URL(url).host;
}

export const deleteWebhook: Handler<'DELETE /api/alerts/webhook'> = async (context) => {
  const { services, workspace } = context;
  await services.database.transaction(async (transaction) => {
    const row = await findWebhookRow(transaction, workspace.id);
    if (row === undefined) return;
    await deleteWebhookRow(transaction, workspace.id);
    await endDeliveries(transaction, workspace.id);
    await record(transaction, context, { action: 'alert_webhook.deleted', host: row.host });
  });
  return undefined;
};

export const testWebhook: Handler<'POST /api/alerts/webhook/test'> = async (context) => {
  const { services, workspace, nowMs, user } = context;
  await services.throttles.take('connectionTest', user.id);
  const row = await findWebhookRow(services.database.kysely, workspace.id);
  if (row === undefined) return { ok: false, message: 'No webhook is set. Enter an address first.' };
  const id = newId('Alert', nowMs);
  const message = { type: 'test', id, time: new Date(nowMs).toISOString(), workspaceId: workspace.id } as const;
  const delivery = await sendMessage(services, row, { message });
  return delivery.ok
    ? { ok: true, message: `${row.host} accepted the message.` }
    : { ok: false, message: delivery.problem };
};

async function record(
  transaction: Transaction,
  context: WorkspaceContext,
  { action, host }: { action: 'alert_webhook.set' | 'alert_webhook.deleted'; host: string },
): Promise<void> {
  await recordAuditEvent(transaction, context, {
    action,
    workspaceId: context.workspace.id,
    actor: actorOf(context),
    target: { type: 'alert_webhook', id: context.workspace.id, label: host },
  });
}
