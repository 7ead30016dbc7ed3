import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../../testing/identity-provider.ts';
import { type MailServer, startMailServer } from '../../testing/mail-server.ts';
import { callbackOf } from '../../testing/organisation.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

const from = 'keys@example.com';

describe.each(testEngines())('the settings of an instance, on $engine', (engine) => {
  let target: TestServer;
  let administrator: Person;
  let mail: MailServer;
  let provider: IdentityProvider;
  beforeAll(async () => {
    target = await startTestServer(engine);
    administrator = await target.newPerson();
    mail = await startMailServer();
    provider = await startIdentityProvider([callbackOf(target)]);
  });
  afterAll(async () => {
    await target.dispose();
    await mail.close();
    await provider.close();
  });

  const ask = (request: string, body?: unknown) =>
    target.call(request, { token: administrator.token, ...(body === undefined ? {} : { body }) });
  const stored = async () =>
    JSON.stringify(await target.server.services.database.kysely.selectFrom('instance_settings').selectAll().execute());
  const relay = () => ({ host: '127.0.0.1', port: mail.port, security: 'none', username: null, from });

  it('keep a password sealed: it is taken, and never given back', async () => {
    const secret = makeSecret('mail');
    const settings = { host: 'mail.example.com', port: 465, security: 'tls', username: 'keys', from };
    const set = await ask('PUT /api/admin/settings/mail', { ...settings, secret });
    expect(set.json).toMatchObject({ value: settings, hasSecret: true });
    const read = await ask('GET /api/admin/settings/mail');
    expect(read.json).toEqual(set.json);
    const { kysely } = target.server.services.database;
    const events = await kysely.selectFrom('audit_events').selectAll().orderBy('seq').execute();
    const places = [set.text, read.text, await stored(), JSON.stringify(events), target.logs.join('')];
    for (const place of places) expect(place).not.toContain(secret);
    expect(events.at(-1)).toMatchObject({
      action: 'setting.changed',
      target_id: 'mail',
      actor_label: administrator.email,
    });
    expect(JSON.parse(events.at(-1)?.details ?? '')).toMatchObject({ host: 'mail.example.com', secretChanged: true });
    // Kept where nothing about the server changes, gone with the user name.
    expect((await ask('PUT /api/admin/settings/mail', { ...settings, from: 'new@example.com' })).json.hasSecret).toBe(
      true,
    );
    expect((await ask('PUT /api/admin/settings/mail', { ...settings, username: null })).json.hasSecret).toBe(false);
  });

  it.each([
    ['host', { host: 'evil.example.com' }],
    ['port', { port: 2525 }],
    ['protection', { security: 'starttls' }],
    ['user', { username: 'other' }],
  ])('send a stored password to no other %s', async (_name, change) => {
    const settings = { host: 'mail.example.com', port: 465, security: 'tls', username: 'keys', from };
    await ask('PUT /api/admin/settings/mail', { ...settings, secret: makeSecret('mail') });
    const before = await stored();
    const elsewhere = { ...settings, ...change };
    expect((await ask('PUT /api/admin/settings/mail', elsewhere)).json.error.code).toBe('secret_needed');
    const tried = await ask('POST /api/admin/settings/mail/test', { to: 'a@example.com', settings: elsewhere });
    expect(tried.json.error.code).toBe('secret_needed');
    expect(await stored()).toBe(before);
  });

  it('refuse a password over a line in clear, hosts that are none, and addresses with more in them', async () => {
    const good = relay();
    for (const wrong of [
      { ...good, host: 'mail.example.com', username: 'keys', secret: 'x' },
      { ...good, host: 'mail.example.com\r\nBcc: a' },
      { ...good, host: 'http://mail.example.com/' },
      { ...good, port: 0 },
      { ...good, from: 'keys@example.com\r\nBcc: all@example.com' },
      { ...good, from: 'Keys <keys@example.com>' },
      { ...good, security: 'whatever' },
    ]) {
      expect((await ask('PUT /api/admin/settings/mail', wrong)).json.error.code).toBe('invalid_input');
    }
  });

  it('are tried before they are stored, and say in plain words what went wrong', async () => {
    await ask('DELETE /api/admin/settings/mail');
    const call = 'POST /api/admin/settings/mail/test';
    expect((await ask(call, { to: 'a@example.com' })).json.error.code).toBe('mail_not_set_up');
    expect((await ask(call, { to: 'tried@example.com', settings: relay() })).status).toBe(204);
    expect(await mail.mailsTo('tried@example.com')).toHaveLength(1);
    expect((await ask('GET /api/admin/settings/mail')).json.value).toBeNull();
    const strict = { ...relay(), security: 'starttls' };
    const refused = await ask(call, { to: 'a@example.com', settings: strict });
    expect(refused.json.error).toMatchObject({ code: 'mail_failed', details: [{ path: 'mail' }] });
    await ask('PUT /api/admin/settings/mail', relay());
    expect((await ask(call, { to: 'stored@example.com' })).status).toBe(204);
    expect(await mail.mailsTo('stored@example.com')).toHaveLength(1);
    expect((await target.call('GET /api/instance')).json.mailIsSetUp).toBe(true);
    const injected = await ask(call, { to: 'a@example.com\r\nBcc: b@example.com' });
    expect(injected.json.error.code).toBe('invalid_input');
  });

  const sso = () => ({
    issuer: provider.issuer,
    clientId: provider.clientId,
    name: 'Acme',
    createsAccounts: true,
    domains: ['Example.com'],
    trustsProviderMfa: false,
  });

  it('keep a provider under the name it has itself, and its secret for it alone', async () => {
    const set = await ask('PUT /api/admin/settings/sso', {
      ...sso(),
      issuer: `${provider.issuer}/`,
      secret: provider.clientSecret,
    });
    expect(set.json).toMatchObject({ hasSecret: true, redirectUri: callbackOf(target) });
    expect(set.json.value).toMatchObject({ issuer: provider.issuer, domains: ['example.com'] });
    expect(set.text + (await stored())).not.toContain(provider.clientSecret);
    expect((await target.call('GET /api/instance')).json.sso).toEqual({ name: 'Acme' });
    expect((await ask('PUT /api/admin/settings/sso', { ...sso(), name: 'Acme Inc' })).json.hasSecret).toBe(true);
    const other = await startIdentityProvider([callbackOf(target)]);
    for (const change of [{ issuer: other.issuer }, { clientId: 'another' }]) {
      const reply = await ask('PUT /api/admin/settings/sso', { ...sso(), ...change });
      expect(reply.json.error.code).toBe('secret_needed');
    }
    await other.close();
  });

  it.each([
    ['that is no address', 'acme'],
    ['of another kind', 'javascript:alert(1)'],
    ['on a private network', 'https://10.0.0.1'],
    ['that is the metadata service of a cloud', 'http://169.254.169.254'],
    ['with a user name', 'https://a:b@login.example.com'],
    ['that is the document itself', 'https://login.example.com/.well-known/openid-configuration'],
    ['that nobody listens at', 'http://127.0.0.1:9'],
  ])('refuse an issuer %s', async (_name, issuer) => {
    const before = await stored();
    const reply = await ask('PUT /api/admin/settings/sso', { ...sso(), issuer, secret: 'x' });
    expect(reply.json.error).toMatchObject({ code: 'sso_provider_refused', details: [{ path: 'issuer' }] });
    expect(await stored()).toBe(before);
  });

  it('refuse an issuer whose document names another one', async () => {
    const reply = await ask('PUT /api/admin/settings/sso', {
      ...sso(),
      issuer: `${provider.issuer}/tenant`,
      secret: 'x',
    });
    expect(reply.json.error.code).toBe('sso_provider_refused');
    const byName = provider.issuer.replace('127.0.0.1', 'localhost');
    const named = await ask('PUT /api/admin/settings/sso', { ...sso(), issuer: byName, secret: 'x' });
    expect(named.json.error.code).toBe('sso_provider_refused');
  });

  it('decide who may register, above SIGNUP and from the next call on', async () => {
    expect((await ask('GET /api/admin/settings/sign-up')).json).toEqual({ mode: 'open', source: 'environment' });
    const register = async () => {
      const body = { email: `${makeSecret('new')}@example.com`, password: makePassword() };
      return (await target.call('POST /api/register', { body })).status;
    };
    for (const mode of ['closed', 'invite']) {
      expect((await ask('PUT /api/admin/settings/sign-up', { mode })).json).toEqual({ mode, source: 'setting' });
      expect((await target.call('GET /api/instance')).json.signUp).toBe(mode);
      expect(await register()).toBe(403);
    }
    await ask('PUT /api/admin/settings/sign-up', { mode: 'open' });
    expect(await register()).toBe(201);
  });

  it('give the instance a name, a note and terms, which everybody may read as the plain text they are', async () => {
    expect((await target.call('GET /api/terms')).json).toEqual({ en: null, 'zh-CN': null, updatedAt: null });
    const signInNote = '<img src=x onerror=alert(1)>\nUse your card.';
    await ask('PUT /api/admin/settings/branding', { name: 'Acme keys', signInNote });
    expect((await target.call('GET /api/instance')).json).toMatchObject({ name: 'Acme keys', signInNote });
    await ask('PUT /api/admin/settings/terms', { en: 'Be kind.', 'zh-CN': '' });
    expect((await target.call('GET /api/terms')).json).toMatchObject({ en: 'Be kind.', 'zh-CN': null });
    await ask('PUT /api/admin/settings/terms', { en: null, 'zh-CN': null });
    expect((await target.call('GET /api/terms')).json).toMatchObject({ en: null, 'zh-CN': null });
  });

  it('are read as not set where a row of them is damaged', async () => {
    const { kysely } = target.server.services.database;
    await kysely.updateTable('instance_settings').set({ value: '{"mode":' }).where('name', '=', 'signUp').execute();
    expect((await target.call('GET /api/instance')).json.signUp).toBe('open');
    expect((await ask('PUT /api/admin/settings/sign-up', { mode: 'open' })).status).toBe(200);
  });
});
