import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Authenticator, type Flaws } from '../../testing/authenticator.ts';
import { sendRaw } from '../../testing/raw-http.ts';
import { addPasskey, connectApp } from '../../testing/second-factors.ts';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { forgetUnfinishedSignIns } from './challenges.ts';

const ORIGIN = 'https://keys.example.com';

describe.each(testEngines())('a passkey on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine, { PUBLIC_URL: ORIGIN, TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => target.dispose());
  beforeEach(async () => {
    person = await target.newPerson();
    await target.server.services.throttles.reset('passkeyByAddress', '127.0.0.1');
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const options = async () => (await target.call('POST /api/login/passkey/options')).json;
  const login = (authentication: unknown) => target.call('POST /api/login/passkey', { body: { authentication } });
  const codeOf = (reply: { json: { error?: { code: string } } }) => reply.json.error?.code ?? 'ok';
  const kysely = () => target.server.services.database.kysely;
  const refusalsOf = async ({ api }: Person) =>
    (await api('GET /api/me/sign-ins')).items.filter(({ result }) => result === 'denied').map(({ reason }) => reason);

  it('is asked for by its domain, with what proves a person who unlocked it', async () => {
    const creation = await person.api('POST /api/me/passkeys/options');
    expect(creation).toMatchObject({
      rp: { id: 'keys.example.com' },
      user: { name: person.email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    });
    // The authenticator keeps the id of the account and nothing that names the person.
    expect(Buffer.from(creation.user.id, 'base64url').toString()).toBe(person.userId);
    const request = await options();
    expect(request).toMatchObject({ rpId: 'keys.example.com', userVerification: 'required', allowCredentials: [] });
    expect(request.challenge).toMatch(/^[\w-]{43}$/);
    expect((await options()).challenge).not.toBe(request.challenge);
  });

  it('signs its owner in without a password, and the session counts as one with a second factor', async () => {
    const { authenticator, passkey, recoveryCodes } = await addPasskey(person, ORIGIN);
    expect(passkey).toMatchObject({ name: 'Laptop', lastUsedAt: null, isBackedUp: false });
    expect(recoveryCodes).toHaveLength(10);
    const reply = await login(authenticator.get(await options()));
    expect(reply.status).toBe(200);
    expect(reply.json.user.id).toBe(person.userId);
    expect(reply.headers.get('set-cookie')).toMatch(/^__Host-akm_session=[\w-]{43};/);
    const token = reply.json.access_token;
    expect((await target.call('GET /api/me/security', { token })).json.session).toEqual({
      method: 'passkey',
      secondFactor: true,
    });
    const [listed] = (await person.api('GET /api/me/passkeys')).items;
    expect(listed?.lastUsedAt).not.toBeNull();
    expect((await person.api('GET /api/me/sign-ins')).items[0]).toMatchObject({ method: 'passkey', result: 'ok' });
  });

  it('signs in to the account without the name of the account in its answer, as some authenticators do', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    expect((await login(authenticator.get(await options(), { userHandle: null }))).status).toBe(200);
  });

  it('gets into a workspace that asks for a second factor, where a password alone does not', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const change = kysely().updateTable('workspaces').set({ requires_two_factor: 1 });
    await change.where('id', '=', activeWorkspaceId).execute();
    const { json } = await login(authenticator.get(await options()));
    expect((await target.call('GET /api/keys', { token: json.access_token })).status).toBe(200);
    await person.api('DELETE /api/me/passkeys/{id}', {
      params: { id: (await person.api('GET /api/me/passkeys')).items[0]?.id ?? '' },
    });
    const without = await target.call('GET /api/keys', { token: json.access_token });
    expect(codeOf(without)).toBe('two_factor_needed');
  });

  it('makes the password alone too little, but for a recovery code', async () => {
    const { recoveryCodes } = await addPasskey(person, ORIGIN);
    const byPassword = (totp?: string) =>
      target.call('POST /api/login', {
        body: { email: person.email, password: person.password, ...(totp === undefined ? {} : { totp }) },
      });
    const refused = await byPassword();
    expect(refused.json.error).toMatchObject({
      code: 'totp_needed',
      details: { methods: ['passkey', 'recovery_code'] },
    });
    expect(codeOf(await byPassword('123456'))).toBe('totp_wrong');
    expect((await byPassword(recoveryCodes?.[0])).status).toBe(200);
  });

  it.each<[string, Flaws, string]>([
    ['for another origin', { origin: 'https://keys.example.com.evil.example' }, 'passkey_origin'],
    ['for http', { origin: 'http://keys.example.com' }, 'passkey_origin'],
    ['in a frame of another site', { crossOrigin: true }, 'passkey_origin'],
    ['for another domain', { rpId: 'evil.example' }, 'passkey_domain'],
    ['with a challenge that we never gave', { challenge: 'A'.repeat(43) }, 'passkey_challenge'],
    ['as a registration', { type: 'webauthn.create' }, 'passkey_type'],
    ['with nobody there', { userPresent: false }, 'passkey_user_presence'],
    ['by somebody who did not unlock it', { userVerified: false }, 'passkey_user_verification'],
    ['by another key', { foreignKey: true }, 'passkey_signature'],
    ['with a counter that went back', { counter: 3 }, 'passkey_counter'],
    ['with a counter that stood still', { counter: 5 }, 'passkey_counter'],
    ['with a counter that fell to zero', { counter: 0 }, 'passkey_counter'],
    ['in the name of another account', { userHandle: 'b3RoZXI' }, 'passkey_other_account'],
  ])('is refused when it signs %s, and the reason is for the owner alone', async (_, flaws, reason) => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    expect((await login(authenticator.get(await options(), { counter: 5 }))).status).toBe(200);
    const refused = await login(authenticator.get(await options(), flaws));
    expect(refused.status).toBe(401);
    expect(refused.json).toEqual({
      error: {
        code: 'passkey_refused',
        message: 'This passkey was not accepted. Try again, or sign in with your password.',
      },
    });
    expect(refused.headers.get('set-cookie')).toBeNull();
    expect(await refusalsOf(person)).toEqual([reason]);
    // The account is as it was.
    expect((await login(authenticator.get(await options(), { counter: 6 }))).status).toBe(200);
  });

  it('that does not count may say zero for ever', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    for (let round = 0; round < 3; round += 1) {
      expect((await login(authenticator.get(await options(), { counter: 0 }))).status).toBe(200);
    }
  });

  it('answers a question once: of many calls at once with one answer, one gets in', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    const answer = authenticator.get(await options());
    const replies = await Promise.all(Array.from({ length: 6 }, () => login(answer)));
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 401, 401, 401, 401, 401]);
    expect(codeOf(await login(answer))).toBe('passkey_refused');
  });

  it('uses a question up by a wrong answer too', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    const question = await options();
    expect(codeOf(await login(authenticator.get(question, { foreignKey: true })))).toBe('passkey_refused');
    expect(codeOf(await login(authenticator.get(question)))).toBe('passkey_refused');
  });

  it('answers within five minutes, and old questions are forgotten', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    const question = await options();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 5 * 60 * 1000);
    expect(codeOf(await login(authenticator.get(question)))).toBe('passkey_refused');
    await forgetUnfinishedSignIns(target.server.services, Date.now());
    expect(await kysely().selectFrom('sign_in_attempts').selectAll().execute()).toEqual([]);
  });

  it('cannot be added with the question of a sign-in, nor sign in with the question of a registration', async () => {
    const creation = await person.api('POST /api/me/passkeys/options');
    const authenticator = new Authenticator(ORIGIN);
    const swapped = authenticator.create({ ...creation, challenge: (await options()).challenge });
    const add = (registration: unknown) =>
      target.call('POST /api/me/passkeys', { token: person.token, body: { name: 'x', registration } });
    expect(codeOf(await add(swapped))).toBe('passkey_refused');
    expect((await add(authenticator.create(creation))).status).toBe(201);
    const other = await person.api('POST /api/me/passkeys/options');
    expect(codeOf(await login(authenticator.get(other)))).toBe('passkey_refused');
  });

  it("cannot be added with somebody else's question, nor twice, nor to two accounts", async () => {
    const stranger = await target.newPerson();
    const authenticator = new Authenticator(ORIGIN);
    const add = (to: Person, registration: unknown) =>
      target.call('POST /api/me/passkeys', { token: to.token, body: { name: 'x', registration } });
    const theirs = await stranger.api('POST /api/me/passkeys/options');
    expect(codeOf(await add(person, authenticator.create(theirs)))).toBe('passkey_refused');
    const own = async (of: Person) => authenticator.create(await of.api('POST /api/me/passkeys/options'));
    expect((await add(person, await own(person))).status).toBe(201);
    expect(codeOf(await add(person, await own(person)))).toBe('conflict');
    expect(codeOf(await add(stranger, await own(stranger)))).toBe('conflict');
    expect((await stranger.api('GET /api/me/passkeys')).items).toEqual([]);
  });

  it.each<[string, Flaws]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another domain', { rpId: 'evil.example' }],
    ['nobody there', { userPresent: false }],
    ['nobody who unlocked it', { userVerified: false }],
    ['another ceremony', { type: 'webauthn.get' }],
  ])('is not added with %s', async (_, flaws) => {
    const registration = new Authenticator(ORIGIN).create(await person.api('POST /api/me/passkeys/options'), flaws);
    const reply = await target.call('POST /api/me/passkeys', {
      token: person.token,
      body: { name: 'x', registration },
    });
    expect(codeOf(reply)).toBe('passkey_refused');
    expect((await person.api('GET /api/me/passkeys')).items).toEqual([]);
  });

  it('of somebody who is not known is refused in the same words', async () => {
    const unknown = new Authenticator(ORIGIN);
    unknown.create({ challenge: 'x', user: { id: 'dXNy' } });
    const { authenticator } = await addPasskey(person, ORIGIN);
    const strange = await login(unknown.get(await options()));
    const wrong = await login(authenticator.get(await options(), { foreignKey: true }));
    expect(strange.text).toBe(wrong.text);
    expect(strange.status).toBe(wrong.status);
  });

  it('of a disabled account is refused in the same words', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    await kysely().updateTable('users').set({ state: 'disabled' }).where('email', '=', person.email).execute();
    expect(codeOf(await login(authenticator.get(await options())))).toBe('passkey_refused');
    await kysely().updateTable('users').set({ state: 'active' }).where('email', '=', person.email).execute();
    expect((await login(authenticator.get(await options()))).status).toBe(200);
  });

  it("confirms its owner's session and nobody else's", async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    const stranger = await target.newPerson();
    const confirm = async ({ token }: Person) =>
      target.call('POST /api/me/confirm', { token, body: { passkey: authenticator.get(await options()) } });
    expect(codeOf(await confirm(stranger))).toBe('passkey_refused');
    expect((await confirm(person)).status).toBe(200);
  });

  it('is renamed and removed by its owner; the last one ends the second factor with its recovery codes', async () => {
    const { authenticator, passkey, recoveryCodes } = await addPasskey(person, ORIGIN);
    const stranger = await target.newPerson();
    const path = `/api/me/passkeys/${passkey.id}`;
    expect((await target.call(`DELETE ${path}`, { token: stranger.token })).status).toBe(404);
    const renamed = await person.api('PUT /api/me/passkeys/{id}', {
      params: { id: passkey.id },
      body: { name: 'Phone' },
    });
    expect(renamed.name).toBe('Phone');
    expect((await target.call(`DELETE ${path}`, { token: person.token })).status).toBe(204);
    expect(codeOf(await login(authenticator.get(await options())))).toBe('passkey_refused');
    const security = await person.api('GET /api/me/security');
    expect(security).toMatchObject({
      secondFactors: { passkeys: 0, recoveryCodesLeft: 0 },
      session: { secondFactor: false },
    });
    const { email, password } = person;
    expect((await target.call('POST /api/login', { body: { email, password } })).status).toBe(200);
    expect(recoveryCodes).toHaveLength(10);
  });

  it('beside an app keeps the recovery codes there are, and either may go while the other stays', async () => {
    const app = await connectApp(person);
    const { passkey, recoveryCodes } = await addPasskey(person, ORIGIN);
    expect(recoveryCodes).toBeNull();
    await person.api('DELETE /api/me/passkeys/{id}', { params: { id: passkey.id } });
    expect((await person.api('GET /api/me/security')).secondFactors).toEqual({
      totp: true,
      passkeys: 0,
      recoveryCodesLeft: 10,
    });
    const { email, password } = person;
    const byCode = await target.call('POST /api/login', { body: { email, password, totp: app.recoveryCodes[0] } });
    expect(byCode.status).toBe(200);
  });

  it('cannot be guessed at without end from one address', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    const answer = authenticator.get(await options(), { foreignKey: true });
    const replies = await Promise.all(Array.from({ length: 35 }, () => login(answer)));
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  it('leaves no challenge in the database in clear', async () => {
    const { challenge } = await options();
    const stored = JSON.stringify(await kysely().selectFrom('sign_in_attempts').selectAll().execute());
    expect(stored).toContain('passkey_proof');
    expect(stored).not.toContain(challenge);
  });

  it('refuses what is no answer at all as a wrong input', async () => {
    const { authenticator } = await addPasskey(person, ORIGIN);
    const answer = authenticator.get(await options());
    for (const wrong of [{}, { ...answer, id: '' }, { ...answer, id: '../x' }, { ...answer, response: {} }, 'text']) {
      expect((await login(wrong)).status).toBe(422);
    }
    const garbage = { ...answer, response: { ...answer.response, clientDataJSON: 'AAAA' } };
    expect(codeOf(await login(garbage))).toBe('passkey_refused');
  });
});

