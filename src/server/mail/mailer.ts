import type { Logger } from 'pino';
import { z } from 'zod';
import { AppError } from '../http-errors.ts';
import type { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import { readSetting, type SettingValue } from '../settings/settings.ts';
import { deliverMail } from './deliver-mail.ts';

export interface MailMessage {
  /** One address. */
  readonly to: string;
  /** One line; what would break out of the header is taken out. */
  readonly subject: string;
  /** Plain text. Mail holds no HTML: nothing to hide a link behind. */
  readonly text: string;
}

export interface MailServer {
  readonly settings: SettingValue<'mail'>;
  readonly password: Secret | null;
}

export interface Mailer {
  /** Whether an administrator has set up a mail server. */
  isSetUp(): Promise<boolean>;
  /** Hands one message in. Throws `mail_not_set_up` or, with the server's own words left out, `mail_failed`. */
  send(message: MailMessage): Promise<void>;
  /** As `send`, by settings that are not stored yet. */
  sendBy(server: MailServer, message: MailMessage): Promise<void>;
}

/** One bare address: nothing in it that has a meaning in a header or an SMTP command (RFC 5322 section 3.2.3). */
const Address = z
  .email({ pattern: z.regexes.unicodeEmail })
  .regex(/^[^\p{Cc}\p{Cf}\s<>()[\],;:\\"]+$/u)
  .max(254);

export function createMailer(place: Pick<Services, 'database' | 'vault'>, log: Logger): Mailer {
  const sendBy = async (server: MailServer, message: MailMessage): Promise<void> => {
    if (!Address.safeParse(message.to).success) throw new AppError('mail_failed');
    await deliverMail(server, message).catch((error: unknown) => {
      const reason = reasonOf(error);
      log.warn({ reason, host: server.settings.host }, 'the mail server did not take a message');
      throw new AppError('mail_failed', { details: [{ path: 'mail', message: reason }], cause: error });
    });
  };
  return {
    isSetUp: async () => (await readSetting(place, 'mail')) !== null,
    async send(message) {
      const setting = await readSetting(place, 'mail');
      if (setting === null) throw new AppError('mail_not_set_up');
      await sendBy({ settings: setting.value, password: await setting.openSecret() }, message);
    },
    sendBy,
  };
}

/** What went wrong in one of our words: replies of mail servers repeat what they were sent. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Record<string, string> = {
    EAUTH: 'The mail server refused the user name or password.',
    ECONNECTION: 'The mail server could not be reached.',
    ECONNREFUSED: 'The mail server could not be reached.',
    EDNS: 'The name of the mail server could not be resolved.',
    ESOCKET: 'The connection to the mail server failed, or its certificate is not trusted.',
    ETLS: 'The mail server offers no encryption, which the settings ask for.',
    ETIMEDOUT: 'The mail server did not answer in time.',
    EENVELOPE: 'The mail server refused the sender or the recipient.',
  };
  return known[code] ?? 'The mail server did not take the message.';
}
