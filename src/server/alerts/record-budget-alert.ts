import type { WorkspaceId } from '../../contract/ids.ts';
import type { AlertThreshold, BudgetPeriod } from '../../contract/vocabulary.ts';
import { newId } from '../ids.ts';
import { tellAboutBudget } from '../notifications/budget-notices.ts';
import type { Services } from '../services.ts';
import { insertAlertOnce } from './alerts.store.ts';
import { findWebhookRow } from './webhook.store.ts';

/** A budget that passed a share of its limit. */
export interface BudgetAlert {
  workspaceId: WorkspaceId;
  subject: { kind: 'virtualKey' | 'key'; id: string; label: string };
  period: BudgetPeriod;
  windowStartMs: number;
  threshold: AlertThreshold;
  spentNanoUsd: number;
  limitNanoUsd: number;
}

/**
 * Writes an alert down, once per subject, period, window and threshold, however often and by however many processes it
 * is told. People concerned are told of it and, where the workspace has a webhook, a message is due at once. Rejects when the database does not answer;
 * telling it again is harmless.
 */
export async function recordBudgetAlert(services: Services, alert: BudgetAlert, nowMs = Date.now()): Promise<void> {
  await services.database.transaction(async (transaction) => {
    const webhook = await findWebhookRow(transaction, alert.workspaceId);
    const isNew = await insertAlertOnce(transaction, {
      id: newId('Alert', nowMs),
      workspace_id: alert.workspaceId,
      subject_kind: alert.subject.kind,
      subject_id: alert.subject.id,
      subject_label: alert.subject.label,
      period: alert.period,
      window_at: alert.windowStartMs,
      threshold: alert.threshold,
      spent_nano_usd: alert.spentNanoUsd,
      limit_nano_usd: alert.limitNanoUsd,
      created_at: nowMs,
      webhook_due_at: webhook === undefined ? null : nowMs,
    });
    if (isNew) await tellAboutBudget(transaction, alert, nowMs);
  });
}
