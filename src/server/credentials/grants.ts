import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { type GrantLevel, grantLevels, isAtLeast, isRoleAtLeast } from '../../contract/permissions.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { personLabel } from '../members/person-label.ts';
import { lockMembersAs } from '../members/standing.ts';
import { tellOfAccess } from '../notifications/team-notices.ts';
import { actorOf } from '../sessions/sessions.ts';
import { leastAccess, readAccess } from './access.ts';
import type { CredentialRow } from './credential-view.ts';
import { targetOf } from './credentials.ts';
import { findLiveCredential } from './find-credential.ts';
import { deleteGrant, findGrantLevel, findSubject, listGrantRows, putGrant } from './grants.store.ts';

type GrantView = OperationResult<Operations['PUT /api/keys/{id}/grants']>['items'][number];

export const listGrants: Handler<'GET /api/keys/{id}/grants'> = async (context, { params }) => {
  const { row } = await findLiveCredential(context, { id: params.id, permission: 'credential:share' });
  return {
    items: await viewGrants(context, row, context.services.database.kysely),
    nextCursor: null,
    memberFloor: context.workspace.kind === 'personal' ? 'none' : leastAccess({ workspace: asMember(context) }),
    levelMax: await highestToGive(context, row, context.services.database.kysely),
  };
};

const asMember = ({ workspace }: WorkspaceContext) => ({ ...workspace, role: 'member' as const });

async function viewGrants(
  context: WorkspaceContext,
  row: CredentialRow,
  database: DatabaseHandle,
): Promise<GrantView[]> {
  const rows = await listGrantRows(database, row.id);
  const label = (id: string | null, name: string | null, email: string | null) =>
    personLabel(context, { id, name, email });
  return rows.map((grant) => ({
    kind: grant.subject_kind,
    id: grant.subject_kind === 'everyone' ? null : grant.subject_id,
    label:
      label(grant.subject_id, grant.person_name, grant.person_email) ?? grant.group_name ?? grant.service_name ?? '',
    level: grant.level,
    grantedBy: label(grant.granter_id, grant.granter_name, grant.granter_email),
    createdAt: new Date(grant.created_at).toISOString(),
  }));
}

/** Nobody gives more than they have, and only overseers make others managers of a key. */
async function highestToGive(
  context: WorkspaceContext,
  row: CredentialRow,
  database: DatabaseHandle,
): Promise<GrantLevel> {
  const access = (await readAccess(context, [row.id], database)).of(row.id);
  if (!access.mayCopy) return 'use';
  return isRoleAtLeast(context.workspace.role, 'admin') ? 'manage' : 'copy';
}

/**
 * Gives, changes or takes away one grant. Refuses (`forbidden`) to give or to touch more than the caller may give, so
 * that nobody raises themselves or cuts down somebody above them.
 */
export const setGrant: Handler<'PUT /api/keys/{id}/grants'> = async (context, { params, body }) => {
  const { services, workspace, nowMs, user } = context;
  const { subject, level } = body;
  const subjectId = subject.kind === 'everyone' ? '' : subject.id;
  return services.database.transaction(async (transaction) => {
    // Nobody is removed meanwhile, or a grant would wait for them to come back; and the caller's role is read anew.
    const role =
      workspace.kind === 'team' ? await lockMembersAs(transaction, context, 'credential:share') : workspace.role;
    const { row } = await findLiveCredential(context, { id: params.id, permission: 'credential:share' }, transaction);
    if (workspace.kind === 'personal') throw new AppError('personal_workspace');
    const place = { credentialId: row.id, kind: subject.kind, id: subjectId };
    const before = (await findGrantLevel(transaction, place)) ?? 'none';
    const now = { ...context, workspace: { ...workspace, role } };
    const highest = await highestToGive(now, row, transaction);
    if (!isAtLeast(highest, level) || !isAtLeast(highest, before)) throw new AppError('forbidden');
    const found = await findSubject(transaction, { workspaceId: workspace.id, kind: subject.kind, id: subjectId });
    const given = grantLevels.find((known) => known === level);
    if (given === undefined) await deleteGrant(transaction, place);
    else if (found === undefined) throw new AppError('unknown_subject');
    else {
      await putGrant(transaction, {
        workspace_id: workspace.id,
        credential_id: row.id,
        subject_kind: subject.kind,
        subject_id: subjectId,
        level: given,
        granted_by: user.id,
        created_at: nowMs,
      });
      if (subject.kind === 'user') {
        await tellOfAccess(transaction, context, { key: row, userId: subject.id, before, level: given });
      }
    }
    await recordAuditEvent(transaction, context, {
      action: 'key.access_changed',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(row),
      // The member who shares can read their own events: they tell the e-mail to none who may not know it.
      details: {
        subjectKind: subject.kind,
        subjectId,
        subject: subjectLabel(context, subjectId, found),
        before,
        after: level,
      },
    });
    return { items: await viewGrants(context, row, transaction), nextCursor: null };
  });
};

function subjectLabel(context: WorkspaceContext, id: string, found: Awaited<ReturnType<typeof findSubject>>): string {
  if (found === undefined) return '';
  return found.email === null ? found.name : (personLabel(context, { id, ...found }) ?? '');
}
