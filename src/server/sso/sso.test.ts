import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../../testing/identity-provider.ts';
import { begin, callbackOf, setUpSso, signInThrough } from '../../testing/organisation.ts';
import { connectApp } from '../../testing/second-factors.ts';
import { newTeam } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';

const newMailbox = () => `${makeSecret('box')}@example.com`;
const newEmployee = (email = newMailbox()) => ({ subject: makeSecret('employee'), email, name: 'Ada' });
const TEN_MINUTES = 10 * 60 * 1000;

describe.each(testEngines())('signing in through an organisation, on $engine', (engine) => {
  let target: TestServer;
  let provider: IdentityProvider;
  let other: IdentityProvider;
  let administrator: Person;

  beforeAll(async () => {
    target = await startTestServer(engine);
    administrator = await target.newPerson();
    provider = await startIdentityProvider([callbackOf(target)]);
    other = await startIdentityProvider([callbackOf(target)]);
  });
  afterAll(async () => {
    await target.dispose();
    await provider.close();
    await other.close();
  });
  beforeEach(async () => {
    provider.forge(null);
    await target.server.services.throttles.reset('ssoByAddress', '127.0.0.1');
    await setUpSso(target, { provider, by: administrator });
  });

  const setUp = (change: Parameters<typeof setUpSso>[1]['change'], by = provider) =>
    setUpSso(target, { provider: by, by: administrator, ...(change === undefined ? {} : { change }) });

  const finish = (cookie: string, query: string) => target.call('POST /api/sso/finish', { cookie, body: { query } });

  /** Connects an identity to the account of somebody signed in. */
  async function link(person: Person, employee: ReturnType<typeof newEmployee>) {
    const begun = await begin(target, 'POST /api/me/sso/link', person);
    const query = await provider.authorize(begun.url, employee);
    return target.call('POST /api/me/sso/finish', { token: person.token, cookie: begun.cookie, body: { query } });
  }

  const countUsers = async () =>
    (await target.server.services.database.kysely.selectFrom('users').select('id').execute()).length;

  async function expectFailure(reply: { status: number; json: unknown; headers: Headers }) {
    expect(reply.json).toEqual({
      error: { code: 'sso_failed', message: expect.stringContaining('Start again from the sign-in page') },
    });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('set-cookie')).toBeNull();
  }

  it('gives somebody unknown an account once, and later signs the same one in', async () => {
    const employee = newEmployee();
    const first = await signInThrough(target, provider, employee);
    expect(first.status).toBe(200);
    expect(first.json.user).toMatchObject({ email: employee.email, name: 'Ada', isInstanceAdmin: false });
    const [session = '', browser = ''] = first.headers.getSetCookie();
    expect(session).toMatch(/^akm_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax/);
    expect(browser).toMatch(/^akm_sign_on=; .*Max-Age=0/);
    const again = await signInThrough(target, provider, { ...employee, email: newMailbox(), name: 'Other' });
    expect(again.json.user.id).toBe(first.json.user.id);
    const cookie = session.split(';')[0] ?? '';
    const { items } = (await target.call('GET /api/sessions', { cookie })).json;
    expect(items.map((item: { method: string; secondFactor: boolean }) => [item.method, item.secondFactor])).toEqual([
      ['oidc', false],
      ['oidc', false],
    ]);
    const security = await target.call('GET /api/me/security', { cookie });
    expect(security.json).toMatchObject({ hasPassword: false, emailVerified: true });
    // There is no password that signs it in, and asking tells no more than for any other account.
    const guess = await target.call('POST /api/login', { body: { email: employee.email, password: 'none' } });
    expect(guess.json).toMatchObject({ error: { code: 'sign_in_failed' } });
  });

  it('begins with PKCE, state and nonce, and ties them to the browser by a cookie no script can read', async () => {
    const reply = await target.call('POST /api/sso/start');
    const url = new URL(reply.json.url);
    expect(url.origin).toBe(provider.issuer);
    const sent = Object.fromEntries(url.searchParams);
    expect(sent).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', client_id: provider.clientId });
    expect(sent['state']).toMatch(/^sign_in\.[\w-]{43}$/);
    expect(sent['nonce']).toMatch(/^[\w-]{43}$/);
    expect(sent['code_challenge']).toMatch(/^[\w-]{43}$/);
    expect(sent['redirect_uri']).toBe(callbackOf(target));
    expect(reply.headers.get('set-cookie')).toMatch(
      /^akm_sign_on=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
    // The database holds neither the state nor the browser's token.
    const rows = await target.server.services.database.kysely.selectFrom('sign_in_attempts').selectAll().execute();
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain(sent['state']);
    expect(stored).not.toContain(/akm_sign_on=([\w-]{43})/.exec(reply.headers.get('set-cookie') ?? '')?.[1]);
  });

  it('never takes an account over by its e-mail, whatever the provider says of it', async () => {
    const victim = await target.newPerson();
    const before = await countUsers();
    for (const emailVerified of [true, false]) {
      for (const email of [victim.email, victim.email.toUpperCase(), ` ${victim.email}`]) {
        const reply = await signInThrough(target, provider, { ...newEmployee(email), emailVerified });
        expect(reply.json.error.code).toBe('sso_not_linked');
        expect(reply.status).toBe(403);
        expect(reply.headers.get('set-cookie')).toBeNull();
      }
    }
    expect(await countUsers()).toBe(before);
    expect((await victim.api('GET /api/me/identities')).items).toEqual([]);
  });

  it('tells two providers apart: the same subject and e-mail at another one is somebody else', async () => {
    const employee = newEmployee();
    const first = await signInThrough(target, provider, employee);
    expect(first.status).toBe(200);
    await setUp({}, other);
    const impostor = await signInThrough(target, other, employee);
    expect(impostor.json.error.code).toBe('sso_not_linked');
    const stranger = await signInThrough(target, other, { ...employee, email: newMailbox() });
    expect(stranger.status).toBe(200);
    expect(stranger.json.user.id).not.toBe(first.json.user.id);
  });

  it('connects an identity only to somebody who is signed in and has just proved it', async () => {
    const person = await target.newPerson();
    const employee = newEmployee(person.email);
    expect((await link(person, employee)).json).toMatchObject({ purpose: 'link' });
    const { items } = await person.api('GET /api/me/identities');
    expect(items).toMatchObject([{ issuer: provider.issuer, subject: employee.subject, isUsable: true }]);
    const signedIn = await signInThrough(target, provider, employee);
    expect(signedIn.json.user.id).toBe(person.userId);
    const { kysely } = target.server.services.database;
    await kysely
      .updateTable('sessions')
      .set({ authenticated_at: Date.now() - TEN_MINUTES - 1000 })
      .where('user_id', '=', brand<'User'>(person.userId))
      .execute();
    const stale = await target.call('POST /api/me/sso/link', { token: person.token });
    expect(stale.json.error.code).toBe('fresh_sign_in_needed');
    const nobody = await target.call('POST /api/me/sso/link');
    expect(nobody.json.error.code).toBe('not_signed_in');
  });

  it('does not connect an identity that is another account’s', async () => {
    const employee = newEmployee();
    await link(await target.newPerson(), employee);
    const second = await target.newPerson();
    expect((await link(second, employee)).json.error.code).toBe('identity_taken');
    expect((await second.api('GET /api/me/identities')).items).toEqual([]);
  });

  it('finishes nothing in a browser, a session or a purpose other than the one it was begun for', async () => {
    const [person, attacker] = [await target.newPerson(), await target.newPerson()];
    const employee = newEmployee();
    const signIn = await begin(target, 'POST /api/sso/start');
    const answered = await provider.authorize(signIn.url, employee);
    // Login CSRF: somebody's browser is handed the answer of somebody else's.
    const foreign = await begin(target, 'POST /api/sso/start');
    await expectFailure(await finish(foreign.cookie, answered));
    await expectFailure(await target.call('POST /api/sso/finish', { body: { query: answered } }));
    const linking = await begin(target, 'POST /api/me/sso/link', person);
    const linked = await provider.authorize(linking.url, employee);
    await expectFailure(await finish(linking.cookie, linked));
    const other = await begin(target, 'POST /api/me/sso/link', person);
    const query = await provider.authorize(other.url, employee);
    const stolen = { token: attacker.token, cookie: other.cookie, body: { query } };
    await expectFailure(await target.call('POST /api/me/sso/finish', stolen));
    expect((await attacker.api('GET /api/me/identities')).items).toEqual([]);
    expect((await person.api('GET /api/me/identities')).items).toEqual([]);
  });

  it('takes an answer once: replayed it is refused, and so is one that is older than ten minutes', async () => {
    const begun = await begin(target, 'POST /api/sso/start');
    const query = await provider.authorize(begun.url, newEmployee());
    expect((await finish(begun.cookie, query)).status).toBe(200);
    const asked = provider.tokenRequests();
    await expectFailure(await finish(begun.cookie, query));
    expect(provider.tokenRequests()).toBe(asked);
    const late = await begin(target, 'POST /api/sso/start');
    const answered = await provider.authorize(late.url, newEmployee());
    const { kysely } = target.server.services.database;
    await kysely
      .updateTable('sign_in_attempts')
      .set(({ eb }) => ({ expires_at: eb('expires_at', '-', TEN_MINUTES) }))
      .execute();
    await expectFailure(await finish(late.cookie, answered));
  });

  it('takes one of two answers that arrive at once', async () => {
    const begun = await begin(target, 'POST /api/sso/start');
    const query = await provider.authorize(begun.url, newEmployee());
    const replies = await Promise.all([finish(begun.cookie, query), finish(begun.cookie, query)]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  });

  it('refuses a code that was used with a new state', async () => {
    const first = await begin(target, 'POST /api/sso/start');
    const employee = newEmployee();
    const used = new URLSearchParams(await provider.authorize(first.url, employee));
    expect((await finish(first.cookie, `?${used}`)).status).toBe(200);
    const second = await begin(target, 'POST /api/sso/start');
    const answered = new URLSearchParams(await provider.authorize(second.url, employee));
    answered.set('code', used.get('code') ?? '');
    await expectFailure(await finish(second.cookie, `?${answered}`));
  });

  it.each([
    ['another issuer', (query: URLSearchParams) => query.set('iss', other.issuer)],
    ['no issuer', (query: URLSearchParams) => query.delete('iss')],
    ['another state', (query: URLSearchParams) => query.set('state', `sign_in.${'x'.repeat(43)}`)],
    ['no state', (query: URLSearchParams) => query.delete('state')],
    ['two states', (query: URLSearchParams) => query.append('state', query.get('state') ?? '')],
    ['no code', (query: URLSearchParams) => query.delete('code')],
    ['another code', (query: URLSearchParams) => query.set('code', 'nonsense')],
  ])('refuses an answer with %s', async (_name, change) => {
    const begun = await begin(target, 'POST /api/sso/start');
    const query = new URLSearchParams(await provider.authorize(begun.url, newEmployee()));
    change(query);
    const before = await countUsers();
    await expectFailure(await finish(begun.cookie, `?${query}`));
    expect(await countUsers()).toBe(before);
  });

  const unsigned = (claims: object, header: object) =>
    `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
  let earlier = '';

  it.each<[string, Parameters<IdentityProvider['forge']>[0]]>([
    ['no nonce', ({ nonce: _nonce, ...claims }, { sign }) => sign(claims)],
    ['another nonce', (claims, { sign }) => sign({ ...claims, nonce: 'x'.repeat(43) })],
    ['another issuer', (claims, { sign }) => sign({ ...claims, iss: other.issuer })],
    ['another audience', (claims, { sign }) => sign({ ...claims, aud: 'somebody-else' })],
    ['a second audience it is not for', (claims, { sign }) => sign({ ...claims, aud: ['a', 'b'] })],
    ['an end in the past', (claims, { sign }) => sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 120 })],
    ['no subject', ({ sub: _sub, ...claims }, { sign }) => sign(claims)],
    ['no signature (alg none)', (claims) => unsigned(claims, { alg: 'none' })],
    ['a signature of nobody', (_claims, { original }) => original.replace(/[^.]+$/, 'AAAA')],
    [
      'changed claims under the old signature',
      (claims, { original }) => {
        const [head = '', , signature = ''] = original.split('.');
        const body = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
        return [head, body, signature].join('.');
      },
    ],
    ['an ID token of an earlier sign-in', () => earlier],
  ])('refuses an ID token with %s', async (_name, forgery) => {
    provider.forge((_claims, { original }) => {
      earlier = original;
      return original;
    });
    const employee = newEmployee();
    expect((await signInThrough(target, provider, employee)).status).toBe(200);
    provider.forge(forgery);
    await expectFailure(await signInThrough(target, provider, employee));
    // The control: the same way without a forgery.
    provider.forge(null);
    expect((await signInThrough(target, provider, employee)).status).toBe(200);
  });

  it('makes no account without a proved mailbox of the right domain, nor where it shall make none', async () => {
    const before = await countUsers();
    const refused = async (change: Parameters<typeof setUp>[0], employee: Parameters<typeof signInThrough>[2]) => {
      await setUp(change);
      const reply = await signInThrough(target, provider, employee);
      expect(reply.json.error.code).toBe('sign_up_closed');
    };
    await refused({ createsAccounts: false }, newEmployee());
    await refused({}, { ...newEmployee(), emailVerified: false });
    await refused({}, { subject: makeSecret('mute') });
    await refused({}, newEmployee('not an address'));
    for (const domains of [['other.example'], ['ample.com'], ['com'], ['mail.example.com']]) {
      await refused({ domains }, newEmployee());
    }
    expect(await countUsers()).toBe(before);
    await setUp({ domains: ['other.example', 'example.com'] });
    expect((await signInThrough(target, provider, newEmployee())).status).toBe(200);
  });

  it('keeps a disabled person out', async () => {
    const employee = newEmployee();
    const { json } = await signInThrough(target, provider, employee);
    await administrator.api('PUT /api/admin/users/{userId}', {
      params: { userId: json.user.id },
      body: { state: 'disabled' },
    });
    const reply = await signInThrough(target, provider, employee);
    expect(reply.json.error.code).toBe('account_disabled');
    expect(reply.headers.get('set-cookie')).toBeNull();
  });

  it('asks an account for its own second factor, once and in the same browser', async () => {
    const person = await target.newPerson();
    const employee = newEmployee();
    await link(person, employee);
    const app = await connectApp(person);
    const { recoveryCodes } = app;
    const begun = await begin(target, 'POST /api/sso/start');
    const asked = await finish(begun.cookie, await provider.authorize(begun.url, employee));
    expect(asked.json.error).toMatchObject({ code: 'totp_needed', details: { methods: ['totp', 'recovery_code'] } });
    expect(asked.headers.get('set-cookie')).toBeNull();
    const prove = (cookie: string, totp: string) =>
      target.call('POST /api/sso/second-factor', { cookie, body: { totp } });
    const stranger = await begin(target, 'POST /api/sso/start');
    await expectFailure(await prove(stranger.cookie, recoveryCodes[0] ?? ''));
    expect((await prove(begun.cookie, '000000')).json.error.code).toBe('totp_wrong');
    const done = await prove(begun.cookie, app.nextCode());
    expect(done.json.user.id).toBe(person.userId);
    const cookie = done.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { session } = (await target.call('GET /api/me/security', { cookie })).json;
    expect(session).toEqual({ method: 'oidc', secondFactor: true });
    await expectFailure(await prove(begun.cookie, recoveryCodes[1] ?? ''));
  });

  it('counts a second factor of the provider only where it is trusted with that', async () => {
    const owner = await target.newPerson();
    const employee = newEmployee();
    await link(owner, employee);
    const { workspaceId, api } = await newTeam(target, owner);
    const factors = await connectApp(owner);
    await owner.api('POST /api/me/confirm', { body: { totp: factors.nextCode() } });
    await api('PUT /api/workspace/policy', { body: { requiresTwoFactor: true } });
    const { kysely } = target.server.services.database;
    await kysely.deleteFrom('totp_secrets').where('user_id', '=', brand<'User'>(owner.userId)).execute();
    const enter = async (report: { amr?: string[]; acr?: string }) => {
      const { json } = await signInThrough(target, provider, { ...employee, ...report });
      const headers = { 'x-workspace-id': workspaceId };
      const reply = await target.call('GET /api/keys', { token: json.access_token, headers });
      return reply.json.error?.code ?? 'in';
    };
    expect(await enter({ amr: ['mfa'] })).toBe('two_factor_needed');
    await setUp({ trustsProviderMfa: true });
    expect(await enter({ amr: ['pwd'] })).toBe('two_factor_needed');
    expect(await enter({ amr: ['pwd', 'mfa'] })).toBe('in');
    expect(await enter({ acr: 'urn:example:mfa' })).toBe('in');
    expect(await enter({ acr: 'urn:example:fmfax' })).toBe('two_factor_needed');
  });

  it('proves somebody without a password anew, asking the provider to ask anew', async () => {
    const employee = newEmployee();
    const { json } = await signInThrough(target, provider, employee);
    const person = { token: json.access_token } as Person;
    const age = () =>
      target.server.services.database.kysely
        .updateTable('sessions')
        .set({ authenticated_at: 1 })
        .where('user_id', '=', json.user.id)
        .execute();
    await age();
    const confirm = async (by: typeof employee) => {
      const begun = await begin(target, 'POST /api/me/sso/confirm', person);
      const sent = new URL(begun.url).searchParams;
      expect(sent.get('prompt')).toBe('login');
      expect(sent.get('max_age')).toBe('120');
      const body = { query: await provider.authorize(begun.url, by) };
      return target.call('POST /api/me/sso/finish', { token: person.token, cookie: begun.cookie, body });
    };
    await expectFailure(await confirm(newEmployee()));
    expect((await target.call('GET /api/me', person)).json.freshUntil).toBeNull();
    provider.forge((claims, { sign }) => sign({ ...claims, auth_time: Math.floor(Date.now() / 1000) - 600 }));
    await expectFailure(await confirm(employee));
    provider.forge(null);
    expect((await confirm(employee)).json).toMatchObject({ purpose: 'confirm' });
    expect((await target.call('GET /api/me', person)).json.freshUntil).not.toBeNull();
  });

  it('leaves everybody a way in: the last identity stays, unless there is a password', async () => {
    const employee = newEmployee();
    const { json } = await signInThrough(target, provider, employee);
    const which = new URLSearchParams({ issuer: provider.issuer, subject: employee.subject });
    const call = `DELETE /api/me/identities?${which}`;
    const kept = await target.call(call, { token: json.access_token });
    expect(kept.json.error.code).toBe('last_way_in');
    expect((await signInThrough(target, provider, employee)).status).toBe(200);
    const person = await target.newPerson();
    expect((await target.call(call, { token: person.token })).status).toBe(404);
    const own = newEmployee();
    await link(person, own);
    const mine = new URLSearchParams({ issuer: provider.issuer, subject: own.subject });
    expect((await target.call(`DELETE /api/me/identities?${mine}`, { token: person.token })).status).toBe(204);
    expect((await signInThrough(target, provider, { ...own, email: person.email })).json.error.code).toBe(
      'sso_not_linked',
    );
  });

  it('writes down who came in, who was connected and what failed, and no secret of it', async () => {
    const employee = newEmployee();
    await signInThrough(target, provider, employee);
    const begun = await begin(target, 'POST /api/sso/start');
    const query = await provider.authorize(begun.url, employee);
    provider.forge((claims, { sign }) => sign({ ...claims, aud: 'else' }));
    await finish(begun.cookie, query);
    const { kysely } = target.server.services.database;
    const rows = await kysely.selectFrom('audit_events').selectAll().orderBy('seq').execute();
    const last = rows.slice(-4).map(({ action, result, reason }) => [action, result, reason]);
    expect(last).toEqual([
      ['account.registered', 'ok', null],
      ['account.identity_linked', 'ok', null],
      ['account.signed_in', 'ok', null],
      ['account.signed_in', 'denied', expect.stringMatching(/^sso_oauth_/)],
    ]);
    const code = new URLSearchParams(query).get('code') ?? '-';
    const written = JSON.stringify(rows) + target.logs.join('');
    for (const secret of [code, provider.clientSecret, begun.cookie.split('=')[1] ?? '-']) {
      expect(written).not.toContain(secret);
    }
  });

  it('is not there where nobody has set it up', async () => {
    await administrator.api('DELETE /api/admin/settings/sso');
    const reply = await target.call('POST /api/sso/start');
    expect(reply.json.error.code).toBe('sso_not_set_up');
    expect((await target.call('GET /api/instance')).json.sso).toBeNull();
  });
});
