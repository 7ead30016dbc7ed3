import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { appCode, type ConnectedApp, connectApp } from '../../testing/second-factors.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';

const STEP_MS = 30_000;

describe.each(testEngines())('an authenticator app on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    // The tests stand behind a proxy, so that they can come from many addresses.
    target = await startTestServer(engine, { TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => target.dispose());
  beforeEach(async () => {
    // Time stands still at the middle of a step.
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Math.floor(Date.now() / STEP_MS) * STEP_MS + STEP_MS / 2);
    person = await target.newPerson();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const travel = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
  const login = (totp?: string, { password = person.password, from = '203.0.113.1' } = {}) =>
    target.call('POST /api/login', {
      body: { email: person.email, password, ...(totp === undefined ? {} : { totp }) },
      headers: { 'x-forwarded-for': from },
    });
  const codeOf = (reply: { json: { error?: { code: string } } }) => reply.json.error?.code ?? 'ok';
  const wrongCode = ({ secret }: ConnectedApp): string => {
    const right = [-1, 0, 1, 2].map((steps) => appCode(secret, Date.now() + steps * STEP_MS));
    return ['000000', '111111', '222222', '333333', '444444'].find((code) => !right.includes(code)) ?? '';
  };
  const rows = () => target.server.services.database.kysely;

  it('counts from its first code on, and not before', async () => {
    await person.api('POST /api/me/totp');
    expect((await login()).status).toBe(200);
    expect((await person.api('GET /api/me/security')).secondFactors).toEqual({
      totp: false,
      passkeys: 0,
      recoveryCodesLeft: 0,
    });
    const { recoveryCodes } = await connectApp(person);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect((await person.api('GET /api/me/security')).secondFactors).toEqual({
      totp: true,
      passkeys: 0,
      recoveryCodesLeft: 10,
    });
    expect(codeOf(await login())).toBe('totp_needed');
  });

  it('is not connected by a wrong code, nor by a secret that waited too long', async () => {
    const { secret } = await person.api('POST /api/me/totp');
    const confirm = (code: string) => target.call('POST /api/me/totp/confirm', { token: person.token, body: { code } });
    expect(codeOf(await confirm(appCode(secret, Date.now() + 3 * STEP_MS)))).toBe('totp_wrong');
    travel(30 * 60 * 1000);
    const again = await target.call('POST /api/login', { body: { email: person.email, password: person.password } });
    const late = await target.call('POST /api/me/totp/confirm', {
      token: again.json.access_token,
      body: { code: appCode(secret) },
    });
    expect(codeOf(late)).toBe('conflict');
    expect((await login()).status).toBe(200);
  });

  it('is connected by one of two calls at once, and only those recovery codes work', async () => {
    const { secret } = await person.api('POST /api/me/totp');
    const body = { code: appCode(secret) };
    const calls = Array.from({ length: 4 }, () =>
      target.call('POST /api/me/totp/confirm', { token: person.token, body }),
    );
    const replies = await Promise.all(calls);
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409]);
    const [code = ''] = replies.find(({ status }) => status === 200)?.json.recoveryCodes ?? [];
    expect((await login(code)).status).toBe(200);
  });

  it('cannot be replaced by another app while it is connected', async () => {
    await connectApp(person);
    expect(codeOf(await target.call('POST /api/me/totp', { token: person.token }))).toBe('conflict');
  });

  it('is asked for after the right password only: a wrong one tells nothing of it', async () => {
    const without = await login(undefined, { password: makePassword() });
    await connectApp(person);
    const wrong = await login(undefined, { password: makePassword() });
    expect(wrong.status).toBe(401);
    expect(wrong.text).toBe(without.text);
    expect((await login('123456', { password: makePassword() })).text).toBe(without.text);
    const needed = await login();
    expect(needed.status).toBe(401);
    expect(needed.json.error).toMatchObject({ code: 'totp_needed', details: { methods: ['totp', 'recovery_code'] } });
    expect(needed.headers.get('set-cookie')).toBeNull();
  });

  it('lets in with its code, and the session says so', async () => {
    const app = await connectApp(person);
    const reply = await login(app.nextCode());
    expect(reply.status).toBe(200);
    const { json } = await target.call('GET /api/sessions', { token: reply.json.access_token });
    const current = json.items.find((session: { isCurrent: boolean }) => session.isCurrent);
    expect(current).toMatchObject({ method: 'password', secondFactor: true });
  });

  it('gives no code that works twice, however it is written the second time', async () => {
    const app = await connectApp(person);
    const code = app.nextCode();
    expect((await login(code)).status).toBe(200);
    const variants = [code, ` ${code} `, `${code.slice(0, 3)} ${code.slice(3)}`, `0${code}`, `${code}0`];
    const fullWidth = code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    for (const [index, variant] of [...variants, fullWidth, `${code}\n`].entries()) {
      expect(codeOf(await login(variant, { from: `203.0.113.${index}` }))).toBe('totp_wrong');
    }
    travel(STEP_MS);
    expect(codeOf(await login(code))).toBe('totp_wrong');
    travel(STEP_MS);
    expect((await login(appCode(app.secret))).status).toBe(200);
  });

  it('gives no code that works after a later one did', async () => {
    const app = await connectApp(person);
    travel(3 * STEP_MS);
    expect((await login(appCode(app.secret, Date.now() + STEP_MS))).status).toBe(200);
    expect(codeOf(await login(appCode(app.secret)))).toBe('totp_wrong');
    expect(codeOf(await login(appCode(app.secret, Date.now() - STEP_MS)))).toBe('totp_wrong');
  });

  it('lets exactly one of many in that bring the same code at once', async () => {
    const app = await connectApp(person);
    const code = app.nextCode();
    const froms = Array.from({ length: 8 }, (_, index) => `203.0.113.${index + 1}`);
    const replies = await Promise.all(froms.map((from) => login(code, { from })));
    expect(replies.map(codeOf).sort()).toEqual(['ok', ...Array.from({ length: 7 }, () => 'totp_wrong')]);
  });

  it('is guarded by five wrong codes from one address and ten from everywhere', async () => {
    const app = await connectApp(person);
    const wrong = wrongCode(app);
    for (let attempt = 0; attempt < 5; attempt += 1) expect(codeOf(await login(wrong))).toBe('totp_wrong');
    const refused = await login(app.nextCode());
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(codeOf(await login(wrong, { from: '203.0.113.2' }))).toBe('totp_wrong');
    }
    // Only who knows the password has got this far; a recovery code is too long to be guessed and still works.
    expect((await login(app.nextCode(), { from: '203.0.113.3' })).status).toBe(429);
    expect((await login(app.recoveryCodes[0], { from: '203.0.113.3' })).status).toBe(200);
  });

  it('is not rested for its owner by somebody elsewhere who knows the password', async () => {
    await login(undefined, { from: '198.51.100.7' });
    const app = await connectApp(person);
    for (const from of ['203.0.113.1', '203.0.113.2']) {
      for (let attempt = 0; attempt < 5; attempt += 1) await login(wrongCode(app), { from });
    }
    expect((await login(app.nextCode(), { from: '203.0.113.3' })).status).toBe(429);
    expect((await login(app.nextCode(), { from: '198.51.100.7' })).status).toBe(200);
  });

  it('keeps ten recovery codes when two calls make new ones at once', async () => {
    await connectApp(person);
    await Promise.all(Array.from({ length: 4 }, () => person.api('POST /api/me/recovery-codes')));
    const codes = await rows()
      .selectFrom('recovery_codes')
      .select('code_hash')
      .where('user_id', '=', brand<'User'>(person.userId))
      .execute();
    expect(codes).toHaveLength(10);
  });

  it('is guarded before the look, so that parallel guesses do not slip through', async () => {
    const app = await connectApp(person);
    const replies = await Promise.all(Array.from({ length: 12 }, () => login(wrongCode(app))));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it('is not locked by somebody who does not know the password', async () => {
    const app = await connectApp(person);
    for (let attempt = 0; attempt < 30; attempt += 1) {
      await login('000000', { password: makePassword(), from: `198.51.100.${attempt}` });
    }
    expect((await login(app.nextCode())).status).toBe(200);
  });

  it('is stood in for by recovery codes, each once, whatever its case and hyphens', async () => {
    const { recoveryCodes } = await connectApp(person);
    const [first = '', second = ''] = recoveryCodes;
    expect((await login(first.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    for (const variant of [first, first.toUpperCase(), first.replaceAll('-', ''), ` ${first} `]) {
      expect(codeOf(await login(variant))).toBe('totp_wrong');
    }
    expect((await login(second)).status).toBe(200);
    expect((await person.api('GET /api/me/security')).secondFactors.recoveryCodesLeft).toBe(8);
  });

  it('has recovery codes of which one serves exactly one of many at once', async () => {
    const [code = ''] = (await connectApp(person)).recoveryCodes;
    const froms = Array.from({ length: 8 }, (_, index) => `203.0.113.${index + 1}`);
    const replies = await Promise.all(froms.map((from) => login(code, { from })));
    expect(replies.map(codeOf).sort()).toEqual(['ok', ...Array.from({ length: 7 }, () => 'totp_wrong')]);
  });

  it('gives new recovery codes, and the ones before end; none without a second factor', async () => {
    const early = await target.call('POST /api/me/recovery-codes', { token: person.token });
    expect(codeOf(early)).toBe('second_factor_missing');
    const app = await connectApp(person);
    const { recoveryCodes } = await person.api('POST /api/me/recovery-codes');
    expect(recoveryCodes).toHaveLength(10);
    expect(codeOf(await login(app.recoveryCodes[0]))).toBe('totp_wrong');
    expect((await login(recoveryCodes[9])).status).toBe(200);
  });

  it("has codes that work for its own account and nobody else's", async () => {
    const app = await connectApp(person);
    const other = await target.newPerson();
    await connectApp(other);
    const reply = (totp: string) =>
      target.call('POST /api/login', { body: { email: other.email, password: other.password, totp } });
    expect(codeOf(await reply(app.nextCode()))).toBe('totp_wrong');
    expect(codeOf(await reply(app.recoveryCodes[0] ?? ''))).toBe('totp_wrong');
  });

  it('stands in the database sealed, its recovery codes as hashes, and no event or log holds either', async () => {
    const { secret, recoveryCodes } = await connectApp(person);
    await login(recoveryCodes[0]);
    const stored = JSON.stringify([
      await rows().selectFrom('totp_secrets').selectAll().execute(),
      await rows().selectFrom('recovery_codes').selectAll().execute(),
      await rows().selectFrom('audit_events').selectAll().execute(),
      target.logs,
    ]);
    expect(stored).toContain(person.userId);
    for (const code of [secret, ...recoveryCodes, ...recoveryCodes.map((each) => each.replaceAll('-', ''))]) {
      expect(stored).not.toContain(code);
    }
  });

  it('is disconnected with a proof only, ends its recovery codes, and no session counts as more than a password', async () => {
    const app = await connectApp(person);
    const other = await login(app.nextCode());
    const remove = (body: object) => target.call('DELETE /api/me/totp', { token: person.token, body });
    expect((await remove({})).status).toBe(422);
    expect((await remove({ password: person.password, code: '123456' })).status).toBe(422);
    expect(codeOf(await remove({ password: makePassword() }))).toBe('wrong_password');
    expect(codeOf(await remove({ code: wrongCode(app) }))).toBe('totp_wrong');
    expect((await remove({ code: app.recoveryCodes[3] })).status).toBe(204);
    expect(codeOf(await remove({ password: person.password }))).toBe('not_found');
    expect((await login()).status).toBe(200);
    const security = await target.call('GET /api/me/security', { token: other.json.access_token });
    expect(security.json).toMatchObject({
      secondFactors: { totp: false, recoveryCodesLeft: 0 },
      session: { secondFactor: false },
    });
    await connectApp(person);
    expect(codeOf(await login(app.recoveryCodes[5]))).toBe('totp_wrong');
  });

  it('is not asked of, nor does it help, a disabled account', async () => {
    const app = await connectApp(person);
    await rows().updateTable('users').set({ state: 'disabled' }).where('email', '=', person.email).execute();
    expect(codeOf(await login(app.nextCode()))).toBe('sign_in_failed');
    expect(codeOf(await login())).toBe('sign_in_failed');
  });
});

describe.each(testEngines())('a session of an account with a second factor on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());
  beforeEach(async () => {
    person = await target.newPerson();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const signIn = async (totp?: string) => {
    const { email, password } = person;
    const reply = await target.call('POST /api/login', { body: { email, password, ...(totp ? { totp } : {}) } });
    return { token: String(reply.json.access_token), cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };
  const confirm = (by: { token?: string; cookie?: string }, body: object) =>
    target.call('POST /api/me/confirm', { ...by, body });
  const enforce = async () => {
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const { kysely } = target.server.services.database;
    await kysely
      .updateTable('workspaces')
      .set({ requires_two_factor: 1 })
      .where('id', '=', activeWorkspaceId)
      .execute();
  };
  const keysFor = async (by: { token?: string; cookie?: string }) => {
    const reply = await target.call('GET /api/keys', by);
    return reply.json.error?.code ?? reply.status;
  };

  it('that began before gets into no workspace that asks for one, by cookie or token, until it confirms', async () => {
    const before = await signIn();
    const app = await connectApp(person);
    await enforce();
    expect(await keysFor({ token: person.token })).toBe(200);
    expect(await keysFor({ token: before.token })).toBe('two_factor_needed');
    expect(await keysFor({ cookie: before.cookie })).toBe('two_factor_needed');
    expect(await keysFor({ token: (await signIn(app.recoveryCodes[0])).token })).toBe(200);
    expect((await confirm({ token: before.token }, { totp: app.recoveryCodes[1] })).status).toBe(200);
    expect(await keysFor({ token: before.token })).toBe(200);
    expect(await keysFor({ cookie: before.cookie })).toBe(200);
  });

  it('that came through an organisation without one is held to the same', async () => {
    const session = await signIn();
    const app = await connectApp(person);
    await enforce();
    const { kysely } = target.server.services.database;
    await kysely
      .updateTable('sessions')
      .set({ method: 'oidc' })
      .where(
        'user_id',
        '=',
        (await kysely.selectFrom('users').select('id').where('email', '=', person.email).executeTakeFirstOrThrow()).id,
      )
      .where('has_second_factor', '=', 0)
      .execute();
    expect(await keysFor({ token: session.token })).toBe('two_factor_needed');
    expect((await confirm({ token: session.token }, { totp: app.nextCode() })).status).toBe(200);
    expect(await keysFor({ token: session.token })).toBe(200);
  });

  it('of somebody who has none gets into no workspace that asks for one, and gets in with the first', async () => {
    await enforce();
    expect(await keysFor({ token: person.token })).toBe('two_factor_needed');
    const fresh = await confirm({ token: person.token }, { password: person.password });
    expect(fresh.status).toBe(200);
    expect(await keysFor({ token: person.token })).toBe('two_factor_needed');
    await connectApp(person);
    expect(await keysFor({ token: person.token })).toBe(200);
  });

  it('confirms with the second factor and not with the password alone', async () => {
    const app = await connectApp(person);
    const byPassword = await confirm({ token: person.token }, { password: person.password });
    expect(byPassword.json.error.code).toBe('totp_needed');
    expect((await confirm({ token: person.token }, { totp: '12345' })).json.error.code).toBe('totp_wrong');
    expect((await confirm({ token: person.token }, { totp: app.nextCode() })).status).toBe(200);
    expect((await confirm({ token: person.token }, { password: person.password, totp: '1' })).status).toBe(422);
    expect((await confirm({ token: person.token }, {})).status).toBe(422);
  });

  it('that showed the password alone changes nothing of how the account signs in', async () => {
    const before = await signIn();
    await connectApp(person);
    const refused = [
      ['POST /api/me/totp', undefined],
      ['POST /api/me/totp/confirm', { code: '123456' }],
      ['DELETE /api/me/totp', { password: person.password }],
      ['POST /api/me/recovery-codes', undefined],
      ['POST /api/me/passkeys/options', undefined],
      ['POST /api/me/password', { currentPassword: person.password, newPassword: makePassword() }],
      ['PUT /api/me/email', { email: 'else@example.com' }],
    ] as const;
    for (const [request, body] of refused) {
      const reply = await target.call(request, { token: before.token, ...(body ? { body } : {}) });
      expect([request, reply.json.error.code]).toEqual([request, 'fresh_sign_in_needed']);
    }
    expect((await person.api('GET /api/me/security')).secondFactors.totp).toBe(true);
  });

  it('gets another token when it confirms, and the one before is dead (fixation)', async () => {
    const { cookie, token } = await signIn();
    const reply = await confirm({ cookie }, { password: person.password });
    const renewed = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(renewed).toMatch(/^akm_session=[\w-]{43}$/);
    expect(renewed).not.toBe(cookie);
    expect((await target.call('GET /api/me', { cookie })).status).toBe(401);
    expect((await target.call('GET /api/me', { cookie: renewed })).status).toBe(200);
    expect((await target.call('GET /api/me', { token })).status).toBe(200);
    const byToken = await confirm({ token }, { password: person.password });
    expect(byToken.headers.get('set-cookie')).toBeNull();
    expect((await target.call('GET /api/me', { cookie: renewed })).status).toBe(200);
  });

  it('gets another token when an app is connected in it', async () => {
    const { cookie } = await signIn();
    const { json } = await target.call('POST /api/me/totp', { cookie });
    const reply = await target.call('POST /api/me/totp/confirm', { cookie, body: { code: appCode(json.secret) } });
    const renewed = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await target.call('GET /api/me', { cookie })).status).toBe(401);
    const security = await target.call('GET /api/me/security', { cookie: renewed });
    expect(security.json.session).toEqual({ method: 'password', secondFactor: true });
  });

  it('is written down with its method, and so is every refusal, for the owner alone', async () => {
    const app = await connectApp(person);
    const { email, password } = person;
    const tries = [
      { password: makePassword() },
      { password },
      { password, totp: '12 34' },
      { password, totp: app.nextCode() },
    ];
    for (const body of tries) {
      await target.call('POST /api/login', { body: { email, ...body }, headers: { 'user-agent': 'Second browser' } });
    }
    const { items, nextCursor } = await person.api('GET /api/me/sign-ins', { query: { limit: 3 } });
    expect(items.map(({ result, reason, secondFactor }) => [result, reason, secondFactor])).toEqual([
      ['ok', null, true],
      ['denied', 'second_factor_wrong', false],
      ['denied', 'second_factor_missing', false],
    ]);
    expect(items[0]).toMatchObject({ method: 'password', ip: '127.0.0.1', userAgent: 'Second browser' });
    const rest = await person.api('GET /api/me/sign-ins', { query: { cursor: nextCursor ?? '' } });
    expect(rest.items.map(({ result, reason }) => [result, reason])).toEqual([
      ['denied', 'wrong_password'],
      ['ok', null],
    ]);
    const stranger = await target.newPerson();
    expect((await stranger.api('GET /api/me/sign-ins')).items).toHaveLength(1);
  });
});
