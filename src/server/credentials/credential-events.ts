import { isAtLeast } from '../../contract/permissions.ts';
import { readTargetEvents } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { seesMails } from '../members/person-label.ts';
import { findCredential } from './find-credential.ts';

/**
 * Who manages the key sees its whole history; other members see what they did themselves, as in the audit trail. Viewers
 * and programs have no part in it.
 */
export const listCredentialEvents: Handler<'GET /api/keys/{id}/events'> = async (context, { params, query }) => {
  const { row, accessLevel } = await findCredential(context, { id: params.id, permission: 'credential:see' });
  const actorId = isAtLeast(accessLevel, 'manage') ? undefined : context.user.id;
  const page = { limit: query.limit, cursor: query.cursor };
  const which = { workspaceId: context.workspace.id, targetId: row.id, actorId, ...page };
  const knowsMailOf = (id: string) => seesMails(context) || id === context.actor.id;
  return readTargetEvents(context.services.database.kysely, which, knowsMailOf);
};
