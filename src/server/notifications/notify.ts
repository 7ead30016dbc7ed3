import type { UserId, WorkspaceId } from '../../contract/ids.ts';
import type { NotificationFacts } from '../../contract/notifications.ts';
import type { NotificationKind } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { newId } from '../ids.ts';
import { isMailed } from './choices.ts';
import { insertOnce, listChoicesOfKind, listRecipients } from './notifications.store.ts';

/** Something that people are told of. It holds names and figures, never a secret. */
export interface Notice {
  /** Null: of an account, or of a workspace whose member one is not yet. */
  readonly workspaceId: WorkspaceId | null;
  readonly kind: NotificationKind;
  /** What makes it this one: nobody is told twice of the same kind and text. At most a few ids. */
  readonly dedupe: string;
  readonly subject: { readonly id: string | null; readonly label: string };
  readonly facts: NotificationFacts;
}

/**
 * Tells people something, each once however often this is called: in the dashboard and, where they chose so and have
 * proved their mailbox, by a mail that leaves later. Who is disabled is left out. Works inside a transaction.
 */
export async function notify(
  database: DatabaseHandle,
  notice: Notice,
  { userIds, nowMs, skipsMail = false }: { userIds: readonly UserId[]; nowMs: number; skipsMail?: boolean },
): Promise<void> {
  const recipients = await listRecipients(database, [...new Set(userIds)]);
  const ids = recipients.map(({ id }) => id);
  const chosen = await listChoicesOfKind(database, { userIds: ids, kind: notice.kind });
  const rows = recipients.map(({ id, hasProvedMailbox }) => ({
    id: newId('Notification', nowMs),
    user_id: id,
    workspace_id: notice.workspaceId,
    kind: notice.kind,
    dedupe: notice.dedupe,
    subject_id: notice.subject.id,
    subject_label: notice.subject.label,
    facts: JSON.stringify(notice.facts),
    created_at: nowMs,
    mail_due_at: !skipsMail && hasProvedMailbox && isMailed(notice.kind, chosen.get(id)) ? nowMs : null,
  }));
  await insertOnce(database, rows);
}