describe('passkeys', () => {
  const [engine] = testEngines();
  if (engine === undefined) throw new Error('no engine to test on');

  it.each([
    ['on this computer, opened by an address without a name', {}, '127.0.0.1:8000', null],
    ['on this computer, opened by its loopback name', {}, 'localhost:8000', 'localhost'],
    [
      'with an https PUBLIC_URL, whatever the Host',
      { PUBLIC_URL: 'https://keys.example.com/' },
      'evil.example',
      'keys.example.com',
    ],
    ['with an http PUBLIC_URL', { PUBLIC_URL: 'http://keys.example.com' }, 'keys.example.com', null],
    ['with a numeric PUBLIC_URL', { PUBLIC_URL: 'https://192.0.2.1' }, '192.0.2.1', null],
    ['open to others without a PUBLIC_URL, whatever the Host', { TRUSTED_PROXIES: '192.0.2.1' }, 'localhost', null],
  ])('%s belong to the right domain or to none', async (_, environment, host, domain) => {
    const target = await startTestServer(engine, environment);
    try {
      const { token } = await target.newPerson();
      const ask = async (request: string) => {
        const bearer = `authorization: Bearer ${token}`;
        const head = `${request} HTTP/1.1\r\nhost: ${host}\r\n${bearer}\r\ncontent-length: 0\r\nconnection: close`;
        return sendRaw(target.url, `${head}\r\n\r\n`);
      };
      const security = await ask('GET /api/me/security');
      expect(security).toContain(`"passkeyDomain":${domain === null ? 'null' : `"${domain}"`}`);
      const begun = await ask('POST /api/me/passkeys/options');
      expect(begun).toContain(domain === null ? '"passkeys_need_address"' : `"rp":{"id":"${domain}"`);
    } finally {
      await target.dispose();
    }
  });
});
