import { verifyPassword } from '../accounts/password.ts';
import { type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext, Handler } from '../context.ts';
import { targetOf } from '../credentials/credentials.ts';
import { AppError } from '../http-errors.ts';
import { networkOf } from '../throttle.ts';
import { isBacked, storedState } from './backed-link.ts';
import { hashShareToken, openOfLink } from './share-link-secret.ts';
import { emptyLink, FAILURES_MAX, findLinkByHash, type ShareLinkRow, takeTry, takeView } from './share-links.store.ts';

type OpenLink = ShareLinkRow & { readonly envelope: string };

/**
 * The open link that a token stands for. Throws `link_used` for every other and tells nobody why: used, expired,
 * withdrawn, ended by wrong passphrases, stopped with the right of who made it, or made up.
 */
async function findOpenLink(context: CallContext, token: string): Promise<OpenLink> {
  const { kysely } = context.services.database;
  const tokenHash = hashShareToken(token);
  const row = tokenHash === null ? undefined : await findLinkByHash(kysely, tokenHash);
  if (row === undefined || row.envelope === null || storedState(row, context.nowMs) !== 'open') {
    throw new AppError('link_used');
  }
  if (!(await isBacked(context, row, kysely))) throw new AppError('link_used');
  return { ...row, envelope: row.envelope };
}

export const readShared: Handler<'POST /api/shared/read'> = async (context, { body }) => {
  const { throttles } = context.services;
  await throttles.take('sharedByAddress', networkOf(context.ip));
  const row = await findOpenLink(context, body.token);
  await throttles.giveBack('sharedByAddress', networkOf(context.ip));
  return {
    label: row.label,
    needsPassphrase: row.passphrase_hash !== null,
    expiresAt: new Date(row.expires_at).toISOString(),
    viewsLeft: row.views_max - row.views,
  };
};

/**
 * The other way beside copying in which a secret leaves the server. The view is counted and the audit row committed
 * before the reply is written, and of parallel calls no more get it than there are views.
 */
export const openShared: Handler<'POST /api/shared/open'> = async (context, { body }) => {
  const { services, nowMs } = context;
  await services.throttles.take('sharedByAddress', networkOf(context.ip));
  const row = await findOpenLink(context, body.token);
  const triesBack = await checkPassphrase(context, row, body.passphrase);
  const secret = await openOfLink(services, row, row.envelope);
  const viewsLeft = await services.database.transaction(async (transaction) => {
    const views = await takeView(transaction, { id: row.id, nowMs, triesBack });
    if (views === null) throw new AppError('link_used');
    await recordAuditEvent(transaction, context, {
      ...eventOf(row, 'key.link_opened'),
      details: { shareLinkId: row.id, view: views, viewsMax: row.views_max },
    });
    // The event holds the trail until the commit, as with a copy: who made the link still has the right to it here, or
    // its loss is on record before this view, which then is none.
    const now = await findLinkByHash(transaction, row.token_hash);
    if (now === undefined || !(await isBacked(context, now, transaction))) throw new AppError('link_used');
    return row.views_max - views;
  });
  await services.throttles.giveBack('sharedByAddress', networkOf(context.ip));
  return { secret: secret.reveal(), viewsLeft };
};

/**
 * Throws `passphrase_wrong`, and `link_used` for the wrong one that ends the link. A try is taken before the slow
 * comparison; gives how many are to be given back with the view.
 */
async function checkPassphrase(context: CallContext, row: OpenLink, passphrase: string | undefined): Promise<0 | 1> {
  const { kysely } = context.services.database;
  if (row.passphrase_hash === null) return 0;
  if (passphrase === undefined) throw new AppError('passphrase_wrong');
  const tries = await takeTry(kysely, row.id);
  if (tries === null) throw new AppError('link_used');
  if (await verifyPassword(passphrase, row.passphrase_hash)) return 1;
  const left = FAILURES_MAX - tries;
  if (left === 0) await emptyLink(kysely, { id: row.id, revokedAt: null });
  await recordAuditEvent(kysely, context, {
    ...eventOf(row, 'key.link_refused'),
    result: 'denied',
    reason: 'passphrase_wrong',
    details: { shareLinkId: row.id, triesLeft: left },
  });
  if (left === 0) throw new AppError('link_used');
  throw new AppError('passphrase_wrong', {
    details: [{ path: 'passphrase', message: `is wrong; tries that are left: ${left}` }],
  });
}

/** Whoever has a link is nobody we know: the event has no actor, but an address. */
function eventOf(row: ShareLinkRow, action: AuditEntry['action']): AuditEntry {
  return {
    action,
    workspaceId: row.workspace_id,
    actor: null,
    ...(row.credential_id === null ? {} : { target: targetOf({ id: row.credential_id, name: row.label }) }),
  };
}
