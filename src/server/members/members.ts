import type { UserId } from '../../contract/ids.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { isAllowed } from '../../contract/permissions.ts';
import { type MemberState, memberStates } from '../../contract/vocabulary.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { assignableRoles } from './member-rules.ts';
import { findMemberRow, listGroupsOf, listMemberRows, type MemberRow } from './members.store.ts';

type MemberView = OperationResult<Operations['PUT /api/members/{userId}']>;

/** Whether the caller sees what only owners and administrators see of others. */
const oversees = ({ workspace }: WorkspaceContext): boolean => isAllowed('member:edit', workspace.role, null);

export const listMembers: Handler<'GET /api/members'> = async (context, { query }) => {
  const { kysely } = context.services.database;
  const visible: readonly MemberState[] = oversees(context) ? memberStates : ['active'];
  const rows = await listMemberRows(kysely, context.workspace.id, {
    text: query.q === '' ? undefined : query.q,
    searchesEmails: oversees(context),
    role: query.role,
    states: visible.filter((state) => query.state === undefined || state === query.state),
    after: parseCursor(query.cursor),
    limit: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: await viewMembers(context, shown, kysely),
    nextCursor: last === undefined ? null : `${last.created_at}.${last.user_id}`,
  };
};

function parseCursor(cursor: string | undefined): { createdAt: number; userId: UserId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(usr_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), userId: brand<'User'>(id) };
}

/** One member as the caller may see them. Throws `not_found`. */
export async function viewMember(
  context: WorkspaceContext,
  userId: UserId,
  database: DatabaseHandle,
): Promise<MemberView> {
  const row = await findMemberRow(database, { workspaceId: context.workspace.id, userId });
  const [view] = row === undefined ? [] : await viewMembers(context, [row], database);
  if (view === undefined) throw new AppError('not_found');
  return view;
}

async function viewMembers(
  context: WorkspaceContext,
  rows: readonly MemberRow[],
  database: DatabaseHandle,
): Promise<MemberView[]> {
  const userIds = rows.map((row) => row.user_id);
  const groups = Map.groupBy(await listGroupsOf(database, context.workspace.id, userIds), ({ user_id }) => user_id);
  return rows.map((row) => {
    const isOpen = oversees(context) || row.user_id === context.user.id;
    const seenMs = Math.max(Number(row.session_seen_at ?? 0), row.last_sign_in_at ?? 0);
    return {
      userId: row.user_id,
      name: row.name,
      role: row.role,
      state: row.state,
      groups: (groups.get(row.user_id) ?? []).map(({ id, name }) => ({ id, name })),
      joinedAt: new Date(row.created_at).toISOString(),
      email: isOpen ? row.email_display : null,
      lastSeenAt: isOpen && seenMs > 0 ? new Date(seenMs).toISOString() : null,
      hasTwoFactor: isOpen ? Number(row.totp_count) + Number(row.passkey_count) > 0 : null,
      assignableRoles: context.workspace.kind === 'personal' ? [] : assignableRoles(context.workspace.role, row.role),
    };
  });
}
