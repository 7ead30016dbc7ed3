import type { GroupId, InvitationId } from '../../contract/ids.ts';
import { normaliseEmail } from '../accounts/account-view.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import type { NewRow } from '../database/schema.ts';
import { refusePassingOnMore } from '../groups/passed-on-access.ts';
import { AppError } from '../http-errors.ts';
import { brand, newId } from '../ids.ts';
import { mayActOn } from '../members/member-rules.ts';
import { lockMembersAs } from '../members/standing.ts';
import { tellOfInvitation } from '../notifications/team-notices.ts';
import { actorOf } from '../sessions/sessions.ts';
import { mailInvitation } from './invitation-mail.ts';
import { makeInvitationToken, showInvitationToken } from './invitation-token.ts';
import { type InvitationView, viewInvitations } from './invitation-view.ts';
import {
  countOpen,
  findInvitationRow,
  insertInvitation,
  isMemberByEmail,
  listGroupNames,
  listInvitationRows,
  revokeInvitationRow,
} from './invitations.store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Open ones of a workspace. */
const INVITATIONS_MAX = 200;

export const listInvitations: Handler<'GET /api/invitations'> = async (context, { query }) => {
  const { nowMs, workspace, services } = context;
  const { kysely } = services.database;
  const rows = await listInvitationRows(kysely, workspace.id, {
    state: query.state,
    after: parseCursor(query.cursor),
    limit: query.limit + 1,
    nowMs,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: await viewInvitations(kysely, shown, { workspaceId: workspace.id, nowMs }),
    nextCursor: last === undefined ? null : `${last.created_at}.${last.id}`,
  };
};

function parseCursor(cursor: string | undefined): { createdAt: number; id: InvitationId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(inv_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), id: brand<'Invitation'>(id) };
}

/**
 * Invites one person. Nobody invites to a role above their own, nor into a group that may copy what they may not
 * (`forbidden`). The link goes to the caller and, where an e-mail is given and a mail server is set up, by mail.
 */
export const createInvitation: Handler<'POST /api/invitations'> = async (context, { body }) => {
  const { services, workspace, user, nowMs } = context;
  if (workspace.kind === 'personal') throw new AppError('personal_workspace');
  const email = body.email === undefined ? null : normaliseEmail(body.email);
  if (email !== null) await services.throttles.take('inviteByMail', user.id);
  const { token, tokenHash } = showInvitationToken(makeInvitationToken());
  const groupIds = [...new Set(body.groupIds ?? [])];
  const row = {
    id: newId('Invitation', nowMs),
    workspace_id: workspace.id,
    token_hash: tokenHash,
    email,
    role: body.role,
    group_ids: JSON.stringify(groupIds),
    created_by: user.id,
    created_at: nowMs,
    expires_at: nowMs + body.expiresInDays * DAY_MS,
  } satisfies NewRow<'invitations'>;
  const invitation = await services.database.transaction(async (transaction) => {
    const actorRole = await lockMembersAs(transaction, context, 'member:edit');
    if (!mayActOn(actorRole, body.role)) throw new AppError('forbidden');
    if ((await countOpen(transaction, workspace.id, nowMs)) >= INVITATIONS_MAX) throw new AppError('too_many_objects');
    await refuseForeignGroups(transaction, context, groupIds);
    if (email !== null && (await isMemberByEmail(transaction, { workspaceId: workspace.id, email }))) {
      throw new AppError('already_member');
    }
    await insertInvitation(transaction, row);
    if (email !== null) await tellOfInvitation(transaction, context, { id: row.id, email, role: row.role });
    await record(transaction, context, { action: 'invitation.created', row, details: { role: row.role, groupIds } });
    return viewOne(transaction, context, row.id);
  });
  return { invitation, token, mail: await mailInvitation(context, { email, token, role: body.role }) };
};

async function refuseForeignGroups(
  transaction: Transaction,
  context: WorkspaceContext,
  groupIds: readonly GroupId[],
): Promise<void> {
  const known = new Set((await listGroupNames(transaction, context.workspace.id)).map(({ id }) => id));
  if (!groupIds.every((id) => known.has(id))) throw new AppError('unknown_subject');
  for (const id of groupIds) await refusePassingOnMore(transaction, context, { kind: 'group', id });
}

async function viewOne(transaction: Transaction, context: WorkspaceContext, id: InvitationId): Promise<InvitationView> {
  const place = { workspaceId: context.workspace.id, nowMs: context.nowMs };
  const row = await findInvitationRow(transaction, { workspaceId: place.workspaceId, id });
  const [view] = row === undefined ? [] : await viewInvitations(transaction, [row], place);
  if (view === undefined) throw new AppError('not_found');
  return view;
}

export const revokeInvitation: Handler<'DELETE /api/invitations/{id}'> = async (context, { params }) => {
  const { services, workspace, nowMs } = context;
  await services.database.transaction(async (transaction) => {
    const actorRole = await lockMembersAs(transaction, context, 'member:edit');
    const row = await findInvitationRow(transaction, { workspaceId: workspace.id, id: params.id });
    if (row === undefined) throw new AppError('not_found');
    if (!mayActOn(actorRole, row.role)) throw new AppError('forbidden');
    // Withdrawing once more changes nothing, so a retried call is harmless.
    if (row.revoked_at !== null) return;
    if (!(await revokeInvitationRow(transaction, { id: row.id, nowMs }))) throw new AppError('link_used');
    await record(transaction, context, { action: 'invitation.revoked', row, details: { role: row.role } });
  });
  return undefined;
};

function record(
  transaction: Transaction,
  context: WorkspaceContext,
  event: {
    action: 'invitation.created' | 'invitation.revoked';
    row: { id: InvitationId; email: string | null };
    details: Record<string, string | readonly string[]>;
  },
): Promise<void> {
  return recordAuditEvent(transaction, context, {
    action: event.action,
    workspaceId: context.workspace.id,
    actor: actorOf(context),
    target: { type: 'invitation', id: event.row.id, label: event.row.email ?? 'link' },
    details: event.details,
  });
}
