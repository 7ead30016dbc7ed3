import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import type { Services } from '../services.ts';
import { overseesAll } from '../virtual-keys/find-virtual-key.ts';
import { toUsdText } from '../virtual-keys/usd-text.ts';
import { type AlertRow, deleteOldAlerts, dismissAlertRow, listAlertRows } from './alerts.store.ts';

const LISTED_MAX = 200;
/** Well over the longest period, so that no alert of a window that still runs is forgotten. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;
const DELETED_AT_ONCE = 1000;
const BATCHES_MAX = 100;

export const listAlerts: Handler<'GET /api/alerts'> = async (context) => {
  const rows = await listAlertRows(context.services.database.kysely, {
    workspaceId: context.workspace.id,
    ownerId: overseesAll(context) ? undefined : context.user.id,
    limit: LISTED_MAX,
  });
  return { items: rows.map(toAlertView) };
};

type AlertView = OperationResult<Operations['GET /api/alerts']>['items'][number];

function toAlertView(row: AlertRow): AlertView {
  return {
    id: row.id,
    time: new Date(row.created_at).toISOString(),
    subject: { kind: row.subject_kind, id: row.subject_id, label: row.subject_label },
    period: row.period,
    threshold: row.threshold,
    spentUsd: toUsdText(row.spent_nano_usd),
    limitUsd: toUsdText(row.limit_nano_usd),
    dismissedAt: row.dismissed_at === null ? null : new Date(row.dismissed_at).toISOString(),
  };
}

export const dismissAlert: Handler<'POST /api/alerts/{id}/dismiss'> = async (context, { params }) => {
  const { services, workspace, nowMs } = context;
  const which = { workspaceId: workspace.id, id: params.id, nowMs };
  const isFound = await services.database.transaction((transaction) => dismissAlertRow(transaction, which));
  if (!isFound) throw new AppError('not_found');
  return undefined;
};

/** Deletes alerts of windows that ended long ago. Called by the housekeeping timer; stops where `signal` says so. */
export async function forgetOldAlerts(services: Services, nowMs: number, signal?: AbortSignal): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const which = { beforeMs: nowMs - KEPT_MS, limit: DELETED_AT_ONCE };
    const deleted = await deleteOldAlerts(services.database.kysely, which);
    if (deleted < DELETED_AT_ONCE || signal?.aborted) return;
  }
}
