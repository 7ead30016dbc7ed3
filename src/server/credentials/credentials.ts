import type { CredentialId } from '../../contract/ids.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { ActorContext, Handler, WorkspaceContext } from '../context.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { Row, RowChange } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { requireProvider } from '../providers/known-providers.ts';
import { lockProvider } from '../providers/lock-provider.ts';
import { Secret } from '../secret.ts';
import { actorOf } from '../sessions/sessions.ts';
import { listSubject, readAccess } from './access.ts';
import { sealSecret } from './credential-secret.ts';
import { type CredentialView, readBaseUrls, toCredentialView, toNanoUsd } from './credential-view.ts';
import {
  findByFingerprint,
  insertCredential,
  insertVersion,
  listTags,
  replaceTags,
  requireVersion,
  updateCredentialAt,
} from './credentials.store.ts';
import { findCredential, findLiveCredential } from './find-credential.ts';
import { putGrant } from './grants.store.ts';
import { checkAddresses, type GivenAddresses, originsOf, refuseNewHost } from './provider-address.ts';
import { untested } from './untested.ts';

const toMs = (time: string | null): number | null => (time === null ? null : Date.parse(time));

/** One row as the caller sees it. */
export async function viewCredential(
  context: ActorContext,
  row: Row<'credentials'>,
  database: DatabaseHandle = context.services.database.kysely,
): Promise<CredentialView> {
  const tags = await listTags(database, [row.id]);
  const access = (await readAccess(context, [row.id], database)).of(row.id);
  return toCredentialView(row, { tags: tags.get(row.id) ?? [], access, nowMs: context.nowMs });
}

/** How the audit trail names a credential. */
export function targetOf(row: Pick<Row<'credentials'>, 'id' | 'name'>) {
  return { type: 'key', id: row.id, label: row.name } as const;
}

export const readCredential: Handler<'GET /api/keys/{id}'> = async (context, { params, query }) => {
  const find = query.includeTrashed === 'true' ? findCredential : findLiveCredential;
  const { row } = await find(context, { id: params.id, permission: 'credential:see' });
  return viewCredential(context, row);
};

/**
 * Refuses (`conflict`) when the provider moved between the look at its address and this transaction, and keeps it from
 * moving until the end: what is written down as the secret's hosts must be where it will be sent.
 */
async function refuseMovedProvider(
  context: WorkspaceContext,
  transaction: Transaction,
  seen: { provider: string; given: GivenAddresses; origins: ReadonlySet<string> },
): Promise<void> {
  await lockProvider(transaction, seen.provider);
  const provider = await requireProvider(context, seen.provider, transaction);
  if (originsOf(provider, seen.given).symmetricDifference(seen.origins).size > 0) throw new AppError('conflict');
}

/** Another live credential that the caller may see and that holds the same secret. */
export function findDuplicate(context: ActorContext, database: DatabaseHandle, row: SecretOwner) {
  const { fingerprint, id } = row;
  return findByFingerprint(database, {
    workspaceId: context.workspace.id,
    fingerprint,
    grantedTo: listSubject(context),
    ...(id === undefined ? {} : { exceptId: id }),
  });
}

type SecretOwner = { fingerprint: string; id?: CredentialId };

export const createCredential: Handler<'POST /api/keys'> = async (context, { body }) => {
  const { services, nowMs, workspace, user } = context;
  const provider = await requireProvider(context, body.provider);
  const given = { baseUrl: body.baseUrl ?? null, baseUrls: body.baseUrls ?? {} };
  checkAddresses(services, provider, given);
  const id = newId('Credential', nowMs);
  const sealed = await sealSecret(
    services,
    { workspaceId: workspace.id, credentialId: id, version: 1 },
    new Secret(body.secret),
  );
  const { preview, fingerprint } = sealed;
  const origins = originsOf(provider, given);
  const made = { created_by: user.id, created_at: nowMs };
  return services.database.transaction(async (transaction) => {
    await refuseMovedProvider(context, transaction, { provider: provider.id, given, origins });
    const duplicateOf = await findDuplicate(context, transaction, { fingerprint });
    const row = await insertCredential(transaction, {
      credential: {
        id,
        workspace_id: workspace.id,
        provider: body.provider,
        name: body.name,
        preview,
        base_url: given.baseUrl,
        base_urls: JSON.stringify(given.baseUrls),
        note: body.note ?? '',
        status: 'untested',
        expires_at: toMs(body.expiresAt ?? null),
        monthly_budget_nano_usd: body.monthlyBudgetUsd == null ? null : toNanoUsd(body.monthlyBudgetUsd),
        version: 1,
        fingerprint,
        ...made,
        updated_at: nowMs,
      },
      version: { credential_id: id, version: 1, ...sealed, origins: JSON.stringify([...origins]), ...made },
      tags: body.tags ?? [],
    });
    // Who adds a key to a team manages it, whatever the role is today.
    if (workspace.kind === 'team') {
      await putGrant(transaction, {
        workspace_id: workspace.id,
        credential_id: id,
        subject_kind: 'user',
        subject_id: user.id,
        level: 'manage',
        granted_by: user.id,
        created_at: nowMs,
      });
    }
    await recordAuditEvent(transaction, context, {
      action: 'key.created',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf({ id, name: body.name }),
      details: { provider: body.provider },
    });
    return { ...(await viewCredential(context, row, transaction)), duplicateOf };
  });
};

