import { z } from 'zod';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { type InvitationRow, type InvitationState, listGroupNames } from './invitations.store.ts';

export type InvitationView = OperationResult<Operations['POST /api/invitations']>['invitation'];

const Texts = z.array(z.string());

/** The ids in the column of a row. */
export const readGroupIds = (row: Pick<Row<'invitations'>, 'group_ids'>): readonly string[] =>
  Texts.parse(JSON.parse(row.group_ids));

export function stateOf(
  row: Pick<Row<'invitations'>, 'accepted_at' | 'revoked_at' | 'expires_at'>,
  nowMs: number,
): InvitationState {
  if (row.accepted_at !== null) return 'accepted';
  if (row.revoked_at !== null) return 'revoked';
  return row.expires_at <= nowMs ? 'expired' : 'open';
}

/** Invitations as their workspace sees them; groups that are gone are left out. */
export async function viewInvitations(
  database: DatabaseHandle,
  rows: readonly InvitationRow[],
  place: { workspaceId: WorkspaceId; nowMs: number },
): Promise<InvitationView[]> {
  const groups = await listGroupNames(database, place.workspaceId);
  return rows.map((row) => {
    const ids = readGroupIds(row);
    return {
      id: row.id,
      role: row.role,
      email: row.email,
      groups: groups.filter((group) => ids.includes(group.id)),
      state: stateOf(row, place.nowMs),
      invitedBy: row.inviter_name,
      createdAt: new Date(row.created_at).toISOString(),
      expiresAt: new Date(row.expires_at).toISOString(),
      acceptedBy: row.accepter_name,
      acceptedAt: row.accepted_at === null ? null : new Date(row.accepted_at).toISOString(),
    };
  });
}
