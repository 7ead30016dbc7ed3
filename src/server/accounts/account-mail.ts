import type { Locale } from '../../contract/vocabulary.ts';
import { inBackground } from '../background.ts';
import type { CallContext } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import type { MailMessage } from '../mail/mailer.ts';
import { tellOfSecurity } from '../notifications/security-notices.ts';
import { addressOf } from './link-address.ts';
import { type LinkMail, linkMails, type Tidings, tidings } from './mail-texts.ts';

type User = Pick<Row<'users'>, 'email_display' | 'locale'>;
type Place = Pick<CallContext, 'services' | 'host'>;

const localeOf = (user: User): Locale => user.locale ?? 'en';

/** Whether links can be mailed: there is a mail server, and the server knows its own address. */
export async function canSendLinks(context: Place): Promise<boolean> {
  return addressOf(context, '/') !== null && (await context.services.mail.isSetUp());
}

/** The message that carries a link with a token. The token stands behind `#`, which browsers send to nobody. */
export function linkMessage(
  context: Place,
  link: { mail: LinkMail; user: User; to: string; token: string },
): MailMessage {
  const { mail, user, to, token } = link;
  const { path, text } = linkMails[mail];
  const url = addressOf(context, `${path}#${token}`);
  if (url === null) throw new AppError('mail_not_set_up');
  const { subject, body } = text[localeOf(user)];
  return { to, subject, text: body(url) };
}

/**
 * Tells the owner of an account what happened to it, in the dashboard and, where mail is set up, by mail (OWASP ASVS
 * 6.3.7). Nobody waits for it. `to`: another mailbox than the account's present one.
 */
export function tellOwner(
  context: CallContext,
  user: User & Pick<Row<'users'>, 'id'>,
  news: { kind: Tidings; to?: string },
): void {
  const { mail, log } = context.services;
  inBackground(log, 'telling the owner of an account by mail', async () => {
    await tellOfSecurity(context, { userId: user.id, news: news.kind, isMailed: true });
    if (!(await mail.isSetUp())) return;
    const { subject, what, close } = tidings[localeOf(user)];
    const facts = `${new Date(context.nowMs).toISOString()}, ${context.ip}`;
    await mail.send({
      to: news.to ?? user.email_display,
      subject,
      text: `${what[news.kind]}\n\n${facts}\n\n${close}\n`,
    });
  });
}
