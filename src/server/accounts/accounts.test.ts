import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

const nobody = 'nobody-at-all@example.com';

describe.each(testEngines())('signing in on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());
  afterEach(async () => {
    await target.server.services.throttles.reset('signInByAddress', '127.0.0.1');
    await target.server.services.throttles.reset('signInFromAddress', `${nobody}|127.0.0.1`);
    await target.server.services.throttles.reset('signInFromAddress', `${person.email}|127.0.0.1`);
  });

  const login = (email: string, password: string) => target.call('POST /api/login', { body: { email, password } });

  it('answers an unknown e-mail and a wrong password alike', async () => {
    const unknown = await login(nobody, person.password);
    const wrong = await login(person.email, `${person.password}x`);
    expect(unknown.status).toBe(401);
    expect(wrong.status).toBe(401);
    expect(unknown.text).toBe(wrong.text);
    expect(wrong.headers.get('set-cookie')).toBeNull();
    expect([...unknown.headers.keys()].sort()).toEqual([...wrong.headers.keys()].sort());
  });

  it.each([
    ['case', (email: string) => email.toUpperCase()],
    ['white space', (email: string) => `  ${email}\n`],
    ['full-width letters', (email: string) => email.replace('@example', '@ｅxample')],
  ])('finds the account by its e-mail in another form: %s', async (_, variant) => {
    expect((await login(variant(person.email), person.password)).status).toBe(200);
  });

  it.each([
    ['a NUL', 'a\u0000b@example.com'],
    ['half a character', 'a\ud800b@example.com'],
    ['SQL', `' or '1'='1' --`],
  ])('is refused for an e-mail with %s, never an internal failure', async (_, email) => {
    expect((await login(email, person.password)).status).toBeGreaterThanOrEqual(401);
    expect((await login(email, person.password)).status).toBeLessThan(423);
  });

  it('is refused to a disabled account as a wrong password is, and ends its sessions at once', async () => {
    const disabled = await target.newPerson();
    const { kysely } = target.server.services.database;
    await kysely.updateTable('users').set({ state: 'disabled' }).where('email', '=', disabled.email).execute();
    expect((await login(disabled.email, disabled.password)).text).toBe((await login(nobody, 'wrong password')).text);
    expect((await target.call('GET /api/me', { token: disabled.token })).status).toBe(401);
    expect((await target.call('GET /api/me', { cookie: disabled.cookie })).status).toBe(401);
    await kysely.updateTable('users').set({ state: 'active' }).where('email', '=', disabled.email).execute();
    expect((await login(disabled.email, disabled.password)).status).toBe(200);
  });

  it('writes one audit event for a success and one for a failure, with no password in either', async () => {
    const guess = makePassword();
    const somebody = await target.newPerson();
    await login(somebody.email, guess);
    const events = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('actor_id', '=', somebody.userId)
      .where('action', '=', 'account.signed_in')
      .orderBy('seq')
      .execute();
    expect(events.map(({ result }) => result)).toEqual(['ok', 'denied']);
    expect(JSON.stringify(events)).not.toContain(guess);
    expect(target.logs.join('')).not.toContain(guess);
  });

  it('stores neither the password, nor the session token, nor the access token in clear', async () => {
    const somebody = await target.newPerson();
    const { kysely } = target.server.services.database;
    const stored = JSON.stringify([
      await kysely.selectFrom('users').selectAll().execute(),
      await kysely.selectFrom('sessions').selectAll().execute(),
      await kysely.selectFrom('audit_events').selectAll().execute(),
    ]);
    expect(stored).toContain(somebody.email);
    for (const secret of [somebody.password, somebody.cookie.split('=')[1] ?? '', somebody.token]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(stored).not.toContain(secret);
    }
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});

describe.each(testEngines())('the account of a signed-in person on $engine', (engine) => {
  let target: TestServer;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps its name, language and theme', async () => {
    const { api } = await target.newPerson();
    const body = { name: '=HYPERLINK("x") 艾达', locale: 'zh-CN', theme: 'dark' } as const;
    await api('PUT /api/me', { body });
    expect((await api('GET /api/me')).user).toMatchObject(body);
    await api('PUT /api/me', { body: { locale: null } });
    expect((await api('GET /api/me')).user).toMatchObject({ ...body, locale: null });
  });

  it('changes its password only with the current one, and writes down a wrong one', async () => {
    const person = await target.newPerson();
    const newPassword = makePassword();
    const body = { currentPassword: `${person.password}x`, newPassword };
    const refused = await target.call('POST /api/me/password', { token: person.token, body });
    expect(refused.json).toMatchObject({ error: { code: 'wrong_password' } });
    const login = (password: string) => target.call('POST /api/login', { body: { email: person.email, password } });
    expect((await login(newPassword)).status).toBe(401);
    expect((await login(person.password)).status).toBe(200);
    const events = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .select(['action', 'result'])
      .where('actor_id', '=', person.userId)
      .where('action', 'in', ['account.password_changed', 'account.password_confirmed'])
      .execute();
    expect(events).toEqual([{ action: 'account.password_confirmed', result: 'denied' }]);
  });

  it('refuses a weak new password and keeps the old one', async () => {
    const person = await target.newPerson();
    const body = { currentPassword: person.password, newPassword: person.email };
    const refused = await target.call('POST /api/me/password', { token: person.token, body });
    expect(refused.json).toMatchObject({ error: { code: 'weak_password' } });
    await person.api('POST /api/me/confirm', { body: { password: person.password } });
  });

  it('ends every other session and its access tokens at once when the password changes', async () => {
    const person = await target.newPerson();
    const { email, password } = person;
    const other = await target.call('POST /api/login', { body: { email, password } });
    const otherCookie = other.headers.get('set-cookie')?.split(';')[0] ?? '';
    const newPassword = makePassword();
    await person.api('POST /api/me/password', { body: { currentPassword: password, newPassword } });
    expect((await target.call('GET /api/me', { token: other.json.access_token })).status).toBe(401);
    expect((await target.call('GET /api/me', { cookie: otherCookie })).status).toBe(401);
    expect((await target.call('GET /api/me', { token: person.token })).status).toBe(200);
    expect((await target.call('GET /api/me', { cookie: person.cookie })).status).toBe(200);
    expect((await target.call('POST /api/login', { body: { email, password } })).status).toBe(401);
    expect((await target.call('POST /api/login', { body: { email, password: newPassword } })).status).toBe(200);
  });

  it('stays confirmed for ten minutes and not longer', async () => {
    const person = await target.newPerson();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 10 * 60 * 1000 + 1);
    expect((await person.api('GET /api/me')).freshUntil).toBeNull();
    const { freshUntil } = await person.api('POST /api/me/confirm', { body: { password: person.password } });
    expect(Date.parse(freshUntil) - Date.now()).toBeGreaterThan(9 * 60 * 1000);
    expect((await person.api('GET /api/me')).freshUntil).toBe(freshUntil);
  });
});
