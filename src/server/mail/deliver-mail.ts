import { createTransport } from 'nodemailer';
import type { MailMessage, MailServer } from './mailer.ts';

const ANSWER_MS_MAX = 10_000;

/** Hands one message to a mail server (SMTP, RFC 5321) on a connection of its own. Rejects with nodemailer's errors. */
export async function deliverMail({ settings, password }: MailServer, message: MailMessage): Promise<void> {
  const { host, port, security, username, from } = settings;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2' },
    ...(username === null ? {} : { auth: { user: username, pass: password?.reveal() ?? '' } }),
    connectionTimeout: ANSWER_MS_MAX,
    greetingTimeout: ANSWER_MS_MAX,
    socketTimeout: ANSWER_MS_MAX,
    // A message is what we wrote: no file and no address on the network becomes a part of it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from,
      to: { name: '', address: message.to },
      subject: message.subject.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '),
      text: message.text,
    });
  } finally {
    transport.close();
  }
}
