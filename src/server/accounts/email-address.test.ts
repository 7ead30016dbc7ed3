import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MailServer, setUpMail, startMailServer } from '../../testing/mail-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

const newMailbox = (): string => `${makeSecret('box')}@example.com`;

describe.each(testEngines())('the e-mail address of an account on $engine', (engine) => {
  let target: TestServer;
  let mail: MailServer;
  let person: Person;
  beforeAll(async () => {
    mail = await startMailServer();
    target = await startTestServer(engine, { PUBLIC_URL: 'http://localhost' });
    await setUpMail(target, { mail, administrator: await target.newPerson() });
  });
  afterAll(async () => {
    await target.dispose();
    await mail.close();
  });
  beforeEach(async () => {
    person = await target.newPerson();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await target.server.services.throttles.reset('linkByAddress', '127.0.0.1');
  });

  const verify = (token: string) => target.call('POST /api/email/verify', { body: { token } });
  const change = (email: string, by: Person = person) =>
    target.call('PUT /api/me/email', { token: by.token, body: { email } });
  const codeOf = (reply: { json: { error?: { code: string } } }) => reply.json?.error?.code ?? 'ok';
  const isVerified = async () => (await person.api('GET /api/me/security')).emailVerified;
  const login = (email: string) => target.call('POST /api/login', { body: { email, password: person.password } });

  it('is verified by the link of a mail, once', async () => {
    expect(await isVerified()).toBe(false);
    await person.api('POST /api/me/email/verify');
    const token = await mail.tokenFor(person.email);
    expect((await verify(token)).status).toBe(204);
    expect(await isVerified()).toBe(true);
    expect(codeOf(await verify(token))).toBe('link_used');
    // What is verified needs no other mail.
    await person.api('POST /api/me/email/verify');
    expect(await mail.mailsTo(person.email)).toHaveLength(1);
  });

  it('is verified within ten minutes, and not by the link of a password', async () => {
    await person.api('POST /api/me/email/verify');
    const token = await mail.tokenFor(person.email);
    await target.call('POST /api/password-reset', { body: { email: person.email } });
    const reset = await mail.tokenFor(person.email);
    expect(reset).not.toBe(token);
    expect(codeOf(await verify(reset))).toBe('link_used');
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 10 * 60_000);
    expect(codeOf(await verify(token))).toBe('link_used');
  });

  it('sends five such mails an hour', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await person.api('POST /api/me/email/verify');
    const refused = await target.call('POST /api/me/email/verify', { token: person.token });
    expect(refused.status).toBe(429);
  });

  it('changes when the new mailbox confirms, and the old one is told', async () => {
    const email = newMailbox();
    const reply = await change(email);
    expect(reply.json).toMatchObject({ confirmationSent: true, user: { email: person.email } });
    expect((await login(email)).status).toBe(401);
    expect((await verify(await mail.tokenFor(email))).status).toBe(204);
    expect((await login(email)).status).toBe(200);
    expect((await login(person.email)).status).toBe(401);
    expect(await isVerified()).toBe(true);
    expect((await mail.mailsTo(person.email)).at(-1)?.text).toContain('The e-mail address of your account was changed');
    expect((await mail.mailsTo(email)).map(({ text }) => text.includes('was changed'))).toEqual([false]);
  });

  it('cannot become one that somebody has: nothing is sent there, and the answer is the same', async () => {
    const other = await target.newPerson();
    const free = await change(newMailbox());
    const taken = await change(other.email.toUpperCase());
    expect(taken.text).toBe(free.text);
    expect(await mail.mailsTo(other.email)).toEqual([]);
    expect(await mail.mailsTo(other.email.toUpperCase())).toEqual([]);
  });

  it('cannot become one that was taken while the mail was on its way', async () => {
    const email = newMailbox();
    await change(email);
    const token = await mail.tokenFor(email);
    await target.call('POST /api/register', {
      body: { email, password: person.password.split('').reverse().join('') },
    });
    expect(codeOf(await verify(token))).toBe('email_taken');
    expect((await login(person.email)).status).toBe(200);
  });

  it('of two accounts that ask for one, goes to one', async () => {
    const other = await target.newPerson();
    const email = newMailbox();
    await change(email);
    const first = await mail.tokenFor(email);
    await change(email, other);
    const second = await mail.tokenFor(email);
    const replies = await Promise.all([verify(first), verify(second)]);
    expect(replies.map(codeOf).sort()).toEqual(['email_taken', 'ok']);
  });

  it('has links that end when it changes', async () => {
    await target.call('POST /api/password-reset', { body: { email: person.email } });
    const reset = await mail.tokenFor(person.email);
    const email = newMailbox();
    await change(email);
    await verify(await mail.tokenFor(email));
    const body = { token: reset, newPassword: `${person.password}x` };
    expect(codeOf(await target.call('POST /api/password-reset/finish', { body }))).toBe('link_used');
  });

  it('is told to the mailbox of now as soon as another is asked for, and keeps no link that outlives a session', async () => {
    const ways = {
      password: async (token: string) => {
        const body = { currentPassword: person.password, newPassword: makePassword() };
        return target.call('POST /api/me/password', { token, body });
      },
      others: (token: string) => target.call('DELETE /api/sessions', { token }),
      one: async (token: string) => {
        const { json } = await target.call('GET /api/sessions', { token });
        const other = json.items.find((session: { isCurrent: boolean }) => !session.isCurrent);
        return target.call(`DELETE /api/sessions/${other.id}`, { token });
      },
    };
    for (const end of Object.values(ways)) {
      person = await target.newPerson();
      const thief = newMailbox();
      await change(thief);
      const link = await mail.tokenFor(thief);
      expect((await mail.mailsTo(person.email)).at(-1)?.text).toContain('asked to give your account another');
      const own = await login(person.email);
      expect((await end(own.json.access_token)).status).toBe(204);
      expect(codeOf(await verify(link))).toBe('link_used');
    }
  });

  it('lets nobody put a second recipient or a header into a mail', async () => {
    for (const email of [
      'a@example.com,b@example.com',
      'a@example.com\r\nBcc: b@example.com',
      'a@example.com b@b.com',
    ]) {
      expect((await change(email)).status).toBe(422);
    }
  });
});

describe('the e-mail address of an account without a mail server', () => {
  const [engine] = testEngines();
  if (engine === undefined) throw new Error('no engine to test on');

  it('changes at once, is not verified, and may not be one that somebody has', async () => {
    const target = await startTestServer(engine);
    try {
      const [person, other] = [await target.newPerson(), await target.newPerson()];
      const change = (email: string) => target.call('PUT /api/me/email', { token: person.token, body: { email } });
      const email = newMailbox();
      expect((await change(email)).json).toMatchObject({ confirmationSent: false, user: { email } });
      expect((await change(other.email)).json.error.code).toBe('email_taken');
      expect((await change(email.toUpperCase())).json.user.email).toBe(email.toUpperCase());
      const login = await target.call('POST /api/login', { body: { email, password: person.password } });
      expect(login.status).toBe(200);
      const security = await person.api('GET /api/me/security');
      expect(security).toMatchObject({ emailVerified: false, mailIsSetUp: false });
      const asked = await target.call('POST /api/me/email/verify', { token: person.token });
      expect(asked.json.error.code).toBe('mail_not_set_up');
    } finally {
      await target.dispose();
    }
  });
});
