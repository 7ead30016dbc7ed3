import type { WorkspaceId } from '../../contract/ids.ts';
import type { NotificationFacts } from '../../contract/notifications.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import { deleteOldMessages, insertMessageOnce } from './outbox.store.ts';
import { findWebhookRow } from './webhook.store.ts';

/** What the webhook of a workspace is told besides budget alerts: what concerns the team, not one person alone. */
export const webhookKinds = ['key_expiring', 'key_expired', 'key_invalid', 'balance_low', 'member_joined'] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** Longer than any time in which one would be told again, so that nothing is. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;
const DELETED_AT_ONCE = 1000;
const BATCHES_MAX = 100;

interface WebhookNotice {
  readonly workspaceId: WorkspaceId;
  readonly kind: WebhookKind;
  /** What makes it this one: it is sent once. */
  readonly dedupe: string;
  readonly subject: { readonly id: string | null; readonly label: string };
  readonly facts: NotificationFacts;
}

/** Where the workspace has a webhook, a message is due at once; once however often this is called. */
export async function queueWebhookMessage(
  database: DatabaseHandle,
  notice: WebhookNotice,
  nowMs: number,
): Promise<void> {
  if ((await findWebhookRow(database, notice.workspaceId)) === undefined) return;
  await insertMessageOnce(database, {
    id: newId('Alert', nowMs),
    workspace_id: notice.workspaceId,
    kind: notice.kind,
    dedupe: notice.dedupe,
    subject_id: notice.subject.id,
    subject_label: notice.subject.label,
    facts: JSON.stringify(notice.facts),
    created_at: nowMs,
    webhook_due_at: nowMs,
  });
}

/** Forgets messages of over 90 days ago. Called by the housekeeping timer; stops where `signal` says so. */
export async function forgetOldMessages(services: Services, nowMs: number, signal?: AbortSignal): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const which = { beforeMs: nowMs - KEPT_MS, limit: DELETED_AT_ONCE };
    const deleted = await deleteOldMessages(services.database.kysely, which);
    if (deleted < DELETED_AT_ONCE || signal?.aborted) return;
  }
}
