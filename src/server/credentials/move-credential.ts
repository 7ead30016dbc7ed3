import type { WorkspaceId } from '../../contract/ids.ts';
import { isAllowed, isRoleAtLeast } from '../../contract/permissions.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { actorOf } from '../sessions/sessions.ts';
import { findWorkspace } from '../workspaces/workspaces.ts';
import { readAccess } from './access.ts';
import { openSecret, sealSecret } from './credential-secret.ts';
import { updateCredentialAt } from './credentials.store.ts';
import { targetOf } from './credentials.ts';
import { findLiveCredential } from './find-credential.ts';
import { putGrant } from './grants.store.ts';
import { listVersionRows, moveBelongings, updateVersionSeal } from './move-credential.store.ts';

/**
 * Moves a credential to another workspace of the caller's: every version of its secret is opened and sealed anew under
 * the data key of the new one, which alone can open it from then on. Leaving a team takes a key from everybody in it, so
 * only overseers who may also obtain the secret can do that.
 */
export const moveCredential: Handler<'POST /api/keys/{id}/move'> = async (context, { params, body }) => {
  const { services, nowMs, workspace, user } = context;
  const { row } = await findLiveCredential(context, { id: params.id, permission: 'credential:share' });
  const access = (await readAccess(context, [row.id])).of(row.id);
  const mayLeave = workspace.kind === 'personal' || isRoleAtLeast(workspace.role, 'admin');
  if (!mayLeave || !access.mayCopy) throw new AppError('forbidden');
  const target = await findTarget(context, body.workspaceId, services.database.kysely);
  // Its address belongs to the old workspace and would be unknown in the new one.
  if (row.provider.startsWith('cp_')) throw new AppError('custom_provider_in_use');
  // Who moves a key has it: as many as may be copied.
  await services.throttles.take('copy', user.id);
  const sealed = await sealAnew(context, { id: row.id, to: target.id });
  const current = sealed.get(row.version);
  if (current === undefined) throw new AppError('conflict');
  await services.database.transaction(async (transaction) => {
    // Once more where it counts: somebody may have been removed from one of the two meanwhile.
    await findLiveCredential(context, { id: row.id, permission: 'credential:share' }, transaction);
    await findTarget(context, target.id, transaction);
    const moved = await updateCredentialAt(transaction, row, {
      workspace_id: target.id,
      fingerprint: current.fingerprint,
      updated_at: nowMs,
    });
    if (moved === undefined) throw new AppError('conflict');
    for (const [version, { envelope, fingerprint }] of sealed) {
      await updateVersionSeal(transaction, { credentialId: row.id, version }, { envelope, fingerprint });
    }
    await moveBelongings(transaction, { credentialId: row.id, to: target.id });
    if (target.kind === 'team') {
      const grant = { workspace_id: target.id, credential_id: row.id, subject_id: user.id, granted_by: user.id };
      await putGrant(transaction, { ...grant, subject_kind: 'user', level: 'manage', created_at: nowMs });
    }
    const event = { action: 'key.moved', actor: actorOf(context), target: targetOf(row) } as const;
    const [from, to] = [workspace, target].map(({ id, name }) => ({ id, name }));
    const details = { from: from?.id ?? '', fromName: from?.name ?? '', to: to?.id ?? '', toName: to?.name ?? '' };
    // In one order, whichever way the key goes: two moves in opposite directions must not wait for each other.
    for (const workspaceId of [workspace.id, target.id].sort()) {
      await recordAuditEvent(transaction, context, { ...event, workspaceId, details });
    }
  });
  await services.changes.announce(target.id);
  return undefined;
};

/** The workspace to move to; the caller must be allowed to add keys there. */
async function findTarget(context: WorkspaceContext, id: WorkspaceId, database: DatabaseHandle) {
  if (id === context.workspace.id) throw new AppError('conflict', { message: 'The key is in this workspace already.' });
  const target = await findWorkspace(database, context.user.id, id);
  if (target.requiresTwoFactor && context.session.has_second_factor !== 1) throw new AppError('two_factor_needed');
  if (!isAllowed('credential:create', target.role, null)) throw new AppError('forbidden');
  return target;
}

async function sealAnew(
  context: WorkspaceContext,
  { id, to }: { id: Parameters<typeof listVersionRows>[1]; to: WorkspaceId },
) {
  const { services, workspace } = context;
  const { kysely } = services.database;
  const sealed = new Map<number, { envelope: string; fingerprint: string }>();
  for (const { version } of await listVersionRows(kysely, id)) {
    const secret = await openSecret(services, { workspaceId: workspace.id, credentialId: id, version }, kysely);
    sealed.set(version, await sealSecret(services, { workspaceId: to, credentialId: id, version }, secret));
  }
  return sealed;
}
