import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, startTestServer, type TestServer } from '../../testing/test-server.ts';

const register = (target: TestServer, body: Record<string, unknown>) =>
  target.call('POST /api/register', { body: { password: makePassword(), ...body } });

describe.each(testEngines())('registering on $engine', (engine) => {
  let target: TestServer;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());

  it('makes exactly one administrator out of eight first registrations at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, index) => register(target, { email: `first${index}@example.com` })),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(replies.filter(({ json }) => json.user.isInstanceAdmin)).toHaveLength(1);
  });

  it('makes one account of one e-mail registered four times at once', async () => {
    const replies = await Promise.all(
      ['race@example.com', 'RACE@example.com', ' race@EXAMPLE.com ', 'race@example.com'].map((email) =>
        register(target, { email }),
      ),
    );
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect(replies.find(({ status }) => status === 409)?.json.error.code).toBe('email_taken');
  });

  it('gives a personal workspace with the owner role, and signs nobody in', async () => {
    const email = 'ada.lovelace@example.com';
    const password = makePassword();
    const reply = await register(target, { email, password });
    expect(reply.headers.get('set-cookie')).toBeNull();
    expect(reply.json).toEqual({
      user: expect.objectContaining({ email, name: 'ada.lovelace', isInstanceAdmin: false, theme: 'system' }),
    });
    const login = await target.call('POST /api/login', { body: { email, password } });
    const me = await target.call('GET /api/me', { token: login.json.access_token });
    expect(me.json.workspaces).toEqual([
      {
        id: me.json.activeWorkspaceId,
        name: 'ada.lovelace',
        kind: 'personal',
        role: 'owner',
        requiresTwoFactor: false,
      },
    ]);
  });

  it.each([
    ['case', 'Variant@Example.COM'],
    ['white space around', '  variant@example.com\t'],
    ['full-width letters (NFKC)', 'ｖariant@example.com'],
  ])('knows an e-mail again in another form: %s', async (_, variant) => {
    await register(target, { email: 'variant@example.com' });
    const reply = await register(target, { email: variant });
    expect(reply.json).toMatchObject({ error: { code: 'email_taken' } });
  });

  it.each([
    ['no at sign', 'nobody'],
    ['two lines', 'a@example.com\nBcc: b@example.com'],
    ['a NUL', 'a\u0000b@example.com'],
    ['a direction override', 'a\u202eb@example.com'],
    ['half a character', 'a\ud800@example.com'],
    ['too long', `${'a'.repeat(300)}@example.com`],
  ])('refuses an e-mail with %s', async (_, email) => {
    const reply = await register(target, { email });
    expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
    expect(reply.status).toBe(422);
  });

  it.each([
    ['eleven characters', 'Tr0ub4dor&3'],
    ['one character again and again', 'a'.repeat(40)],
    ['the e-mail itself', 'weak.person@example.com'],
    ['a well-known one', 'Password1234'],
    ['a run on the keyboard', 'qwertyuiop123'],
    ['digits in order', '1234567890123'],
  ])('refuses a weak password: %s', async (_, password) => {
    const reply = await register(target, { email: 'weak.person@example.com', password });
    expect(reply.json).toMatchObject({ error: { code: 'weak_password' } });
    expect(reply.text).not.toContain(password);
  });

  it('never takes a role, an id or a state from the body', async () => {
    for (const field of ['isInstanceAdmin', 'is_instance_admin', 'id', 'role', 'state', 'workspaceId']) {
      const reply = await register(target, { email: `mass-${field}@example.com`, [field]: true });
      expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
    }
  });

  it('writes one audit event for it, with the account as its actor', async () => {
    const { json } = await register(target, { email: 'audited@example.com' });
    const events = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('actor_id', '=', json.user.id)
      .execute();
    expect(events).toEqual([
      expect.objectContaining({ action: 'account.registered', result: 'ok', ip: '127.0.0.1', client: 'web' }),
    ]);
  });
});

describe.each(testEngines())('who may register on $engine', (engine) => {
  it.each(['closed', 'invite'])('SIGNUP=%s lets only the first account in', async (mode) => {
    const target = await startTestServer(engine, { SIGNUP: mode });
    try {
      expect((await target.call('GET /api/instance')).json).toMatchObject({ signUp: mode, needsFirstAccount: true });
      expect((await register(target, { email: 'first@example.com' })).json.user.isInstanceAdmin).toBe(true);
      const second = await register(target, { email: 'second@example.com' });
      expect(second.json).toMatchObject({ error: { code: 'sign_up_closed' } });
      expect(second.status).toBe(403);
      // Whether an e-mail has an account is not told where nobody may register.
      expect((await register(target, { email: 'first@example.com' })).text).toBe(second.text);
    } finally {
      await target.dispose();
    }
  });
});

describe('the set-up token', () => {
  const [engine] = testEngines();
  if (engine === undefined) throw new Error('no engine to test on');

  it.each([
    ['a public HOST', { HOST: '0.0.0.0' }],
    ['a PUBLIC_URL', { PUBLIC_URL: 'https://keys.example.com' }],
    ['a trusted proxy', { TRUSTED_PROXIES: '127.0.0.1' }],
  ])('guards the first account, and only that, behind %s', async (_, environment) => {
    const target = await startTestServer(engine, environment);
    try {
      const { setupToken } = target.server.services;
      expect(setupToken).toMatch(/^[\w-]{20}$/);
      expect((await target.call('GET /api/instance')).json).toMatchObject({ needsSetupToken: true });
      for (const wrong of [{}, { setupToken: '' }, { setupToken: `${setupToken}x` }]) {
        const reply = await register(target, { email: 'first@example.com', ...wrong });
        expect(reply.json).toMatchObject({ error: { code: 'setup_token_needed' } });
        expect(reply.text).not.toContain(setupToken);
      }
      expect((await register(target, { email: 'first@example.com', setupToken })).status).toBe(201);
      expect((await target.call('GET /api/instance')).json).toMatchObject({ needsSetupToken: false });
      expect((await register(target, { email: 'second@example.com' })).json.user.isInstanceAdmin).toBe(false);
      expect(target.logs.join('')).not.toContain(setupToken);
    } finally {
      await target.dispose();
    }
  });

  it('is not asked for on a server for this computer only', async () => {
    const target = await startTestServer(engine);
    try {
      expect(target.server.services.setupToken).toBeNull();
      expect((await target.call('GET /api/instance')).json).toMatchObject({ needsSetupToken: false });
    } finally {
      await target.dispose();
    }
  });
});