export const changeCredential: Handler<'PUT /api/keys/{id}'> = async (context, { params, body }) => {
  const { services, nowMs, workspace } = context;
  const { row } = await findLiveCredential(context, { id: params.id, permission: 'credential:edit' });
  const provider = await requireProvider(context, body.provider ?? row.provider);
  const given = {
    baseUrl: body.baseUrl === undefined ? row.base_url : body.baseUrl,
    baseUrls: body.baseUrls ?? readBaseUrls(row),
  };
  const origins = originsOf(provider, given);
  const addressChanges =
    provider.id !== row.provider ||
    given.baseUrl !== row.base_url ||
    JSON.stringify(given.baseUrls) !== JSON.stringify(readBaseUrls(row));
  if (addressChanges) {
    checkAddresses(services, provider, given);
    const { kysely } = services.database;
    const current = await requireVersion(kysely, { credentialId: row.id, version: row.version });
    if (body.secret === undefined) refuseNewHost(current.origins, origins);
  }
  const version = row.version + 1;
  const place = { workspaceId: workspace.id, credentialId: row.id, version };
  const sealed = body.secret === undefined ? null : await sealSecret(services, place, new Secret(body.secret));
  const change: RowChange<'credentials'> = {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.note === undefined ? {} : { note: body.note }),
    ...(body.expiresAt === undefined ? {} : { expires_at: toMs(body.expiresAt) }),
    ...(body.monthlyBudgetUsd === undefined
      ? {}
      : { monthly_budget_nano_usd: body.monthlyBudgetUsd === null ? null : toNanoUsd(body.monthlyBudgetUsd) }),
    // The clock begins anew where it is switched on.
    ...(body.scheduledChecks === undefined
      ? {}
      : { checks_off: body.scheduledChecks ? (0 as const) : (1 as const), next_check_at: null }),
    // A secret is kept together with the addresses it was given for, whatever others change at the same moment.
    ...(addressChanges || sealed !== null
      ? { provider: provider.id, base_url: given.baseUrl, base_urls: JSON.stringify(given.baseUrls) }
      : {}),
    ...(sealed === null ? {} : { version, preview: sealed.preview, fingerprint: sealed.fingerprint }),
    ...(sealed === null && !addressChanges ? {} : untested),
    updated_at: nowMs,
  };
  return services.database.transaction(async (transaction) => {
    await refuseMovedProvider(context, transaction, { provider: provider.id, given, origins });
    const changed = await updateCredentialAt(transaction, row, change);
    // Sealing came before the transaction: the version it was sealed for must still be the next one.
    if (changed === undefined) throw new AppError('conflict');
    if (sealed !== null) {
      const made = { created_by: context.user.id, created_at: nowMs };
      const noted = { credential_id: row.id, version, origins: JSON.stringify([...origins]) };
      await insertVersion(transaction, { ...noted, ...sealed, ...made });
    }
    if (body.tags !== undefined) await replaceTags(transaction, row, body.tags);
    await recordAuditEvent(transaction, context, {
      action: sealed === null ? 'key.changed' : 'key.secret_replaced',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(changed),
      details: { fields: Object.keys(body) },
    });
    const duplicateOf = sealed === null ? null : await findDuplicate(context, transaction, changed);
    return { ...(await viewCredential(context, changed, transaction)), duplicateOf };
  });
};
