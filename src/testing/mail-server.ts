import { SMTPServer } from 'smtp-server';
import { settleBackground } from '../server/background.ts';
import { brand } from '../server/ids.ts';
import { prepareSetting, writeSetting } from '../server/settings/settings.ts';
import { portOf } from './loopback-server.ts';
import type { Person, TestServer } from './test-server.ts';

export interface ReceivedMail {
  to: string[];
  /** Headers and text, decoded. */
  text: string;
}

export interface MailServer {
  port: number;
  /** What came so far, in order. */
  inbox: ReceivedMail[];
  /** The mails to an address, after all that is under way has arrived. */
  mailsTo(address: string): Promise<ReceivedMail[]>;
  /** The token behind `#` in the last mail to an address. */
  tokenFor(address: string): Promise<string>;
  close(): Promise<void>;
  /** Lets the process end although it listens. */
  unref(): void;
}

/** A real SMTP server on the loopback address. */
export async function startMailServer(): Promise<MailServer> {
  const inbox: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        inbox.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: decode(Buffer.concat(chunks)) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.server);
  const mailsTo = async (address: string): Promise<ReceivedMail[]> => {
    await settleBackground();
    return inbox.filter(({ to }) => to.includes(address));
  };
  return {
    port,
    inbox,
    mailsTo,
    async tokenFor(address) {
      const last = (await mailsTo(address)).at(-1);
      return /#([\w-]{43})\b/.exec(last?.text ?? '')?.[1] ?? '';
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
    unref: () => void server.server.unref(),
  };
}

/** Has an administrator's server hand its mail to this one. */
export async function setUpMail(
  target: TestServer,
  { mail, administrator }: { mail: MailServer; administrator: Person },
): Promise<void> {
  const { services } = target.server;
  await prepareSetting(services);
  await services.database.transaction((transaction) =>
    writeSetting(services, transaction, {
      name: 'mail',
      value: { host: '127.0.0.1', port: mail.port, security: 'none', username: null, from: 'keys@example.com' },
      secret: null,
      updatedBy: brand<'User'>(administrator.userId),
      nowMs: Date.now(),
    }),
  );
}

/** The head as it came, with its encoded words read, and the body out of its transfer encoding (RFC 2045, RFC 2047). */
function decode(message: Buffer): string {
  const [head = '', ...rest] = message.toString('utf8').split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const words = head.replace(/=\?utf-8\?B\?([^?]*)\?=/gi, (_, word: string) => Buffer.from(word, 'base64').toString());
  if (/^content-transfer-encoding: base64/im.test(head)) return `${words}\n\n${Buffer.from(body, 'base64').toString()}`;
  if (!/^content-transfer-encoding: quoted-printable/im.test(head)) return `${words}\n\n${body}`;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return `${words}\n\n${Buffer.from(bytes, 'latin1').toString('utf8')}`;
}
