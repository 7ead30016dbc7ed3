import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../contract/operation.ts';
import { operations } from '../../contract/operations.ts';
import { addPasskey, connectApp } from '../../testing/second-factors.ts';
import { newTeam } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { settleBackground } from '../background.ts';
import { brand } from '../ids.ts';

describe.each(testEngines())('the accounts of an instance, on $engine', (engine) => {
  let target: TestServer;
  let administrator: Person;
  beforeAll(async () => {
    target = await startTestServer(engine, { PUBLIC_URL: 'http://localhost' });
    administrator = await target.newPerson();
  });
  afterAll(() => target.dispose());

  const kysely = () => target.server.services.database.kysely;
  const change = (by: Person, person: Person, body: { state?: 'active' | 'disabled'; isInstanceAdmin?: boolean }) =>
    target.call(`PUT /api/admin/users/${person.userId}`, { token: by.token, body });
  const administrators = async () => {
    const rows = await kysely()
      .selectFrom('users')
      .select('id')
      .where('is_instance_admin', '=', 1)
      .where('state', '=', 'active')
      .execute();
    return rows.map(({ id }) => id as string);
  };

  async function newVirtualKey(person: Person, workspaceId?: string) {
    const api = workspaceId === undefined ? person.api : person.in(workspaceId);
    const { secret } = await api('POST /api/virtual-keys', { body: { name: 'Mine', keyIds: 'all' } });
    return async () => (await target.call('GET /v1/models', { headers: { authorization: `Bearer ${secret}` } })).status;
  }

  it('are listed with how they sign in, found by name and e-mail, page by page', async () => {
    const person = await target.newPerson();
    await newTeam(target, person);
    await connectApp(person);
    await addPasskey(person);
    const { items } = await administrator.api('GET /api/admin/users', { query: { q: person.email.toUpperCase() } });
    expect(items).toMatchObject([
      { id: person.userId, state: 'active', totp: true, passkeys: 1, identities: 0, teams: 1, hasPassword: true },
    ]);
    const first = await administrator.api('GET /api/admin/users', { query: { limit: 1 } });
    expect(first.items[0]?.id).toBe(person.userId);
    const next = await administrator.api('GET /api/admin/users', {
      query: { limit: 1, cursor: first.nextCursor ?? '' },
    });
    expect(next.items[0]?.id).toBe(administrator.userId);
    expect(next.nextCursor).toBeNull();
    const everything = (await target.call('GET /api/admin/users', { token: administrator.token })).text;
    for (const absent of ['password_hash', 'argon2', 'secret', 'akm_']) expect(everything).not.toContain(absent);
  });

  it('do not open to an administrator: no workspace operation answers who is no member', async () => {
    const { workspaceId, api } = await newTeam(target);
    const secret = makeSecret('team');
    const { id } = await api('POST /api/keys', { body: { provider: 'openai', name: 'Ours', secret } });
    const apart = ['public', 'account', 'instance'];
    const inWorkspaces = Object.entries<Operation>(operations).filter(
      ([, { permission }]) => !apart.includes(permission),
    );
    expect(inWorkspaces.length).toBeGreaterThan(50);
    for (const [name] of inWorkspaces) {
      const [method, template = ''] = name.split(' ');
      const path = template
        .replace('{id}', id)
        .replace('{version}', '1')
        .replace(/\{\w+\}/g, administrator.userId);
      const headers = { 'x-workspace-id': workspaceId };
      const reply = await target.call(`${method} ${path}`, { token: administrator.token, headers });
      expect({ name, ...reply.json }).toMatchObject({ name, error: { code: 'not_found' } });
    }
    expect((await api('GET /api/keys')).items).toHaveLength(1);
  });

  it('disabled, end at once: sessions, passkeys, sign-in and virtual keys in every workspace', async () => {
    const person = await target.newPerson();
    const team = await newTeam(target);
    const { workspaceId } = team;
    await team.join('member', person);
    const works = [await newVirtualKey(person), await newVirtualKey(person, workspaceId)];
    for (const call of works) expect(await call()).toBe(200);
    const { authenticator } = await addPasskey(person);
    const question = (await target.call('POST /api/login/passkey/options')).json;
    expect((await change(administrator, person, { state: 'disabled' })).json).toMatchObject({ state: 'disabled' });
    for (const call of works) expect(await call()).toBe(401);
    expect((await target.call('GET /api/me', person)).status).toBe(401);
    expect((await target.call('GET /api/me', { cookie: person.cookie })).status).toBe(401);
    const byPasskey = await target.call('POST /api/login/passkey', {
      body: { authentication: authenticator.get(question) },
    });
    expect(byPasskey.json.error.code).toBe('passkey_refused');
    const { email, password } = person;
    expect((await target.call('POST /api/login', { body: { email, password } })).json.error.code).toBe(
      'sign_in_failed',
    );
    await change(administrator, person, { state: 'active' });
    for (const call of works) expect(await call()).toBe(200);
    // What was ended stays ended.
    expect((await target.call('GET /api/me', person)).status).toBe(401);
  });

  it('keep one active administrator, whoever asks', async () => {
    for (const body of [{ state: 'disabled' as const }, { isInstanceAdmin: false }]) {
      expect((await change(administrator, administrator, body)).json.error.code).toBe('last_administrator');
    }
    const second = await target.newPerson();
    await change(administrator, second, { isInstanceAdmin: true });
    await change(administrator, second, { state: 'disabled' });
    const one = await change(administrator, administrator, { isInstanceAdmin: false });
    expect(one.json.error.code).toBe('last_administrator');
    const gone = await target.call(`DELETE /api/admin/users/${administrator.userId}`, { token: administrator.token });
    expect(gone.json.error.code).toBe('last_administrator');
    expect(await administrators()).toEqual([administrator.userId]);
  });

  it('keep one administrator when all of them demote each other at once', async () => {
    for (const body of [{ state: 'disabled' as const }, { isInstanceAdmin: false }]) {
      const others = [await target.newPerson(), await target.newPerson(), await target.newPerson()];
      for (const other of others) await change(administrator, other, { isInstanceAdmin: true });
      const all = [administrator, ...others];
      const replies = await Promise.all(
        all.flatMap((by) => all.filter((one) => one !== by).map((one) => change(by, one, body))),
      );
      for (const { status } of replies) expect([200, 401, 403, 409]).toContain(status);
      expect(await administrators()).toHaveLength(1);
      const ids = all.map(({ userId }) => brand<'User'>(userId));
      await kysely()
        .updateTable('users')
        .set({ is_instance_admin: 0, state: 'active' })
        .where('id', 'in', ids)
        .execute();
      await kysely()
        .updateTable('users')
        .set({ is_instance_admin: 1 })
        .where('id', '=', brand<'User'>(administrator.userId))
        .execute();
      const { email, password } = administrator;
      administrator = { ...administrator, ...(await signIn(email, password)) };
    }
  });

  async function signIn(email: string, password: string) {
    const { json } = await target.call('POST /api/login', { body: { email, password } });
    return { token: String(json.access_token) };
  }

  it('that lost the right may use it no longer, from the next call on', async () => {
    const second = await target.newPerson();
    await change(administrator, second, { isInstanceAdmin: true });
    expect((await target.call('GET /api/admin/users', second)).status).toBe(200);
    await change(administrator, second, { isInstanceAdmin: false });
    expect((await target.call('GET /api/admin/users', second)).json.error.code).toBe('forbidden');
  });

  it('are reset by a link that the person uses; nobody can set a password for somebody else', async () => {
    const person = await target.newPerson();
    const params = { userId: brand<'User'>(person.userId) };
    const url = `POST /api/admin/users/${person.userId}/reset`;
    const withPassword = await target.call(url, { token: administrator.token, body: { password: makePassword() } });
    expect(withPassword.json.error.code).toBe('invalid_input');
    const { token } = await administrator.api('POST /api/admin/users/{userId}/reset', { params });
    const finish = (body: object) => target.call('POST /api/password-reset/finish', { body });
    const newPassword = makePassword();
    expect((await finish({ token, newPassword })).status).toBe(204);
    expect((await finish({ token, newPassword: makePassword() })).json.error.code).toBe('link_used');
    expect((await target.call('GET /api/me', person)).status).toBe(401);
    expect(
      (await target.call('POST /api/login', { body: { email: person.email, password: newPassword } })).status,
    ).toBe(200);
    const events = await kysely()
      .selectFrom('audit_events')
      .selectAll()
      .where('target_id', '=', person.userId)
      .execute();
    expect(events.map(({ action }) => action)).toContain('account.reset_started');
    expect(JSON.stringify(events) + target.logs.join('')).not.toContain(token);
  });

  it('lose their second factors and sessions when an administrator takes them away', async () => {
    const person = await target.newPerson();
    await connectApp(person);
    const path = `/api/admin/users/${person.userId}/second-factors`;
    expect((await target.call(`DELETE ${path}`, { token: administrator.token })).status).toBe(204);
    expect((await target.call('GET /api/me', person)).status).toBe(401);
    const { email, password } = person;
    expect((await target.call('POST /api/login', { body: { email, password } })).status).toBe(200);
  });

  it('are signed out everywhere by an administrator', async () => {
    const person = await target.newPerson();
    const reply = await target.call(`POST /api/admin/users/${person.userId}/sign-out`, { token: administrator.token });
    expect(reply.status).toBe(204);
    expect((await target.call('GET /api/me', person)).status).toBe(401);
    expect((await target.call('GET /api/me', { cookie: person.cookie })).status).toBe(401);
  });

  it('are not deleted while a team has no other owner, and nothing of them changes then', async () => {
    const team = await newTeam(target);
    const { owner, workspaceId } = team;
    const path = `DELETE /api/admin/users/${owner.userId}`;
    const refused = await target.call(path, { token: administrator.token });
    expect(refused.json.error).toMatchObject({ code: 'last_owner', details: { workspaceId } });
    expect((await target.call('GET /api/keys', owner)).status).toBe(200);
    await team.join('owner');
    expect((await target.call(path, { token: administrator.token })).status).toBe(204);
    expect((await target.call('GET /api/me', owner)).status).toBe(401);
  });

  it('are deleted with their personal workspace, and leave every team as if removed there', async () => {
    const person = await target.newPerson();
    const team = await newTeam(target);
    await team.join('member', person);
    const works = await newVirtualKey(person, team.workspaceId);
    const secret = makeSecret('personal');
    await person.api('POST /api/keys', { body: { provider: 'openai', name: 'Mine', secret } });
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const params = { userId: brand<'User'>(person.userId) };
    await administrator.api('DELETE /api/admin/users/{userId}', { params });
    await settleBackground();
    expect(await works()).toBe(401);
    const database = kysely();
    for (const table of ['credentials', 'data_keys', 'virtual_keys', 'members'] as const) {
      const left = await database.selectFrom(table).selectAll().where('workspace_id', '=', activeWorkspaceId).execute();
      expect({ table, left }).toEqual({ table, left: [] });
    }
    const left = await database.selectFrom('workspaces').selectAll().where('id', '=', activeWorkspaceId).execute();
    expect(left).toEqual([]);
    for (const table of ['sessions', 'members'] as const) {
      expect(await database.selectFrom(table).selectAll().where('user_id', '=', params.userId).execute()).toEqual([]);
    }
    const { items } = await team.api('GET /api/audit-events', { query: { targetId: person.userId } });
    expect(items).toMatchObject([{ action: 'member.removed', actor: { label: administrator.email } }, {}]);
    const again = await target.call(`DELETE /api/admin/users/${person.userId}`, { token: administrator.token });
    expect(again.status).toBe(404);
    const { items: chains } = await administrator.api('POST /api/instance/audit-events/verify');
    const broken = chains.filter(({ chain, report }) => ['', team.workspaceId].includes(chain) && !report.isIntact);
    expect(broken).toEqual([]);
  });
});
