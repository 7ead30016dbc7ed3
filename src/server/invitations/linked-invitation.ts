import type { CallContext, Handler } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { mayActOn } from '../members/member-rules.ts';
import { networkOf } from '../throttle.ts';
import { hashInvitation, isWellFormedInvitation } from './invitation-token.ts';
import { stateOf } from './invitation-view.ts';
import { findByToken, type LinkedInvitation } from './invitations.store.ts';

/**
 * The open invitation that a link stands for. Throws `link_used` for every other, and tells nobody why: used, expired,
 * withdrawn, made up, to a workspace that was deleted, or by somebody who may no longer invite to that role.
 */
export async function findOpenInvitation(
  context: Pick<CallContext, 'nowMs'>,
  token: string,
  database: DatabaseHandle,
): Promise<LinkedInvitation> {
  const row = isWellFormedInvitation(token) ? await findByToken(database, hashInvitation(token)) : undefined;
  if (row === undefined || stateOf(row, context.nowMs) !== 'open' || !isBacked(row)) throw new AppError('link_used');
  return row;
}

/** Whether who made it could make it now: an invitation reaches no further than they do. */
function isBacked(row: LinkedInvitation): boolean {
  if (row.inviter_state !== 'active') return false;
  if (row.workspace_id === null) return row.is_instance_admin === 1;
  if (row.deleted_at !== null || row.inviter_member_state !== 'active' || row.inviter_role === null) return false;
  return mayActOn(row.inviter_role, row.role);
}

/** Takes a point for a try of a link. Give it back when the link was right: only guesses count. */
export const takeTry = ({ services, ip }: CallContext): Promise<void> =>
  services.throttles.take('invitationByAddress', networkOf(ip));

export const giveTryBack = ({ services, ip }: CallContext): Promise<void> =>
  services.throttles.giveBack('invitationByAddress', networkOf(ip));

export const readInvitation: Handler<'POST /api/invitations/read'> = async (context, { body }) => {
  await takeTry(context);
  const row = await findOpenInvitation(context, body.token, context.services.database.kysely);
  await giveTryBack(context);
  return {
    workspaceName: row.workspace_name,
    invitedBy: row.inviter_name,
    role: row.role,
    emailHint: row.email === null ? null : maskEmail(row.email),
    needsConfirmation: row.confirms_members === 1,
    expiresAt: new Date(row.expires_at).toISOString(),
  };
};

/** `a***@example.com`: enough for the one whose address it is. */
function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = ''] = email;
  return `${at > 1 ? first : ''}***${email.slice(at)}`;
}
