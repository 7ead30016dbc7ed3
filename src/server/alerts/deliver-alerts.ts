import type { WorkspaceId } from '../../contract/ids.ts';
import type { Services } from '../services.ts';
import { toMessage } from './message.ts';
import {
  claimDelivery,
  type Due,
  endDeliveries,
  endDelivery,
  listDue,
  listDueWorkspaces,
  postponeDeliveries,
} from './outbox.store.ts';
import { sendMessage } from './send-message.ts';
import { findWebhookRow, type WebhookRow } from './webhook.store.ts';

const MINUTE_MS = 60 * 1000;
/** How long to wait after the first, second ... failure; every later one waits as long as the last. */
const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS];
const ATTEMPTS_MAX = 8;
const WORKSPACES_AT_ONCE = 10;
const MESSAGES_AT_ONCE = 20;

interface Run {
  nowMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Sends what is due; gives how many messages arrived. For a periodic job: runs that overlap, also in several processes,
 * send nothing twice, and a run that dies leaves its message to a later one. A webhook that does not answer holds up no
 * other workspace. What a run has no room for is left to the next.
 */
export async function deliverDueAlerts(
  services: Services,
  { nowMs = Date.now(), signal }: Partial<Run> = {},
): Promise<number> {
  const due = { nowMs, limit: WORKSPACES_AT_ONCE };
  const workspaceIds = await listDueWorkspaces(services.database.kysely, due);
  const runs = workspaceIds.map((workspaceId) => deliverOf(services, workspaceId, { nowMs, signal }));
  return (await Promise.all(runs)).reduce((sum, arrived) => sum + arrived, 0);
}

async function deliverOf(services: Services, workspaceId: WorkspaceId, { nowMs, signal }: Run): Promise<number> {
  const { kysely } = services.database;
  const webhook = await findWebhookRow(kysely, workspaceId);
  if (webhook === undefined) {
    await endDeliveries(kysely, workspaceId);
    return 0;
  }
  let arrived = 0;
  for (const due of await listDue(kysely, { workspaceId, nowMs, limit: MESSAGES_AT_ONCE })) {
    if (signal?.aborted || !(await deliverOne(services, { due, webhook, nowMs, signal }))) break;
    arrived += 1;
  }
  return arrived;
}

/** Gives false where it makes no sense to send the workspace's next one now. */
async function deliverOne(
  services: Services,
  { due, webhook, nowMs, signal }: Run & { due: Due; webhook: WebhookRow },
): Promise<boolean> {
  const { kysely } = services.database;
  const { row } = due;
  const attempt = row.webhook_attempts + 1;
  const isLast = attempt >= ATTEMPTS_MAX;
  const waitMs = WAITS_MS[Math.min(attempt, WAITS_MS.length) - 1] ?? 0;
  if (!(await claimDelivery(kysely, due, isLast ? null : nowMs + waitMs))) return false;
  const delivery = await sendMessage(services, webhook, { message: toMessage(due), signal });
  if (delivery.ok) {
    await endDelivery(kysely, due);
    return true;
  }
  const facts = { alert: row.id, attempt, problem: delivery.problem };
  // Where one failed the others would: they are tried one by one, so that no run spends its time on a dead address.
  await postponeDeliveries(kysely, { workspaceId: row.workspace_id, nowMs, untilMs: nowMs + MINUTE_MS });
  services.log.warn(facts, isLast ? 'an alert could not be delivered' : 'an alert will be delivered later');
  return false;
}
