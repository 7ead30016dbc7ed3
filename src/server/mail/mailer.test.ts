import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { portOf } from '../../testing/loopback-server.ts';
import { makeSelfSignedCertificate } from '../../testing/self-signed-certificate.ts';
import { makeSecret } from '../../testing/test-server.ts';
import { Secret } from '../secret.ts';
import { createMailer, type MailServer } from './mailer.ts';

const logs: unknown[] = [];
const log = { warn: (...entry: unknown[]) => void logs.push(entry) };
// Sending by given settings needs neither database nor vault.
const mailer = createMailer({} as never, log as never);

interface Received {
  from: string;
  to: string[];
  raw: string;
  secure: boolean;
  user: string | undefined;
}

const running: SMTPServer[] = [];
const password = makeSecret('mail');

async function start(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password: given }, _session, done) {
      if (given === password) done(null, { user: username });
      else done(new Error(`no, not with ${given}`));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
          user: session.user,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  running.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const settingsOf = (change: Partial<MailServer['settings']> = {}): MailServer => ({
    settings: {
      host: '127.0.0.1',
      port: portOf(server.server),
      security: 'none',
      username: null,
      from: 'keys@example.com',
      ...change,
    },
    password: null,
  });
  return { received, settingsOf };
}

const message = { to: 'ada@example.com', subject: 'Hello', text: 'Text' };

describe('mail', () => {
  let key: string;
  let cert: string;
  beforeAll(() => {
    const made = makeSelfSignedCertificate(['localhost', '127.0.0.1']);
    key = made.privateKey;
    cert = made.certificate;
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  });

  const failure = (server: MailServer) =>
    mailer.sendBy(server, message).then(
      () => 'sent',
      (error: { code: string; details: { message: string }[] }) => [error.code, error.details[0]?.message],
    );

  it('is handed to a relay as plain text, from and to the addresses of the settings and the message', async () => {
    const { received, settingsOf } = await start();
    await mailer.sendBy(settingsOf(), { to: 'ada@example.com', subject: '测试 ✓', text: '你好\n.\nEnd' });
    expect(received).toMatchObject([{ from: 'keys@example.com', to: ['ada@example.com'], secure: false }]);
    expect(received[0]?.raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/im);
    expect(received[0]?.raw).not.toMatch(/text\/html/i);
  });

  it.each(['starttls', 'tls'] as const)(
    'is not sent by %s to a server whose certificate nobody trusts',
    async (security) => {
      const options = { key, cert, disabledCommands: [], secure: security === 'tls' };
      const { received, settingsOf } = await start(options);
      const server = { ...settingsOf({ security, username: 'keys' }), password: new Secret(password) };
      expect(await failure(server)).toEqual(['mail_failed', expect.stringContaining('certificate is not trusted')]);
      expect(received).toEqual([]);
    },
  );

  it('is not sent in clear where the settings ask for encryption that the server does not offer', async () => {
    const { received, settingsOf } = await start();
    expect(await failure(settingsOf({ security: 'starttls' }))).toEqual([
      'mail_failed',
      expect.stringMatching(/encryption|connection/i),
    ]);
    expect(await failure(settingsOf({ security: 'tls' }))).toEqual(['mail_failed', expect.any(String)]);
    expect(received).toEqual([]);
  });

  it('is signed in for with user name and password, and says when they are wrong without repeating them', async () => {
    const { received, settingsOf } = await start({ authOptional: false, allowInsecureAuth: true });
    const settings = settingsOf({ username: 'keys' });
    await mailer.sendBy({ ...settings, password: new Secret(password) }, message);
    expect(received).toMatchObject([{ user: 'keys' }]);
    const wrong = makeSecret('wrong');
    logs.length = 0;
    const told = await failure({ ...settings, password: new Secret(wrong) });
    expect(told).toEqual(['mail_failed', 'The mail server refused the user name or password.']);
    expect(JSON.stringify([told, logs])).not.toContain(wrong);
    expect(logs).toHaveLength(1);
  });

  it('gets no header from its subject, and no second recipient from its address', async () => {
    const { received, settingsOf } = await start();
    await mailer.sendBy(settingsOf(), { ...message, subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nInjected' });
    expect(received[0]?.to).toEqual(['ada@example.com']);
    expect(received[0]?.raw).not.toMatch(/^bcc:/im);
    expect(received[0]?.raw.split('\r\n\r\n')[0]).toMatch(/^Subject: Hello Bcc: eve@example.com Injected$/m);
    for (const to of [
      'ada@example.com\r\nBcc: eve@example.com',
      'ada@example.com, eve@example.com',
      'Ada <ada@example.com>',
      '<ada@example.com>',
      'ada@example.com\0',
      'nobody',
    ]) {
      await expect(mailer.sendBy(settingsOf(), { ...message, to })).rejects.toMatchObject({ code: 'mail_failed' });
    }
    expect(received).toHaveLength(1);
  });

  it('says when the server refuses the recipient, or is not there', async () => {
    const { settingsOf } = await start({ onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')) });
    expect(await failure(settingsOf())).toEqual([
      'mail_failed',
      'The mail server refused the sender or the recipient.',
    ]);
    expect(await failure(settingsOf({ port: 9 }))).toEqual([
      'mail_failed',
      expect.stringMatching(/reached|connection/),
    ]);
  });
});
