import type { ShareLinkId } from '../../contract/ids.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { isRoleAtLeast } from '../../contract/permissions.ts';
import { hashPassword } from '../accounts/password.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import { openSecret } from '../credentials/credential-secret.ts';
import { targetOf } from '../credentials/credentials.ts';
import { findLiveCredential } from '../credentials/find-credential.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { NewRow } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { brand, newId } from '../ids.ts';
import { personLabel } from '../members/person-label.ts';
import type { Services } from '../services.ts';
import { actorOf } from '../sessions/sessions.ts';
import { findWorkspace } from '../workspaces/workspaces.ts';
import { isBacked, storedState } from './backed-link.ts';
import { makeShareToken, sealForLink } from './share-link-secret.ts';
import {
  countFilled,
  deleteExpiredBefore,
  emptyExpired,
  emptyLink,
  findLinkRow,
  insertLink,
  listLinkRows,
  readLinkPolicy,
  type ShareLinkRow,
} from './share-links.store.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Links of a workspace that hold a secret at the same time. */
const LINKS_MAX = 200;
/** How long after its end a link is still listed. */
const KEPT_MS = 30 * 24 * HOUR_MS;

type ShareLinkView = OperationResult<Operations['POST /api/share-links']>['shareLink'];

const overseesAll = ({ workspace }: WorkspaceContext): boolean => isRoleAtLeast(workspace.role, 'admin');

export const listShareLinks: Handler<'GET /api/share-links'> = async (context, { query }) => {
  const { workspace, user, services } = context;
  const { kysely } = services.database;
  const rows = await listLinkRows(kysely, workspace.id, {
    createdBy: overseesAll(context) ? null : user.id,
    after: parseCursor(query.cursor),
    limit: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  const items: ShareLinkView[] = [];
  for (const row of shown) items.push(await viewLink(context, row, kysely));
  return { items, nextCursor: last === undefined ? null : `${last.created_at}.${last.id}` };
};

function parseCursor(cursor: string | undefined): { createdAt: number; id: ShareLinkId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(shr_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), id: brand<'ShareLink'>(id) };
}

async function viewLink(
  context: WorkspaceContext,
  row: ShareLinkRow,
  database: DatabaseHandle,
): Promise<ShareLinkView> {
  if (row.credential_id === null) throw new Error(`the link ${row.id} belongs to no key`);
  const stored = storedState(row, context.nowMs);
  const creator = { id: row.created_by, name: row.creator_name, email: row.creator_email };
  return {
    id: row.id,
    keyId: row.credential_id,
    label: row.label,
    state: stored === 'open' && !(await isBacked(context, row, database)) ? 'stopped' : stored,
    needsPassphrase: row.passphrase_hash !== null,
    viewsMax: row.views_max,
    views: row.views,
    createdBy: row.created_by === null ? null : personLabel(context, creator),
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
  };
}

/** Makes a link with the secret as it is now: what replaces it later is nothing the link shows. */
export const createShareLink: Handler<'POST /api/share-links'> = async (context, { body }) => {
  const { services, workspace, user, nowMs } = context;
  const { kysely } = services.database;
  const which = { id: body.keyId, permission: 'share-link:create' } as const;
  const { row: credential } = await findLiveCredential(context, which);
  if (!(await readLinkPolicy(kysely, workspace.id))) throw new AppError('share_links_off');
  // What a link shows has been copied: as many as may be copied.
  await services.throttles.take('copy', user.id);
  const place = { workspaceId: workspace.id, credentialId: credential.id, version: credential.version };
  const { token, tokenHash } = makeShareToken();
  const id = newId('ShareLink', nowMs);
  const sealed = await sealForLink(
    services,
    { id, workspace_id: workspace.id },
    await openSecret(services, place, kysely),
  );
  const row = {
    id,
    workspace_id: workspace.id,
    credential_id: credential.id,
    label: credential.name,
    token_hash: tokenHash,
    ...sealed,
    passphrase_hash: body.passphrase === undefined ? null : await hashPassword(body.passphrase),
    views_max: body.viewsMax,
    created_by: user.id,
    created_at: nowMs,
    expires_at: nowMs + body.expiresInHours * HOUR_MS,
  } satisfies NewRow<'share_links'>;
  const shareLink = await services.database.transaction(async (transaction) => {
    if ((await countFilled(transaction, workspace.id)) >= LINKS_MAX) throw new AppError('too_many_objects');
    await insertLink(transaction, row);
    await recordAuditEvent(transaction, context, {
      action: 'key.link_made',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(credential),
      details: {
        shareLinkId: id,
        viewsMax: body.viewsMax,
        expiresAt: new Date(row.expires_at).toISOString(),
        hasPassphrase: row.passphrase_hash !== null,
        version: credential.version,
      },
    });
    // The event holds the trail until the commit: who loses the right at this moment makes no link after it.
    const found = await findLiveCredential(await asOfNow(context, transaction), which, transaction);
    if (found.row.version !== credential.version) throw new AppError('conflict');
    if (!(await readLinkPolicy(transaction, workspace.id))) throw new AppError('share_links_off');
    return viewStored(context, id, transaction);
  });
  return { shareLink, token };
};

async function asOfNow(context: WorkspaceContext, transaction: Transaction): Promise<WorkspaceContext> {
  return { ...context, workspace: await findWorkspace(transaction, context.user.id, context.workspace.id) };
}

async function viewStored(
  context: WorkspaceContext,
  id: ShareLinkId,
  transaction: Transaction,
): Promise<ShareLinkView> {
  const row = await findLinkRow(transaction, { workspaceId: context.workspace.id, id });
  if (row === undefined) throw new AppError('not_found');
  return viewLink(context, row, transaction);
}

export const revokeShareLink: Handler<'DELETE /api/share-links/{id}'> = async (context, { params }) => {
  const { services, workspace, user, nowMs } = context;
  await services.database.transaction(async (transaction) => {
    const row = await findLinkRow(transaction, { workspaceId: workspace.id, id: params.id });
    const isVisible = row !== undefined && (overseesAll(context) || row.created_by === user.id);
    if (!isVisible || row.credential_id === null) throw new AppError('not_found');
    // What has ended stays as it ended, so a retried call is harmless.
    if (storedState(row, nowMs) !== 'open') return;
    await emptyLink(transaction, { id: row.id, revokedAt: nowMs });
    await recordAuditEvent(transaction, context, {
      action: 'key.link_revoked',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf({ id: row.credential_id, name: row.label }),
      details: { shareLinkId: row.id },
    });
  });
  return undefined;
};

/** Empties links that have expired and forgets those that ended long ago. Called by the housekeeping timer. */
export async function forgetOldShareLinks(services: Services, nowMs: number): Promise<void> {
  const { kysely } = services.database;
  await emptyExpired(kysely, nowMs);
  await deleteExpiredBefore(kysely, nowMs - KEPT_MS);
}
