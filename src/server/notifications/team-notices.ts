import type { CredentialId, InvitationId, UserId, WorkspaceId } from '../../contract/ids.ts';
import { type AccessLevel, type GrantLevel, isAtLeast, type Role } from '../../contract/permissions.ts';
import { queueWebhookMessage } from '../alerts/webhook-messages.ts';
import type { WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { findProvedUser, listOverseers } from './notifications.store.ts';
import { notify } from './notify.ts';

/** Tells who oversees a workspace, and its webhook, that somebody joined or waits to be let in. */
export async function tellOfNewMember(
  database: DatabaseHandle,
  joined: {
    workspaceId: WorkspaceId;
    user: Pick<Row<'users'>, 'id' | 'name' | 'email_display'>;
    role: Role;
    isPending: boolean;
    nowMs: number;
  },
): Promise<void> {
  const { workspaceId, user, role, isPending, nowMs } = joined;
  const kind = 'member_joined' as const;
  const news = { workspaceId, kind, dedupe: `${workspaceId} ${user.id} ${nowMs}`, facts: { role, isPending } };
  const userIds = (await listOverseers(database, workspaceId)).filter((id) => id !== user.id);
  await notify(database, { ...news, subject: { id: user.id, label: user.email_display } }, { userIds, nowMs });
  // Whoever reads a chat need not know anybody's e-mail.
  await queueWebhookMessage(database, { ...news, subject: { id: user.id, label: user.name } }, nowMs);
}

/** Tells somebody that they were given more on a key than they were granted before. */
export async function tellOfAccess(
  database: DatabaseHandle,
  context: WorkspaceContext,
  granted: { key: { id: CredentialId; name: string }; userId: UserId; before: AccessLevel; level: GrantLevel },
): Promise<void> {
  const { key, userId, before, level } = granted;
  const { user, workspace, nowMs } = context;
  if (userId === user.id || isAtLeast(before, level)) return;
  const notice = {
    workspaceId: workspace.id,
    kind: 'access_granted',
    dedupe: `${key.id} ${level} ${nowMs}`,
    subject: { id: key.id, label: key.name },
    facts: { level, by: user.name },
  } as const;
  await notify(database, notice, { userIds: [userId], nowMs });
}

/** Tells who has an account with the e-mail, and has proved it, that they are invited. The link itself is in the mail. */
export async function tellOfInvitation(
  database: DatabaseHandle,
  context: WorkspaceContext,
  invitation: { id: InvitationId; email: string; role: Role },
): Promise<void> {
  const { user, workspace, nowMs } = context;
  const invited = await findProvedUser(database, invitation.email);
  if (invited === undefined) return;
  const notice = {
    workspaceId: null,
    kind: 'invitation',
    dedupe: invitation.id,
    subject: { id: null, label: workspace.name },
    facts: { by: user.name, role: invitation.role },
  } as const;
  await notify(database, notice, { userIds: [invited], nowMs });
}
