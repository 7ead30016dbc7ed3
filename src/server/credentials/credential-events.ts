import { readTargetEvents } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { seesMails } from '../members/person-label.ts';
import { findCredential } from './find-credential.ts';

export const listCredentialEvents: Handler<'GET /api/keys/{id}/events'> = async (context, { params, query }) => {
  const { row } = await findCredential(context, { id: params.id, permission: 'credential:see' });
  const which = { workspaceId: context.workspace.id, targetId: row.id, limit: query.limit, cursor: query.cursor };
  const knowsMailOf = (actorId: string) => seesMails(context) || actorId === context.actor.id;
  return readTargetEvents(context.services.database.kysely, which, knowsMailOf);
};
