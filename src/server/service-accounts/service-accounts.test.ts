import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '../../contract/operation.ts';
import { operations } from '../../contract/operations.ts';
import { isAllowed, type Permission, permissions, type Role } from '../../contract/permissions.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';

const isPermission = (name: string): name is Permission => name in permissions;

describe.each(testEngines())('service accounts on $engine', (engine) => {
  let target: TestServer;
  let team: Team;
  const people = {} as Record<Role, Person>;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  beforeEach(async () => {
    team = await newTeam(target);
    people.owner = team.owner;
    for (const role of ['admin', 'member', 'viewer'] as const) people[role] = await team.join(role);
  });
  afterAll(() => target.dispose());

  const call = (person: Person, request: string, body?: unknown) =>
    target.call(request, {
      token: person.token,
      headers: { 'x-workspace-id': team.workspaceId },
      ...(body === undefined ? {} : { body }),
    });
  const as = (token: string, request: string, more: object = {}) => target.call(request, { token, ...more });
  const make = async (body: object = {}, by = people.owner) =>
    (await call(by, 'POST /api/service-accounts', { name: 'Robot', ...body })).json;
  const issue = async (id: string, body: object = {}, by = people.owner) =>
    (await call(by, `POST /api/service-accounts/${id}/tokens`, { name: 'First', ...body })).json;
  const tokens = async (id: string) => (await call(people.owner, `GET /api/service-accounts/${id}/tokens`)).json.items;
  const addKey = async (secret = makeSecret()) =>
    (await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Ours', secret } })).id;
  const grant = (keyId: string, id: string, level: string) =>
    call(people.owner, `PUT /api/keys/${keyId}/grants`, { subject: { kind: 'serviceAccount', id }, level });
  const kysely = () => target.server.services.database.kysely;

  it('are made, changed and deleted by overseers; the others see their names and no tokens', async () => {
    const account = await make({ note: 'Builds' }, people.admin);
    expect(account).toMatchObject({ name: 'Robot', mayCopy: false, state: 'active', activeTokens: 0 });
    const change = { name: 'Builder', state: 'disabled' };
    const changed = await call(people.admin, `PUT /api/service-accounts/${account.id}`, change);
    expect(changed.json).toMatchObject(change);
    for (const person of [people.member, people.viewer]) {
      expect((await call(person, 'GET /api/service-accounts')).json.items).toMatchObject([{ name: 'Builder' }]);
      for (const [request, body] of [
        ['POST /api/service-accounts', { name: 'Mine' }],
        [`PUT /api/service-accounts/${account.id}`, { state: 'active' }],
        [`DELETE /api/service-accounts/${account.id}`, undefined],
        [`GET /api/service-accounts/${account.id}/tokens`, undefined],
        [`POST /api/service-accounts/${account.id}/tokens`, { name: 'Mine' }],
      ] as const) {
        expect((await call(person, request, body)).json.error.code).toBe('forbidden');
      }
    }
    expect((await call(people.admin, `DELETE /api/service-accounts/${account.id}`)).status).toBe(204);
    expect((await call(people.owner, 'GET /api/service-accounts')).json.items).toEqual([]);
  });

  it('a token is shown once, is stored as a hash, expires in 90 days unless told, and tells when it was used', async () => {
    const account = await make();
    const { token, secret } = await issue(account.id);
    expect(secret).toMatch(/^sa-akm-[0-9A-Za-z]{49}$/);
    const days = (Date.parse(token.expiresAt) - Date.parse(token.createdAt)) / 86_400_000;
    expect([days, token.lastUsedAt, token.state]).toEqual([90, null, 'active']);
    expect(JSON.stringify(await tokens(account.id))).not.toContain(secret);
    const stored = [
      await kysely().selectFrom('service_tokens').selectAll().execute(),
      await kysely().selectFrom('audit_events').selectAll().execute(),
      target.logs,
    ];
    expect(JSON.stringify(stored)).not.toContain(secret.slice(10, 50));
    expect((await as(secret, 'GET /api/workspace')).json).toMatchObject({ id: team.workspaceId, role: 'service' });
    const [used] = await tokens(account.id);
    expect(Date.parse(used.lastUsedAt)).toBeGreaterThan(Date.now() - 60_000);
    const [seen] = (await call(people.viewer, 'GET /api/service-accounts')).json.items;
    expect(seen).toMatchObject({ activeTokens: 1, lastUsedAt: used.lastUsedAt });
    expect((await issue(account.id, { expiresAt: null })).token.expiresAt).toBeNull();
    expect((await issue(account.id, { expiresAt: '2001-01-01T00:00:00Z' })).error.code).toBe('invalid_input');
  });

  it('a token calls exactly the operations whose permission names programs', async () => {
    const account = await make({ mayCopy: true });
    const { secret } = await issue(account.id);
    const told: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [name, { permission }] of Object.entries<Operation>(operations)) {
      if (permission === 'public') continue;
      const path = name.replace(/\{version\}/, '1').replace(/\{\w+\}/g, `key_${'0'.repeat(26)}`);
      const reply = await as(secret, path);
      const code = reply.json?.error?.code;
      told[name] = code === 'forbidden' || code === 'not_signed_in' ? 'refused' : 'let in';
      const isOpen = isPermission(permission) && isAllowed(permission, 'service', null);
      expected[name] = isOpen ? 'let in' : 'refused';
    }
    expect(told).toEqual(expected);
    expect(Object.values(told).filter((outcome) => outcome === 'let in').length).toBeGreaterThan(5);
  });

  it('a token acts in its own workspace only, whatever the header says', async () => {
    const account = await make();
    const { secret } = await issue(account.id);
    const { activeWorkspaceId } = await people.owner.api('GET /api/me');
    const other = await as(secret, 'GET /api/keys', { headers: { 'x-workspace-id': activeWorkspaceId } });
    expect(other.json.error.code).toBe('not_found');
    expect((await as(secret, 'GET /api/keys', { headers: { 'x-workspace-id': team.workspaceId } })).status).toBe(200);
  });

  it('a program copies a key only where owners let it and a grant says so, and each copy is on record', async () => {
    const upstream = makeSecret('upstream');
    const keyId = await addKey(upstream);
    const account = await make();
    const { secret } = await issue(account.id);
    const copy = () => as(secret, `POST /api/keys/${keyId}/copy`);
    expect((await copy()).json.error.code).toBe('not_found');
    await grant(keyId, account.id, 'copy');
    expect((await copy()).json.error.code).toBe('forbidden');
    expect((await make({ mayCopy: true }, people.admin)).error.code).toBe('forbidden');
    const let_ = (by: Person, mayCopy: boolean) => call(by, `PUT /api/service-accounts/${account.id}`, { mayCopy });
    expect((await let_(people.admin, true)).json.error.code).toBe('forbidden');
    expect((await let_(people.owner, true)).json.mayCopy).toBe(true);
    expect((await copy()).json).toEqual({ secret: upstream });
    await grant(keyId, account.id, 'use');
    expect((await copy()).json.error.code).toBe('forbidden');
    const events = await kysely()
      .selectFrom('audit_events')
      .select(['actor_type', 'actor_id', 'result'])
      .where('action', '=', 'key.copied')
      .where('target_id', '=', keyId)
      .execute();
    expect(events.filter(({ result }) => result === 'ok')).toEqual([
      { actor_type: 'service_account', actor_id: account.id, result: 'ok' },
    ]);
  });

  it('an administrator who may not copy gets no token of a program that may', async () => {
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    const keyId = await addKey();
    const account = await make({ mayCopy: true });
    await grant(keyId, account.id, 'copy');
    expect((await issue(account.id, {}, people.admin)).error.code).toBe('forbidden');
    await grant(keyId, account.id, 'use');
    expect((await issue(account.id, {}, people.admin)).secret).toMatch(/^sa-akm-/);
  });

  it('a token copies no more than who issued it may, whatever the program is granted later', async () => {
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    const keyId = await addKey();
    const account = await make({ mayCopy: true });
    const { secret: byAdmin } = await issue(account.id, {}, people.admin);
    const { secret: byOwner } = await issue(account.id);
    await grant(keyId, account.id, 'copy');
    const copy = (token: string) => as(token, `POST /api/keys/${keyId}/copy`);
    const refused = await copy(byAdmin);
    expect(refused.json.error.code).toBe('forbidden');
    expect(refused.text).not.toContain('secret');
    expect((await as(byAdmin, `GET /api/keys/${keyId}`)).status).toBe(200);
    expect((await copy(byOwner)).status).toBe(200);
    await team.grant(keyId, { kind: 'user', id: people.admin.userId }, 'copy');
    expect((await copy(byAdmin)).status).toBe(200);
    await team.grant(keyId, { kind: 'user', id: people.admin.userId }, 'none');
    expect((await copy(byAdmin)).status).toBe(403);
  });

  it('a token rests while who issued it is disabled or no longer has to do with programs', async () => {
    const account = await make();
    const { secret, token } = await issue(account.id, {}, people.admin);
    const standing = async () => ({
      status: (await as(secret, 'GET /api/keys')).status,
      state: (await tokens(account.id)).find(({ id }: { id: string }) => id === token.id).state,
    });
    const change = (body: object) => call(people.owner, `PUT /api/members/${people.admin.userId}`, body);
    expect(await standing()).toEqual({ status: 200, state: 'active' });
    for (const away of [{ role: 'member' }, { role: 'viewer' }, { state: 'disabled' }]) {
      await change(away);
      expect(await standing()).toEqual({ status: 401, state: 'suspended' });
      await change({ role: 'admin', state: 'active' });
      expect(await standing()).toEqual({ status: 200, state: 'active' });
    }
    const disable = (state: 'active' | 'disabled') =>
      kysely().updateTable('users').set({ state }).where('id', '=', brand<'User'>(people.admin.userId)).execute();
    await disable('disabled');
    expect(await standing()).toEqual({ status: 401, state: 'suspended' });
    await disable('active');
    await team.remove(people.admin);
    expect(await standing()).toEqual({ status: 401, state: 'revoked' });
  });

  it('an administrator who may not copy does not switch on again a program that may', async () => {
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    const keyId = await addKey();
    const account = await make({ mayCopy: true });
    const { secret } = await issue(account.id);
    await grant(keyId, account.id, 'copy');
    const turn = (by: Person, state: string) => call(by, `PUT /api/service-accounts/${account.id}`, { state });
    expect((await turn(people.admin, 'disabled')).status).toBe(200);
    expect((await turn(people.admin, 'active')).json.error.code).toBe('forbidden');
    expect((await as(secret, `POST /api/keys/${keyId}/copy`)).status).toBe(401);
    const rename = await call(people.admin, `PUT /api/service-accounts/${account.id}`, { name: 'Renamed' });
    expect(rename.json).toMatchObject({ name: 'Renamed', state: 'disabled' });
    expect((await turn(people.owner, 'active')).status).toBe(200);
    expect((await as(secret, `POST /api/keys/${keyId}/copy`)).status).toBe(200);
    await turn(people.admin, 'disabled');
    await grant(keyId, account.id, 'use');
    expect((await turn(people.admin, 'active')).status).toBe(200);
  });

  it('a token that is revoked, expired, of a disabled or deleted account, or from elsewhere works no more', async () => {
    const account = await make();
    const isIn = async (secret: string) => (await as(secret, 'GET /api/keys')).status;
    const [first, second, third] = [await issue(account.id), await issue(account.id), await issue(account.id)];
    expect(await isIn(first.secret)).toBe(200);
    const revoke = () => call(people.owner, `DELETE /api/service-accounts/${account.id}/tokens/${first.token.id}`);
    expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 204]);
    expect(await isIn(first.secret)).toBe(401);
    await kysely()
      .updateTable('service_tokens')
      .set({ expires_at: Date.now() })
      .where('id', '=', brand<'ServiceToken'>(second.token.id))
      .execute();
    expect(await isIn(second.secret)).toBe(401);
    expect((await tokens(account.id)).map(({ state }: { state: string }) => state)).toEqual([
      'active',
      'expired',
      'revoked',
    ]);
    const elsewhere = await issue(account.id, { ipAllowList: ['10.1.2.3/16', '::ffff:192.0.2.1'] });
    expect(elsewhere.token.ipAllowList).toEqual(['10.1.0.0/16', '192.0.2.1']);
    expect(await isIn(elsewhere.secret)).toBe(401);
    expect(await isIn((await issue(account.id, { ipAllowList: ['127.0.0.0/8'] })).secret)).toBe(200);
    await call(people.owner, `PUT /api/service-accounts/${account.id}`, { state: 'disabled' });
    expect(await isIn(third.secret)).toBe(401);
    await call(people.owner, `PUT /api/service-accounts/${account.id}`, { state: 'active' });
    expect(await isIn(third.secret)).toBe(200);
    await call(people.owner, `DELETE /api/service-accounts/${account.id}`);
    expect(await isIn(third.secret)).toBe(401);
  });

  it('a deleted one takes its grants and virtual keys along', async () => {
    const keyId = await addKey();
    const account = await make();
    await grant(keyId, account.id, 'use');
    const { virtualKey } = await team.api('POST /api/virtual-keys', { body: { name: 'Its', keyIds: 'all' } });
    await kysely()
      .updateTable('virtual_keys')
      .set({ service_account_id: account.id, owner_id: null })
      .where('id', '=', virtualKey.id)
      .execute();
    await call(people.owner, `DELETE /api/service-accounts/${account.id}`);
    expect((await call(people.owner, `GET /api/virtual-keys/${virtualKey.id}`)).json.state).toBe('revoked');
    const left = kysely().selectFrom('credential_grants').selectAll().where('subject_id', '=', account.id);
    expect(await left.execute()).toEqual([]);
  });

  it('of another workspace is missing, to the byte, and so are its tokens', async () => {
    const strangers = await newTeam(target);
    const foreign = await strangers.api('POST /api/service-accounts', { body: { name: 'Theirs' } });
    const params = { id: foreign.id };
    const { token } = await strangers.api('POST /api/service-accounts/{id}/tokens', { params, body: { name: 'T' } });
    const own = await make();
    const missing = newId('ServiceAccount');
    const requests = (id: string) =>
      [
        [`PUT /api/service-accounts/${id}`, { state: 'disabled' }],
        [`DELETE /api/service-accounts/${id}`, undefined],
        [`GET /api/service-accounts/${id}/tokens`, undefined],
        [`POST /api/service-accounts/${id}/tokens`, { name: 'Mine' }],
        [`DELETE /api/service-accounts/${id}/tokens/${token.id}`, undefined],
      ] as const;
    for (const [index, [request, body]] of requests(foreign.id).entries()) {
      const refused = await call(people.owner, request, body);
      expect(refused.status).toBe(404);
      expect(refused.text).toBe((await call(people.owner, requests(missing)[index]?.[0] ?? '', body)).text);
    }
    const crossed = await call(people.owner, `DELETE /api/service-accounts/${own.id}/tokens/${token.id}`);
    expect(crossed.json.error.code).toBe('not_found');
    expect((await strangers.api('GET /api/service-accounts')).items).toMatchObject([{ activeTokens: 1 }]);
  });

  it('there are none in a personal workspace, twenty tokens each, and no more even in parallel', async () => {
    const own = await target.call('POST /api/service-accounts', { token: people.owner.token, body: { name: 'Mine' } });
    expect(own.json.error.code).toBe('personal_workspace');
    const account = await make();
    const made = await Promise.all(Array.from({ length: 24 }, () => issue(account.id)));
    expect(made.filter(({ secret }) => secret !== undefined)).toHaveLength(20);
    expect(made.filter(({ error }) => error?.code === 'too_many_objects')).toHaveLength(4);
  });
});
