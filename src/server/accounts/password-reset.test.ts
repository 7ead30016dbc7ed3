import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MailServer, setUpMail, startMailServer } from '../../testing/mail-server.ts';
import { addPasskey, connectApp } from '../../testing/second-factors.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import type { AccountContext, CallContext } from '../context.ts';
import { brand } from '../ids.ts';
import { forgetOldLinks } from './account-links.ts';
import { startReset } from './password-reset.ts';
import { finishSignIn } from './sign-in.ts';

const ORIGIN = 'http://localhost';
const MINUTE_MS = 60_000;

describe.each(testEngines())('a forgotten password on $engine', (engine) => {
  let target: TestServer;
  let mail: MailServer;
  let administrator: Person;
  let person: Person;
  beforeAll(async () => {
    mail = await startMailServer();
    target = await startTestServer(engine, { PUBLIC_URL: ORIGIN, TRUSTED_PROXIES: '127.0.0.1' });
    administrator = await target.newPerson();
    await setUpMail(target, { mail, administrator });
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
    vi.restoreAllMocks();
    await target.server.services.throttles.reset('linkByAddress', '127.0.0.1');
  });

  const ask = (email: string, headers: Record<string, string> = {}) =>
    target.call('POST /api/password-reset', { body: { email }, headers });
  const finish = (token: string, newPassword: string, totp?: string) =>
    target.call('POST /api/password-reset/finish', {
      body: { token, newPassword, ...(totp === undefined ? {} : { totp }) },
    });
  const login = (password: string, totp?: string) =>
    target.call('POST /api/login', {
      body: { email: person.email, password, ...(totp === undefined ? {} : { totp }) },
    });
  const codeOf = (reply: { json: { error?: { code: string } } }) => reply.json?.error?.code ?? 'ok';
  const mailedToken = async () => {
    await ask(person.email);
    return mail.tokenFor(person.email);
  };
  const kysely = () => target.server.services.database.kysely;

  it('is replaced by the link in a mail, once, and every session ends', async () => {
    const token = await mailedToken();
    expect(token).toHaveLength(43);
    const newPassword = makePassword();
    expect((await finish(token, newPassword)).status).toBe(204);
    expect((await target.call('GET /api/me', { token: person.token })).status).toBe(401);
    expect((await target.call('GET /api/me', { cookie: person.cookie })).status).toBe(401);
    expect((await login(person.password)).status).toBe(401);
    expect((await login(newPassword)).status).toBe(200);
    const again = await finish(token, makePassword());
    expect([again.status, codeOf(again)]).toEqual([410, 'link_used']);
    const [, told] = await mail.mailsTo(person.email);
    expect(told?.text).toContain('A new password was chosen for your account');
    expect(told?.text).not.toContain(newPassword);
  });

  it('leads to a page of PUBLIC_URL whatever the Host, with the token behind #', async () => {
    await ask(person.email, { 'x-forwarded-host': 'evil.example' });
    const [message] = await mail.mailsTo(person.email);
    expect(message?.text).toMatch(/^http:\/\/localhost\/reset#[\w-]{43}\r?$/m);
    expect(message?.to).toEqual([person.email]);
  });

  it('is mailed about in the language of the account', async () => {
    await person.api('PUT /api/me', { body: { locale: 'zh-CN' } });
    await ask(person.email);
    const [message] = await mail.mailsTo(person.email);
    expect(message?.text).toContain('设置新密码');
    expect(message?.text).toContain('请在十分钟内打开此链接');
  });

  it('is asked about in the same words for every address, and nobody unknown gets a mail', async () => {
    const disabled = await target.newPerson();
    await kysely().updateTable('users').set({ state: 'disabled' }).where('email', '=', disabled.email).execute();
    const replies = [
      await ask(person.email),
      await ask('nobody@example.com'),
      await ask(disabled.email),
      await ask('x'),
    ];
    for (const reply of replies) {
      expect([reply.status, reply.text]).toEqual([204, '']);
      expect([...reply.headers.keys()]).toEqual([...(replies[0]?.headers.keys() ?? [])]);
    }
    expect(await mail.mailsTo(person.email)).toHaveLength(1);
    expect(await mail.mailsTo('nobody@example.com')).toEqual([]);
    expect(await mail.mailsTo(disabled.email)).toEqual([]);
  });

  it('is answered before anybody looks for the account', async () => {
    const find = vi.spyOn(target.server.services.mail, 'isSetUp').mockImplementation(async () => {
      throw new Error('looked too early');
    });
    expect((await ask(person.email)).status).toBe(204);
    expect(await mail.mailsTo(person.email)).toEqual([]);
    find.mockRestore();
  });

  it('finds the account by its address in another form, and mails to the one that is stored', async () => {
    await ask(` ${person.email.toUpperCase()} `);
    expect(await mail.mailsTo(person.email)).toHaveLength(1);
  });

  it('fills no mailbox: three mails an hour, and who asks is not told', async () => {
    for (let attempt = 0; attempt < 6; attempt += 1) expect((await ask(person.email)).status).toBe(204);
    expect(await mail.mailsTo(person.email)).toHaveLength(3);
  });

  it('is asked about thirty times an hour from one address', async () => {
    const replies = await Promise.all(Array.from({ length: 33 }, (_, index) => ask(`nobody-${index}@example.com`)));
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(3);
    expect((await ask(person.email, { 'x-forwarded-for': '203.0.113.5' })).status).toBe(204);
  });

  it('has links of ten minutes, and of another shape none', async () => {
    const token = await mailedToken();
    vi.useFakeTimers({ toFake: ['Date'] });
    const sentAt = Date.now();
    vi.setSystemTime(sentAt + 10 * MINUTE_MS);
    expect(codeOf(await finish(token, makePassword()))).toBe('link_used');
    vi.setSystemTime(sentAt + 9 * MINUTE_MS);
    for (const wrong of [`${token}x`, token.toLowerCase(), 'x', "' or '1'='1"]) {
      expect(codeOf(await finish(wrong, makePassword()))).toBe('link_used');
    }
    expect((await finish(token, makePassword())).status).toBe(204);
  });

  it('is replaced by one of many calls at once', async () => {
    const token = await mailedToken();
    const passwords = Array.from({ length: 5 }, makePassword);
    const replies = await Promise.all(passwords.map((password) => finish(token, password)));
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 410, 410, 410, 410]);
    const winner = passwords[replies.findIndex(({ status }) => status === 204)] ?? '';
    expect((await login(winner)).status).toBe(200);
  });

  it('keeps its link when the new one is refused, and other links end when it is taken', async () => {
    const first = await mailedToken();
    const second = await mailedToken();
    expect(codeOf(await finish(first, 'password1234'))).toBe('weak_password');
    expect(codeOf(await finish(first, person.email))).toBe('weak_password');
    expect((await finish(first, makePassword())).status).toBe(204);
    expect(codeOf(await finish(second, makePassword()))).toBe('link_used');
  });

  it('is not a way around the second factor', async () => {
    const app = await connectApp(person);
    const token = await mailedToken();
    const newPassword = makePassword();
    const without = await finish(token, newPassword);
    expect([without.status, codeOf(without)]).toEqual([401, 'totp_needed']);
    expect(codeOf(await finish(token, newPassword, '12 34 56 7'))).toBe('totp_wrong');
    expect((await login(newPassword)).status).toBe(401);
    expect((await target.call('GET /api/me', { token: person.token })).status).toBe(200);
    expect((await finish(token, newPassword, app.nextCode())).status).toBe(204);
    // Neither does the reset sign in, nor can its code be used again to do so.
    expect(codeOf(await login(newPassword))).toBe('totp_needed');
    expect(codeOf(await login(newPassword, app.nextCode()))).toBe('totp_wrong');
    expect((await login(newPassword, app.recoveryCodes[0])).status).toBe(200);
  });

  it('is not a way around a passkey either', async () => {
    const { recoveryCodes } = await addPasskey(person, ORIGIN);
    const token = await mailedToken();
    expect(codeOf(await finish(token, makePassword()))).toBe('totp_needed');
    expect((await finish(token, makePassword(), recoveryCodes?.[2])).status).toBe(204);
  });

  it('is not replaced by a link to a disabled account, or to a mailbox that the account has left', async () => {
    const token = await mailedToken();
    await kysely().updateTable('users').set({ state: 'disabled' }).where('email', '=', person.email).execute();
    expect(codeOf(await finish(token, makePassword()))).toBe('link_used');
    await kysely()
      .updateTable('users')
      .set({ state: 'active', email: `new-${person.email}` })
      .where('email', '=', person.email)
      .execute();
    expect(codeOf(await finish(token, makePassword()))).toBe('link_used');
  });

  it('is not outlived by a sign-in with the old one that was under way', async () => {
    const token = await mailedToken();
    const finishing = finish(token, makePassword());
    const signingIn = Array.from({ length: 12 }, (_, index) =>
      target.call('POST /api/login', {
        headers: { 'x-forwarded-for': `2001:db8:${(index + 1).toString(16)}::1` },
        body: { email: person.email, password: person.password },
      }),
    );
    expect((await finishing).status).toBe(204);
    for (const { status, json } of await Promise.all(signingIn)) {
      expect([200, 401]).toContain(status);
      const token = status === 200 ? json.access_token : 'none';
      expect((await target.call('GET /api/me', { token })).status).toBe(401);
    }
  });

  it('leaves a sign-in nothing that had proved the password before it was replaced, whatever the method if disabled', async () => {
    const user = await kysely()
      .selectFrom('users')
      .selectAll()
      .where('email', '=', person.email)
      .executeTakeFirstOrThrow();
    const setSessionCookie = vi.fn<() => void>();
    const context = {
      services: target.server.services,
      nowMs: Date.now(),
      ip: '192.0.2.1',
      userAgent: 'test',
      client: 'web',
      requestId: 'r',
      setSessionCookie,
    } as unknown as CallContext;
    await finish(await mailedToken(), makePassword());
    const how = { method: 'password', secondFactor: false } as const;
    await expect(finishSignIn(context, user, how)).rejects.toMatchObject({ code: 'sign_in_failed' });
    await kysely().updateTable('users').set({ state: 'disabled' }).where('id', '=', user.id).execute();
    const byPasskey = finishSignIn(context, user, { method: 'passkey', secondFactor: true });
    await expect(byPasskey).rejects.toMatchObject({ code: 'sign_in_failed' });
    expect(setSessionCookie).not.toHaveBeenCalled();
  });

  it('is started by an administrator with a mail to its owner, who alone gets the link', async () => {
    const before = await mailedToken();
    const reply = await target.call(`POST /api/admin/users/${person.userId}/reset`, { token: administrator.token });
    const [status, { token, sentTo }] = [reply.status, reply.json];
    expect([status, token, sentTo]).toEqual([200, null, person.email]);
    const mailed = await mail.tokenFor(person.email);
    expect(mailed).toHaveLength(43);
    expect(reply.text).not.toContain(mailed);
    expect((await mail.mailsTo(person.email)).at(-1)?.text).toContain('An administrator started the reset');
    expect(codeOf(await finish(before, makePassword()))).toBe('link_used');
    expect((await finish(mailed, makePassword())).status).toBe(204);
  });

  it('is replaced by a link that an administrator without mail hands over, good for a day; the mailbox is not verified', async () => {
    const before = await mailedToken();
    vi.spyOn(target.server.services.mail, 'isSetUp').mockResolvedValue(false);
    const context = {
      services: target.server.services,
      nowMs: Date.now(),
      host: '',
      ip: '192.0.2.1',
      userAgent: 'test',
      client: 'web',
      requestId: 'r',
      user: { id: brand<'User'>(administrator.userId) },
      actor: { kind: 'user', id: brand<'User'>(administrator.userId), label: administrator.email },
    } as unknown as AccountContext;
    const { token, sentTo, expiresAt } = await startReset(context, brand<'User'>(person.userId));
    expect(Date.parse(expiresAt) - context.nowMs).toBe(24 * 60 * MINUTE_MS);
    expect(sentTo).toBeNull();
    expect(codeOf(await finish(before, makePassword()))).toBe('link_used');
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(context.nowMs + 23 * 60 * MINUTE_MS);
    const newPassword = makePassword();
    expect((await finish(token ?? '', newPassword)).status).toBe(204);
    const reply = await login(newPassword);
    const security = await target.call('GET /api/me/security', { token: reply.json.access_token });
    expect(security.json.emailVerified).toBe(false);
    await expect(startReset(context, brand<'User'>('usr_00000000000000000000000000'))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('verifies the mailbox that received the link', async () => {
    const newPassword = makePassword();
    await finish(await mailedToken(), newPassword);
    const reply = await login(newPassword);
    const security = await target.call('GET /api/me/security', { token: reply.json.access_token });
    expect(security.json.emailVerified).toBe(true);
  });

  it('leaves no token in the database, the log or the audit trail, which names what happened', async () => {
    const token = await mailedToken();
    await finish(token, makePassword());
    const events = await kysely().selectFrom('audit_events').selectAll().execute();
    const links = await kysely().selectFrom('account_links').selectAll().execute();
    expect(JSON.stringify([events, links, target.logs])).not.toContain(token);
    const actions = events.filter((event) => [event.actor_id, event.target_id].includes(person.userId));
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['account.reset_asked', 'account.password_reset']),
    );
    await forgetOldLinks(target.server.services, Date.now() + 8 * 24 * 60 * MINUTE_MS);
    expect(await kysely().selectFrom('account_links').selectAll().execute()).toEqual([]);
  });
});

describe('a server without mail, or without an address of its own', () => {
  const [engine] = testEngines();
  if (engine === undefined) throw new Error('no engine to test on');

  it('answers a forgotten password as any other, and says in its log what is missing', async () => {
    const target = await startTestServer(engine);
    const mail = await startMailServer();
    try {
      const { email } = await target.newPerson();
      expect((await target.call('POST /api/password-reset', { body: { email } })).status).toBe(204);
      expect(await mail.mailsTo(email)).toEqual([]);
      expect(target.logs.join('')).toContain('no mail server or no PUBLIC_URL is set up');
    } finally {
      await target.dispose();
      await mail.close();
    }
  });

  it('mails no link where others could choose its address by Host', async () => {
    const target = await startTestServer(engine, { TRUSTED_PROXIES: '192.0.2.1' });
    const mail = await startMailServer();
    try {
      const person = await target.newPerson();
      await setUpMail(target, { mail, administrator: person });
      await target.call('POST /api/password-reset', { body: { email: person.email } });
      expect(await mail.mailsTo(person.email)).toEqual([]);
    } finally {
      await target.dispose();
      await mail.close();
    }
  });
});
