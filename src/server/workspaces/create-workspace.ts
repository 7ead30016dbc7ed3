import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { actorOf } from '../sessions/sessions.ts';
import { countMadeBy, insertWorkspace } from './workspaces.store.ts';

/** Team workspaces that one person has made and that are not purged. */
const MADE_MAX = 20;

/** Makes a team workspace with a data key of its own; the caller is its first owner. */
export const createWorkspace: Handler<'POST /api/workspaces'> = async (context, { body }) => {
  const { services, user, nowMs } = context;
  const id = newId('Workspace', nowMs);
  await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `workspaces:${user.id}`);
    if ((await countMadeBy(transaction, user.id)) >= MADE_MAX) throw new AppError('too_many_objects');
    const times = { created_at: nowMs, updated_at: nowMs };
    await insertWorkspace(transaction, {
      workspace: { id, name: body.name, kind: 'team', created_by: user.id, ...times },
      owner: { workspace_id: id, user_id: user.id, role: 'owner', state: 'active', ...times },
    });
    await services.vault.createDataKey(transaction, id);
    await recordAuditEvent(transaction, context, {
      action: 'workspace.created',
      workspaceId: id,
      actor: actorOf(context),
      target: { type: 'workspace', id, label: body.name },
    });
  });
  return { id, name: body.name, kind: 'team', role: 'owner', requiresTwoFactor: false };
};
