import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { actorOf } from '../sessions/sessions.ts';
import { openSecret } from './credential-secret.ts';
import { updateCredentialAt } from './credentials.store.ts';
import { targetOf } from './credentials.ts';
import { findLiveCredential } from './find-credential.ts';

/** The only way a secret leaves the server in clear. The audit row is committed before the reply is written. */
export const copyCredential: Handler<'POST /api/keys/{id}/copy'> = async (context, { params }) => {
  const { services, nowMs, workspace, actor } = context;
  const { row } = await findLiveCredential(context, { id: params.id, permission: 'credential:copy' });
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
  });
  return { secret: secret.reveal() };
};
