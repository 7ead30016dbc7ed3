import type { UserId } from '../../contract/ids.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import { inBackground } from '../background.ts';
import type { AccountContext, CallContext, Handler } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { tellOfSecurity } from '../notifications/security-notices.ts';
import {
  hasSecondFactor,
  readFactors,
  secondFactorNeeded,
  takeSecondFactorCode,
} from '../second-factors/second-factor.ts';
import { endAllSessions, personActor } from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { closeLinks } from './account-links.store.ts';
import { consumeLink, makeLink, readLink } from './account-links.ts';
import { canSendLinks, linkMessage, tellOwner } from './account-mail.ts';
import { normaliseEmail } from './account-view.ts';
import { findUserByEmail, findUserById, updateProvedUser } from './accounts.store.ts';
import { hashPassword } from './password.ts';
import { refuseWeakPassword } from './prove-password.ts';

/** The answer goes out before anybody looks whether the address has an account, so it is the same, and as fast, for all. */
export const askForReset: Handler<'POST /api/password-reset'> = async (context, { body }) => {
  const { throttles, log } = context.services;
  await throttles.take('linkByAddress', networkOf(context.ip));
  inBackground(log, 'mailing a link to choose a new password', () => mailReset(context, normaliseEmail(body.email)));
  return undefined;
};

async function mailReset(context: CallContext, email: string): Promise<void> {
  const { services, nowMs } = context;
  if (!(await canSendLinks(context))) {
    services.log.warn('a link to choose a new password was asked for, but no mail server or no PUBLIC_URL is set up');
    return;
  }
  const user = await findUserByEmail(services.database.kysely, email);
  if (user === undefined || user.state !== 'active' || !(await mayMail(context, email))) return;
  const { token } = await services.database.transaction(async (transaction) => {
    const link = { purpose: 'reset_password', userId: user.id, email: user.email, createdBy: null, nowMs } as const;
    const made = await makeLink(transaction, link);
    await recordAuditEvent(transaction, context, {
      action: 'account.reset_asked',
      actor: null,
      target: targetOf(user),
    });
    return made;
  });
  await services.mail.send(linkMessage(context, { mail: 'reset', user, to: user.email_display, token }));
}

/** A stranger fills nobody's mailbox. */
async function mayMail({ services: { throttles } }: CallContext, email: string): Promise<boolean> {
  return throttles.take('resetForAccount', email).then(
    () => true,
    () => false,
  );
}

/** A link is one factor. Who has a second one shows it as well, or the link would be a way around it (OWASP ASVS 6.4.3). */
export const finishReset: Handler<'POST /api/password-reset/finish'> = async (context, { body }) => {
  const { services, nowMs } = context;
  const address = networkOf(context.ip);
  await services.throttles.take('linkByAddress', address);
  const given = { token: body.token, purpose: 'reset_password', nowMs } as const;
  const link = await readLink(services.database.kysely, given);
  const user = await findResettable(context, link);
  await services.throttles.giveBack('linkByAddress', address);
  refuseWeakPassword(body.newPassword, [user.email, user.name]);
  await proveSecondFactor(context, user, body.totp);
  const passwordHash = await hashPassword(body.newPassword);
  await services.database.transaction(async (transaction) => {
    // The account first: a sign-in with the old password then finds it changed, or its session is ended below.
    const change = {
      password_hash: passwordHash,
      updated_at: nowMs,
      // The link came by a mail to this very address.
      ...(link.created_by === null && user.email_verified_at === null ? { email_verified_at: nowMs } : {}),
    };
    if (!(await updateProvedUser(transaction, { id: user.id }, change))) throw new AppError('link_used');
    await consumeLink(transaction, given);
    await closeLinks(transaction, { userId: user.id, nowMs });
    await endAllSessions(transaction, { userId: user.id, nowMs });
    await recordAuditEvent(transaction, context, { action: 'account.password_reset', actor: personActor(user) });
  });
  tellOwner(context, user, { kind: 'passwordReset' });
  return undefined;
};

/** The account of a link. A link to a mailbox that the account has left, or to a disabled account, is worth nothing. */
async function findResettable({ services }: CallContext, link: Row<'account_links'>): Promise<Row<'users'>> {
  const user = await findUserById(services.database.kysely, link.user_id);
  if (user === undefined || user.state !== 'active' || user.email !== link.email) throw new AppError('link_used');
  return user;
}

async function proveSecondFactor(context: CallContext, user: Row<'users'>, code: string | undefined): Promise<void> {
  const factors = await readFactors(context, user.id);
  if (!hasSecondFactor(factors)) return;
  if (code === undefined || code.trim() === '') throw secondFactorNeeded(factors);
  if (await takeSecondFactorCode(context, user, code)) return;
  await recordAuditEvent(context.services.database.kysely, context, {
    action: 'account.password_reset',
    actor: personActor(user),
    result: 'denied',
    reason: 'second_factor_wrong',
  });
  throw new AppError('totp_wrong');
}

/**
 * Starts the reset of a password for a person who has forgotten it; its link stands in place of any before. With a mail
 * server the link goes to the mailbox of the account (ten minutes), and whoever administers the instance never sees it;
 * without one they hand it over (a day). The person chooses the password, and a second factor is asked for all the same.
 * Throws `not_found`, and `mail_failed`.
 */
export async function startReset(
  context: AccountContext,
  userId: UserId,
): Promise<{ token: string | null; sentTo: string | null; expiresAt: string }> {
  const { services, nowMs } = context;
  const user = await findUserById(services.database.kysely, userId);
  if (user === undefined || user.state !== 'active') throw new AppError('not_found');
  const isMailed = await canSendLinks(context);
  const { token, expiresAtMs } = await services.database.transaction(async (transaction) => {
    await closeLinks(transaction, { userId, nowMs });
    const createdBy = isMailed ? null : context.user.id;
    const link = { purpose: 'reset_password', userId, email: user.email, createdBy, nowMs } as const;
    const made = await makeLink(transaction, link);
    const target = targetOf(user);
    await recordAuditEvent(transaction, context, { action: 'account.reset_started', actor: context.actor, target });
    return made;
  });
  const expiresAt = new Date(expiresAtMs).toISOString();
  if (!isMailed) {
    tellOwner(context, user, { kind: 'resetStarted' });
    return { token, sentTo: null, expiresAt };
  }
  const to = user.email_display;
  await services.mail.send(linkMessage(context, { mail: 'resetByAdministrator', user, to, token }));
  await tellOfSecurity(context, { userId, news: 'resetStarted', isMailed: true });
  return { token: null, sentTo: to, expiresAt };
}

function targetOf(user: Row<'users'>) {
  return { type: 'account', id: user.id, label: user.email_display } as const;
}
