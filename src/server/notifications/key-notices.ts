import type { NotificationFacts } from '../../contract/notifications.ts';
import { queueWebhookMessage } from '../alerts/webhook-messages.ts';
import type { CredentialRow } from '../credentials/credential-view.ts';
import { listManagers } from '../credentials/managers.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { type Notice, notify } from './notify.ts';

type KeyNoticeKind = 'key_expiring' | 'key_expired' | 'key_invalid' | 'balance_low';

/** Tells whoever may manage a key, and the webhook of its workspace, that something is wrong with it; each once. */
export async function tellAboutKey(
  database: DatabaseHandle,
  row: CredentialRow,
  { kind, dedupe, facts, nowMs }: { kind: KeyNoticeKind; dedupe: string; facts: NotificationFacts; nowMs: number },
): Promise<void> {
  const notice: Notice = {
    workspaceId: row.workspace_id,
    kind,
    dedupe: `${row.id} ${dedupe}`,
    subject: { id: row.id, label: row.name },
    facts: { provider: row.provider, ...facts },
  };
  await notify(database, notice, { userIds: await listManagers(database, row), nowMs });
  await queueWebhookMessage(database, { ...notice, workspaceId: row.workspace_id, kind }, nowMs);
}
