import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { ActorContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { actorOf } from '../sessions/sessions.ts';
import { findWorkspace } from '../workspaces/workspaces.ts';
import { openSecret } from './credential-secret.ts';
import { updateCredentialAt } from './credentials.store.ts';
import { targetOf } from './credentials.ts';
import { findLiveCredential } from './find-credential.ts';

/** The only way a secret leaves the server in clear. The audit row is committed before the reply is written. */
export const copyCredential: Handler<'POST /api/keys/{id}/copy'> = async (context, { params }) => {
  const { services, nowMs, workspace, actor } = context;
  const which = { id: params.id, permission: 'credential:copy' } as const;
  const { row } = await findLiveCredential(context, which);
  const event = {
    action: 'key.copied',
    workspaceId: workspace.id,
    actor: actorOf(context),
    target: targetOf(row),
    details: { version: row.version },
  } as const;
  await services.throttles.take('copy', actor.id).catch(async (refusal: unknown) => {
    const denied = { ...event, result: 'denied', reason: 'too_many_attempts' } as const;
    await recordAuditEvent(services.database.kysely, context, denied);
    throw refusal;
  });
  const place = { workspaceId: workspace.id, credentialId: row.id, version: row.version };
  const secret = await openSecret(services, place, services.database.kysely);
  await services.database.transaction(async (transaction) => {
    const copied = await updateCredentialAt(transaction, row, { last_copied_at: nowMs });
    if (copied === undefined) throw new AppError('conflict');
    await recordAuditEvent(transaction, context, event);
    // The event holds the trail until the commit. What takes the right away at this moment is on record before it, and
    // then is seen here, or after it: no copy follows the loss of the right to it.
    await findLiveCredential(await asOfNow(context, transaction), which, transaction);
  });
  return { secret: secret.reveal() };
};

/** The call with the role and the policy as they are in this transaction. Throws `not_found` for who is no member now. */
async function asOfNow(context: ActorContext, transaction: Transaction): Promise<ActorContext> {
  const { actor, workspace } = context;
  if (actor.kind !== 'user') return context;
  return { ...context, workspace: await findWorkspace(transaction, brand<'User'>(actor.id), workspace.id) };
}
