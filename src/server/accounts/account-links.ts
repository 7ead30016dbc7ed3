import { hash, randomBytes } from 'node:crypto';
import type { UserId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import type { Services } from '../services.ts';
import {
  closeLinks,
  deleteLinksBefore,
  findOpenLink,
  insertLink,
  type LinkQuery,
  takeLink,
} from './account-links.store.ts';

const MINUTE_MS = 60 * 1000;
/** A link in a mail is opened soon or not at all (OWASP ASVS 6.5.5). */
const MAILED_LINK_MS = 10 * MINUTE_MS;
/** A link that an administrator passes on by hand. */
const HANDED_LINK_MS = 24 * 60 * MINUTE_MS;
const KEPT_MS = 7 * 24 * 60 * MINUTE_MS;

type Purpose = Row<'account_links'>['purpose'];

/** Makes a link and gives its token: 256 random bits, of which the hash is kept. */
export async function makeLink(
  transaction: DatabaseHandle,
  link: { purpose: Purpose; userId: UserId; email: string; createdBy: UserId | null; nowMs: number },
): Promise<{ token: string; expiresAtMs: number }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAtMs = link.nowMs + (link.createdBy === null ? MAILED_LINK_MS : HANDED_LINK_MS);
  await insertLink(transaction, {
    token_hash: hashOf(token),
    purpose: link.purpose,
    user_id: link.userId,
    email: link.email,
    created_by: link.createdBy,
    created_at: link.nowMs,
    expires_at: expiresAtMs,
    used_at: null,
  });
  return { token, expiresAtMs };
}

interface Given {
  readonly token: string;
  readonly purpose: Purpose;
  readonly nowMs: number;
}

/** The link of a token, still to be used; `link_used` when there is none such, it was used or is too old. */
export async function readLink(database: DatabaseHandle, given: Given): Promise<Row<'account_links'>> {
  return (await findOpenLink(database, queryOf(given))) ?? refuse();
}

/** Uses the link up, in the transaction of what it is for; of calls that race, all but one get `link_used`. */
export async function consumeLink(transaction: DatabaseHandle, given: Given): Promise<Row<'account_links'>> {
  return (await takeLink(transaction, queryOf(given))) ?? refuse();
}

/** Closes the links that would give the account another mailbox: whoever asked for one may be who just lost the session. */
export async function closeMailboxLinks(
  transaction: DatabaseHandle,
  { userId, nowMs }: { userId: UserId; nowMs: number },
): Promise<void> {
  await closeLinks(transaction, { userId, purpose: 'verify_email', nowMs });
}

/** Deletes links a week after their time. Called by the housekeeping timer. */
export async function forgetOldLinks(services: Services, nowMs: number): Promise<void> {
  await deleteLinksBefore(services.database.kysely, nowMs - KEPT_MS);
}

function queryOf({ token, purpose, nowMs }: Given): LinkQuery {
  return { tokenHash: hashOf(token), purpose, nowMs };
}

function hashOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

function refuse(): never {
  throw new AppError('link_used');
}
