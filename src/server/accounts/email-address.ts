import { recordAuditEvent } from '../audit-events/audit-events.ts';
import { inBackground } from '../background.ts';
import type { AccountContext, CallContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { requireOwnFactor } from '../second-factors/second-factor.ts';
import { personActor } from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { closeLinks } from './account-links.store.ts';
import { consumeLink, makeLink, readLink } from './account-links.ts';
import { canSendLinks, linkMessage, tellOwner } from './account-mail.ts';
import { normaliseEmail, toUser } from './account-view.ts';
import { findUserByEmail, findUserById, lockUser, updateUser } from './accounts.store.ts';

export const askForVerification: Handler<'POST /api/me/email/verify'> = async (context) => {
  const { services, user } = context;
  if (user.email_verified_at !== null) return undefined;
  if (!(await canSendLinks(context))) throw new AppError('mail_not_set_up');
  await services.throttles.take('verifyEmail', user.id);
  const token = await makeVerification(context, user.email_display);
  await services.mail.send(linkMessage(context, { mail: 'verify', user, to: user.email_display, token }));
  return undefined;
};

export const changeEmail: Handler<'PUT /api/me/email'> = async (context, { body }) => {
  await requireOwnFactor(context);
  const { services, user } = context;
  await services.throttles.take('verifyEmail', user.id);
  const isSame = normaliseEmail(body.email) === user.email;
  if (!isSame && (await canSendLinks(context))) {
    // To the mailbox of now, before anything changes: its owner can still end the sessions, and with them the link.
    tellOwner(context, user, { kind: 'emailChangeAsked' });
    inBackground(services.log, 'mailing a link to a new address', () => mailNewAddress(context, body.email));
    return { user: toUser(user), confirmationSent: true };
  }
  const changed = await services.database.transaction((transaction) =>
    setEmail(transaction, context, { user, email: body.email, isVerified: isSame && user.email_verified_at !== null }),
  );
  return { user: toUser(changed), confirmationSent: false };
};

/** To a mailbox that has an account nothing is sent, and whoever asked is not told. */
async function mailNewAddress(context: AccountContext, email: string): Promise<void> {
  const { services, user } = context;
  if ((await findUserByEmail(services.database.kysely, normaliseEmail(email))) !== undefined) return;
  const token = await makeVerification(context, email);
  await services.mail.send(linkMessage(context, { mail: 'changeEmail', user, to: email, token }));
}

async function makeVerification(context: AccountContext, email: string): Promise<string> {
  const { services, user, nowMs } = context;
  const { token } = await services.database.transaction(async (transaction) => {
    if (normaliseEmail(email) !== user.email) {
      await recordAuditEvent(transaction, context, { action: 'account.email_change_asked', actor: context.actor });
    }
    return makeLink(transaction, { purpose: 'verify_email', userId: user.id, email, createdBy: null, nowMs });
  });
  return token;
}

export const finishVerification: Handler<'POST /api/email/verify'> = async (context, { body }) => {
  const { services, nowMs } = context;
  const address = networkOf(context.ip);
  await services.throttles.take('linkByAddress', address);
  const before = await services.database.transaction(async (transaction) => {
    const given = { token: body.token, purpose: 'verify_email', nowMs } as const;
    const { user_id } = await readLink(transaction, given);
    // The account before its links, as everything that closes links does, or two calls could wait for each other.
    await lockUntilCommit(transaction, 'register');
    await lockUser(transaction, user_id);
    const link = await consumeLink(transaction, given);
    const user = await findUserById(transaction, link.user_id);
    if (user === undefined || user.state !== 'active') throw new AppError('link_used');
    if (normaliseEmail(link.email) === user.email) await setVerified(transaction, context, user);
    else await setEmail(transaction, context, { user, email: link.email, isVerified: true });
    return { user, isChanged: normaliseEmail(link.email) !== user.email };
  });
  await services.throttles.giveBack('linkByAddress', address);
  if (before.isChanged) tellOwner(context, before.user, { kind: 'emailChanged' });
  return undefined;
};

async function setVerified(transaction: Transaction, context: CallContext, user: Row<'users'>): Promise<void> {
  await updateUser(transaction, user.id, { email_verified_at: context.nowMs });
  await recordAuditEvent(transaction, context, { action: 'account.email_verified', actor: personActor(user) });
}

async function setEmail(
  transaction: Transaction,
  context: CallContext,
  { user, email, isVerified }: { user: Row<'users'>; email: string; isVerified: boolean },
): Promise<Row<'users'>> {
  const { nowMs } = context;
  // The lock of registration: two people cannot take one address at the same moment.
  await lockUntilCommit(transaction, 'register');
  const holder = await findUserByEmail(transaction, normaliseEmail(email));
  if (holder !== undefined && holder.id !== user.id) throw new AppError('email_taken');
  const row = await updateUser(transaction, user.id, {
    email: normaliseEmail(email),
    email_display: email,
    email_verified_at: isVerified ? nowMs : null,
    updated_at: nowMs,
  });
  // Links to the mailbox before lead nowhere any more.
  await closeLinks(transaction, { userId: user.id, nowMs });
  await recordAuditEvent(transaction, context, { action: 'account.email_changed', actor: personActor(row) });
  return row;
}
