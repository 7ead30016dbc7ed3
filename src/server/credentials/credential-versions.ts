import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { personLabel } from '../members/person-label.ts';
import { requireProvider } from '../providers/known-providers.ts';
import { actorOf } from '../sessions/sessions.ts';
import { openSecret, sealSecret } from './credential-secret.ts';
import { readBaseUrls } from './credential-view.ts';
import { insertVersion, listVersions, requireVersion, updateCredentialAt } from './credentials.store.ts';
import { findDuplicate, targetOf, viewCredential } from './credentials.ts';
import { findCredential, findLiveCredential } from './find-credential.ts';
import { originsOf, refuseNewHost } from './provider-address.ts';
import { untested } from './untested.ts';

export const listCredentialVersions: Handler<'GET /api/keys/{id}/versions'> = async (context, { params }) => {
  const { row } = await findCredential(context, { id: params.id, permission: 'credential:see' });
  const versions = await listVersions(context.services.database.kysely, row.id);
  const items = versions.map(({ version, preview, created_at, maker_id, maker_name, maker_email }) => ({
    version,
    preview,
    createdAt: new Date(created_at).toISOString(),
    createdBy: personLabel(context, { id: maker_id, name: maker_name, email: maker_email }) ?? '',
    isCurrent: version === row.version,
  }));
  return { items, nextCursor: null };
};

/** History only grows: the earlier secret becomes a new version, so that "version 3" always means one secret. */
export const restoreCredentialVersion: Handler<'POST /api/keys/{id}/versions/{version}/restore'> = async (
  context,
  { params },
) => {
  const { services, nowMs, workspace } = context;
  const { row } = await findLiveCredential(context, { id: params.id, permission: 'credential:edit' });
  if (params.version === row.version) throw new AppError('conflict', { message: 'This version is the current one.' });
  const place = { workspaceId: workspace.id, credentialId: row.id };
  const { kysely } = services.database;
  const earlier = await requireVersion(kysely, { credentialId: row.id, version: params.version });
  const provider = await requireProvider(context, row.provider);
  refuseNewHost(earlier.origins, originsOf(provider, { baseUrl: row.base_url, baseUrls: readBaseUrls(row) }));
  const secret = await openSecret(services, { ...place, version: params.version }, kysely);
  const version = row.version + 1;
  const sealed = await sealSecret(services, { ...place, version }, secret);
  return services.database.transaction(async (transaction) => {
    const { preview, fingerprint } = sealed;
    // Written with the secret, so that an address that somebody changes meanwhile does not come to be its own.
    const addresses = { provider: row.provider, base_url: row.base_url, base_urls: row.base_urls };
    const change = { ...untested, ...addresses, version, preview, fingerprint, updated_at: nowMs };
    const changed = await updateCredentialAt(transaction, row, change);
    if (changed === undefined) throw new AppError('conflict');
    const made = { created_by: context.user.id, created_at: nowMs };
    await insertVersion(transaction, { credential_id: row.id, version, ...sealed, origins: earlier.origins, ...made });
    await recordAuditEvent(transaction, context, {
      action: 'key.version_restored',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(row),
      details: { from: params.version, to: version },
    });
    const duplicateOf = await findDuplicate(context, transaction, changed);
    return { ...(await viewCredential(context, changed, transaction)), duplicateOf };
  });
};
