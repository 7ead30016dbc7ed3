import { readTargetEvents } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { findCredential } from './find-credential.ts';

export const listCredentialEvents: Handler<'GET /api/keys/{id}/events'> = async (context, { params, query }) => {
  const { row } = await findCredential(context, { id: params.id, permission: 'credential:see' });
  const { items, nextCursor } = await readTargetEvents(context.services.database.kysely, {
    workspaceId: context.workspace.id,
    targetId: row.id,
    limit: query.limit,
    cursor: query.cursor,
  });
  return { items, nextCursor };
};
