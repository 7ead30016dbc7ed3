import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccessLevel, Role } from '../contract/permissions.ts';
import { type GatewayFixture, startGatewayFixture } from '../testing/gateway-fixture.ts';
import { newTeam, type Team } from '../testing/team.ts';
import { testEngines } from '../testing/test-database.ts';
import type { Person } from '../testing/test-server.ts';
import { brand } from './ids.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const soon = { interval: 5, timeout: 5000 };

/*
 * The rules that hold whatever people do, by their numbers; the sixth is in virtual-key-reach.test.ts. Most are also proven
 * in depth beside what keeps them: 1 and 2 in members/last-owner.test.ts and role-rules.test.ts, 3 and 4 for every operation
 * in permissions.test.ts, 5 in members/taken-back.test.ts, 8 in credentials/copy-credential.test.ts, 9 in
 * members/copied-keys.test.ts, 10 in service-accounts/service-accounts.test.ts.
 */
describe.each(testEngines())('the ten invariants of teams, on $engine', (engine) => {
  let test: GatewayFixture;
  let team: Team;
  let member: Person;
  let keyId: string;

  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    await test.fake.idle();
    test.fake.reset();
    team = await newTeam(test.target);
    member = await team.join('member');
    keyId = await addKey();
  });
  afterAll(() => test.dispose());

  const kysely = () => test.target.server.services.database.kysely;
  const call = (by: Person | string, request: string, body?: unknown, workspaceId = team.workspaceId) =>
    test.target.call(request, {
      token: typeof by === 'string' ? by : by.token,
      headers: { 'x-workspace-id': workspaceId },
      ...(body === undefined ? {} : { body }),
    });
  const codeOf = async (reply: Promise<{ status: number; json: { error?: { code: string } } | undefined }>) => {
    const { status, json } = await reply;
    return json?.error?.code ?? status;
  };
  const ask = (secret: string, more: object = {}) => test.ask(path, { secret, body: { ...chat, ...more } });
  async function addKey(api = team.api): Promise<string> {
    const secret = test.fake.secret('valid');
    const body = { provider: 'openai', name: 'Ours', secret, baseUrl: test.fake.urlOf('openai') };
    return (await api('POST /api/keys', { body })).id;
  }
  const issue = async (by: Person, keyIds: unknown = 'all'): Promise<string> =>
    (await call(by, 'POST /api/virtual-keys', { name: 'Mine', keyIds })).json.secret;
  const give = (person: Person, level: AccessLevel, id = keyId) =>
    team.grant(id, { kind: 'user', id: person.userId }, level);
  const change = (person: Person, body: object) => call(team.owner, `PUT /api/members/${person.userId}`, body);
  const trail = (workspaceId = team.workspaceId) =>
    kysely()
      .selectFrom('audit_events')
      .selectAll()
      .where('workspace_id', '=', brand<'Workspace'>(workspaceId))
      .orderBy('chain_number')
      .execute();

  it('1. there is always a confirmed owner', async () => {
    const pending = await team.joinPending('owner');
    const disabled = await team.join('owner');
    await team.disable(disabled);
    const self = team.owner.userId;
    for (const attempt of [
      call(team.owner, `PUT /api/members/${self}`, { role: 'admin' }),
      call(team.owner, `PUT /api/members/${self}`, { state: 'disabled' }),
      call(team.owner, `DELETE /api/members/${self}`),
      call(team.owner, `POST /api/workspaces/${team.workspaceId}/leave`),
    ]) {
      expect(await codeOf(attempt)).toBe('last_owner');
    }
    for (const heir of [pending, disabled, test.person]) {
      const transfer = call(team.owner, 'POST /api/workspace/transfer', { userId: heir.userId });
      expect(await codeOf(transfer)).toBe('unknown_subject');
    }
    expect(await codeOf(call(team.owner, 'GET /api/workspace'))).toBe(200);
    const second = await team.join('owner');
    const both = [
      call(team.owner, `DELETE /api/members/${second.userId}`),
      call(second, `DELETE /api/members/${self}`),
    ];
    const ended = (await Promise.all(both)).map(({ status }) => status);
    expect(ended.filter((status) => status === 204)).toHaveLength(1);
  });

  it('2. nobody gives more than they have, nor acts on a role above their own, by whatever way', async () => {
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    const admin = await team.join('admin');
    const program = await team.addProgram({ mayCopy: true });
    const group = (await team.api('POST /api/groups', { body: { name: 'Readers' } })).id;
    const byGroup = { kind: 'group', id: group } as const;
    await team.grant(keyId, byGroup, 'copy');
    await team.grant(keyId, { kind: 'serviceAccount', id: program.id }, 'copy');
    await give(member, 'copy');
    const grants = `PUT /api/keys/${keyId}/grants`;
    const self = (person: Person) => ({ kind: 'user', id: person.userId });
    const attempts: [Person, string, object?][] = [
      [member, grants, { subject: { kind: 'everyone' }, level: 'see' }],
      [member, grants, { subject: self(member), level: 'manage' }],
      [admin, grants, { subject: self(admin), level: 'copy' }],
      [admin, grants, { subject: self(admin), level: 'manage' }],
      [admin, grants, { subject: { kind: 'everyone' }, level: 'copy' }],
      [admin, grants, { subject: byGroup, level: 'see' }],
      [admin, `PUT /api/groups/${group}`, { memberIds: [admin.userId] }],
      [admin, 'POST /api/invitations', { role: 'member', groupIds: [group] }],
      [admin, `POST /api/service-accounts/${program.id}/tokens`, { name: 'For me' }],
      [admin, 'POST /api/service-accounts', { name: 'Mine', mayCopy: true }],
      [admin, `POST /api/keys/${keyId}/copy`],
      [admin, `POST /api/keys/${keyId}/move`, { workspaceId: await newWorkspaceOf(admin) }],
      [admin, 'POST /api/invitations', { role: 'owner' }],
      [admin, `PUT /api/members/${admin.userId}`, { role: 'owner' }],
      [admin, `PUT /api/members/${team.owner.userId}`, { role: 'viewer' }],
      [admin, `DELETE /api/members/${team.owner.userId}`],
      [admin, 'PUT /api/workspace/policy', { adminsMayCopy: true }],
      [admin, 'POST /api/workspace/transfer', { userId: admin.userId }],
      [member, `PUT /api/members/${member.userId}`, { role: 'admin' }],
    ];
    for (const [by, request, body] of attempts) {
      expect(await codeOf(call(by, request, body)), `${request} ${JSON.stringify(body)}`).toBe('forbidden');
    }
    await give(member, 'manage');
    const other = await team.join('member');
    expect(await codeOf(call(member, grants, { subject: self(other), level: 'manage' }))).toBe('forbidden');
    expect(await codeOf(call(member, grants, { subject: self(other), level: 'copy' }))).toBe(200);
    expect(await codeOf(call(team.owner, grants, { subject: self(admin), level: 'copy' }))).toBe(200);
    expect(await codeOf(call(admin, `POST /api/keys/${keyId}/copy`))).toBe(200);
  });

  const newWorkspaceOf = async (person: Person): Promise<string> =>
    (await person.api('POST /api/workspaces', { body: { name: 'Mine' } })).id;

  it('3. who waits or is disabled has no right at all, whatever was granted to them', async () => {
    const disabled = await team.join('admin');
    await give(disabled, 'manage');
    const secret = await issue(disabled);
    expect((await ask(secret)).status).toBe(200);
    await team.disable(disabled);
    const pending = await team.joinPending('owner');
    const subject = { kind: 'user', id: pending.userId };
    const early = call(team.owner, `PUT /api/keys/${keyId}/grants`, { subject, level: 'copy' });
    expect(await codeOf(early)).toBe('unknown_subject');
    await team.grant(keyId, { kind: 'everyone' }, 'manage');
    for (const person of [disabled, pending]) {
      expect((await person.api('GET /api/me')).workspaces.map(({ kind }) => kind)).toEqual(['personal']);
      for (const request of ['GET /api/keys', `POST /api/keys/${keyId}/copy`, 'DELETE /api/workspace']) {
        expect(await codeOf(call(person, request))).toBe('not_found');
      }
    }
    expect((await ask(secret)).status).toBe(401);
    const again = await team.api('POST /api/invitations', { body: { role: 'owner' } });
    const accept = (person: Person, { token }: { token: string }) =>
      codeOf(call(person, 'POST /api/invitations/accept', { token }));
    expect(await accept(pending, again)).toBe('already_member');
    expect(await codeOf(call(pending, 'GET /api/keys'))).toBe('not_found');
    const link = await team.api('POST /api/invitations', { body: { role: 'member' } });
    const guests = [await test.target.newPerson(), await test.target.newPerson()];
    const answers = await Promise.all([...guests, ...guests].map((guest) => accept(guest, link)));
    expect(
      answers.filter((answer) => answer === 200),
      'one link lets one person in, once',
    ).toHaveLength(1);
    expect(answers.every((answer) => [200, 'link_used', 'already_member'].includes(answer))).toBe(true);
  });

  it('4. what is elsewhere is named to nobody: every id in a path or a body is answered as one that is missing', async () => {
    const elsewhere = await newTeam(test.target);
    const foreignKey = await addKey(elsewhere.api);
    const group = (await elsewhere.api('POST /api/groups', { body: { name: 'Theirs' } })).id;
    const program = await elsewhere.addProgram();
    const before = await contentsOf(elsewhere.workspaceId);
    const grants = `PUT /api/keys/${keyId}/grants`;
    const subject = (kind: string, id: string) => ({ subject: { kind, id }, level: 'use' });
    const attempts: [string, object?][] = [
      [`GET /api/keys/${foreignKey}`],
      [`POST /api/keys/${foreignKey}/copy`],
      [`DELETE /api/keys/${foreignKey}`],
      [`PUT /api/keys/${foreignKey}/grants`, { subject: { kind: 'everyone' }, level: 'use' }],
      [`PUT /api/groups/${group}`, { name: 'Ours' }],
      [`DELETE /api/service-accounts/${program.id}`],
      [`PUT /api/members/${elsewhere.owner.userId}`, { role: 'viewer' }],
      ['POST /api/virtual-keys', { name: 'Reaching', keyIds: [foreignKey] }],
      ['POST /api/playground/key', { keyIds: [foreignKey] }],
      [grants, subject('user', elsewhere.owner.userId)],
      [grants, subject('group', group)],
      [grants, subject('serviceAccount', program.id)],
      ['POST /api/groups', { name: 'Mixed', memberIds: [elsewhere.owner.userId] }],
      ['POST /api/invitations', { role: 'member', groupIds: [group] }],
      ['POST /api/workspace/transfer', { userId: elsewhere.owner.userId }],
      [`POST /api/keys/${keyId}/move`, { workspaceId: elsewhere.workspaceId }],
      ['POST /api/keys/test', { id: foreignKey }],
    ];
    const nowhere = (text: string) => text.replace(/_[0-9a-z]{26}/g, `_${'0'.repeat(26)}`);
    const kept = keyId;
    const absent = (text: string) => text.split(kept).map(nowhere).join(kept);
    for (const [request, body] of attempts) {
      const foreign = await call(team.owner, request, body);
      const missing: object | undefined = body === undefined ? undefined : JSON.parse(absent(JSON.stringify(body)));
      const other = await call(team.owner, absent(request), missing);
      expect(foreign.status, `${request}`).toBeGreaterThanOrEqual(400);
      expect(nowhere(foreign.text), `${request}`).toBe(nowhere(other.text));
      expect(foreign.json.error.code).toMatch(/^(?:not_found|unknown_key|unknown_subject)$/);
    }
    expect(await contentsOf(elsewhere.workspaceId), 'nothing of theirs has changed').toEqual(before);
  });

  async function contentsOf(workspaceId: string): Promise<unknown[]> {
    const tables = [
      'credentials',
      'credential_grants',
      'members',
      'groups',
      'group_members',
      'service_accounts',
    ] as const;
    const id = brand<'Workspace'>(workspaceId);
    const contents: unknown[] = [];
    for (const table of tables) {
      contents.push(await kysely().selectFrom(table).selectAll().where('workspace_id', '=', id).execute());
    }
    return [...contents, await kysely().selectFrom('workspaces').selectAll().where('id', '=', id).execute()];
  }

  const takings: Record<string, () => Promise<unknown>> = {
    'is demoted to viewer': () => change(member, { role: 'viewer' }),
    'is removed': () => team.remove(member),
    'loses their grant': () => give(member, 'none'),
    'keeps only sight of the key': () => give(member, 'see'),
  };

  it.each(Object.keys(takings))(
    '5. what is taken is gone at once: the streams of a member who %s are cut',
    async (way) => {
      await give(member, 'use');
      const secret = await issue(member, [keyId]);
      const untouched = await issue(team.owner);
      test.fake.configure({ contentTokens: 400, frameDelayMs: 3 });
      const streams = [ask(secret, { stream: true }), ask(secret, { stream: true })];
      const other = ask(untouched, { stream: true });
      await vi.waitFor(() => expect(test.fake.requests).toHaveLength(3), soon);
      const startedMs = performance.now();
      await takings[way]?.();
      expect((await ask(secret)).status, 'the next call').toBeGreaterThanOrEqual(400);
      for (const reply of await Promise.all(streams)) {
        expect(reply.isCut, 'a running stream').toBe(true);
        expect(reply.text).not.toContain('[DONE]');
      }
      expect(performance.now() - startedMs).toBeLessThan(1500);
      expect((await other).text, 'the stream of the owner').toContain('[DONE]');
      expect(test.fake.requests, 'nothing more went out').toHaveLength(3);
      const copy = await call(member, `POST /api/keys/${keyId}/copy`);
      expect(copy.status).toBeGreaterThanOrEqual(403);
    },
  );

  it('5. the token that was let in says nothing about the role: it is read anew with every call', async () => {
    const read = () => codeOf(call(member, 'GET /api/audit-events/export'));
    const answers: (number | string)[] = [];
    for (const role of ['member', 'admin', 'viewer', 'owner', 'member'] satisfies Role[]) {
      await change(member, { role });
      answers.push(await read());
    }
    expect(answers).toEqual(['forbidden', 200, 'forbidden', 200, 'forbidden']);
  });

  it('5. calls in the moment of an unsharing end as allowed or refused; of copies, none is on record after it', async () => {
    await give(member, 'copy');
    const secret = await issue(member, [keyId]);
    const copies = Array.from({ length: 8 }, () => call(member, `POST /api/keys/${keyId}/copy`));
    const calls = Array.from({ length: 8 }, () => ask(secret));
    const [copied, called] = await Promise.all([Promise.all(copies), Promise.all(calls), give(member, 'none')]);
    expect((await ask(secret)).status).toBeGreaterThanOrEqual(400);
    expect(await codeOf(call(member, `POST /api/keys/${keyId}/copy`))).toBe('not_found');
    for (const { status } of called) expect([200, 401, 503, 403]).toContain(status);
    const events = await trail();
    const took = events.findLastIndex(({ action }) => action === 'key.access_changed');
    const done = events.flatMap(({ action, result }, at) => (action === 'key.copied' && result === 'ok' ? [at] : []));
    expect(
      done.every((at) => at < took),
      'copies on record after the right was taken',
    ).toBe(true);
    expect(copied.filter(({ status }) => status === 200)).toHaveLength(done.length);
  });

  it('7. a personal workspace has no members, and a key that moves to a team is sealed anew, on record on both sides', async () => {
    const { activeWorkspaceId: personal } = await team.owner.api('GET /api/me');
    const inPersonal = (request: string, body: object) => codeOf(call(team.owner, request, body, personal));
    const ownKey = await addKey(team.owner.api);
    const grant = { subject: { kind: 'everyone' }, level: 'use' };
    expect(await inPersonal('POST /api/invitations', { role: 'member' })).toBe('personal_workspace');
    expect(await inPersonal(`PUT /api/members/${team.owner.userId}`, { role: 'admin' })).toBe('personal_workspace');
    expect(await inPersonal('POST /api/groups', { name: 'Us' })).toBe('personal_workspace');
    expect(await inPersonal('POST /api/service-accounts', { name: 'Robot' })).toBe('personal_workspace');
    expect(await inPersonal(`PUT /api/keys/${ownKey}/grants`, grant)).toBe('personal_workspace');
    const envelope = async () =>
      (
        await kysely()
          .selectFrom('credential_versions')
          .select('envelope')
          .where('credential_id', '=', brand<'Credential'>(ownKey))
          .executeTakeFirstOrThrow()
      ).envelope;
    const kid = async () => JSON.parse(Buffer.from((await envelope()).split('.')[0] ?? '', 'base64url').toString()).kid;
    const [oldKid, before] = [
      await kid(),
      await call(team.owner, `POST /api/keys/${ownKey}/copy`, undefined, personal),
    ];
    expect(await inPersonal(`POST /api/keys/${ownKey}/move`, { workspaceId: team.workspaceId })).toBe(204);
    expect(await kid()).not.toBe(oldKid);
    const dataKeys = kysely().selectFrom('data_keys').select('id').where('state', '=', 'active');
    const ofTeam = await dataKeys.where('workspace_id', '=', brand<'Workspace'>(team.workspaceId)).execute();
    expect(ofTeam.map(({ id }) => id)).toContain(await kid());
    expect((await call(team.owner, `POST /api/keys/${ownKey}/copy`)).json).toEqual(before.json);
    expect(await codeOf(call(team.owner, `GET /api/keys/${ownKey}`, undefined, personal))).toBe('not_found');
    for (const workspaceId of [personal, team.workspaceId]) {
      const moved = (await trail(workspaceId)).filter(({ action }) => action === 'key.moved');
      expect(moved).toMatchObject([{ target_id: ownKey, actor_id: team.owner.userId }]);
      expect(JSON.parse(moved[0]?.details ?? '{}')).toMatchObject({ from: personal, to: team.workspaceId });
    }
  });

  it('8. a copy is a change, kept by no cache, by somebody fresh, limited, and on record before it leaves', async () => {
    await give(member, 'copy');
    expect((await call(member, `GET /api/keys/${keyId}/copy`)).status).toBe(405);
    const copies = await Promise.all(Array.from({ length: 31 }, () => call(member, `POST /api/keys/${keyId}/copy`)));
    const given = copies.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThanOrEqual(30);
    expect(copies.some(({ status }) => status === 429)).toBe(true);
    const onRecord = (await trail()).filter(({ action, result }) => action === 'key.copied' && result === 'ok');
    const requests = new Set(given.map(({ headers }) => headers.get('x-request-id')));
    expect(onRecord).toHaveLength(given.length);
    expect(new Set(onRecord.map(({ request_id }) => request_id))).toEqual(requests);
    for (const { headers } of given) expect(headers.get('cache-control')).toBe('no-store');
    const colleague = await team.join('admin');
    await kysely()
      .updateTable('sessions')
      .set({ authenticated_at: Date.now() - 601_000 })
      .where('user_id', '=', brand<'User'>(colleague.userId))
      .execute();
    expect(await codeOf(call(colleague, `POST /api/keys/${keyId}/copy`))).toBe('fresh_sign_in_needed');
  });

  it('9. when somebody leaves, the keys they could copy since they came are marked, and no others', async () => {
    const [granted, taken, never] = [keyId, await addKey(), await addKey()];
    await give(member, 'copy', granted);
    await give(member, 'copy', taken);
    await give(member, 'none', taken);
    await give(member, 'use', never);
    await team.remove(member);
    const { items } = await team.api('GET /api/members/{userId}/copied-keys', {
      params: { userId: brand<'User'>(member.userId) },
    });
    const found = new Map(items.map((item) => [`${item.id}`, item.rotateRecommended]));
    expect(found).toEqual(new Map([granted, taken].map((id) => [id, true])));
  });

  it('10. the tokens of programs are hashed, expire unless told otherwise, keep to their networks, and show their use', async () => {
    const account = await team.api('POST /api/service-accounts', { body: { name: 'Robot' } });
    const params = { id: account.id };
    const make = (body: { name: string; ipAllowList?: string[] }) =>
      team.api('POST /api/service-accounts/{id}/tokens', { params, body });
    const [open, elsewhere] = [
      await make({ name: 'Open' }),
      await make({ name: 'Far', ipAllowList: ['192.0.2.0/24'] }),
    ];
    const days = (Date.parse(open.token.expiresAt ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89);
    expect(days).toBeLessThan(91);
    expect(open.token.lastUsedAt).toBeNull();
    expect((await call(open.secret, 'GET /api/keys')).status).toBe(200);
    expect((await call(elsewhere.secret, 'GET /api/keys')).status).toBe(401);
    const { items } = await team.api('GET /api/service-accounts/{id}/tokens', { params });
    const unused = Object.fromEntries(items.map(({ name, lastUsedAt }) => [name, lastUsedAt === null]));
    expect(unused).toEqual({ Far: true, Open: false });
    const stored = JSON.stringify([
      await kysely().selectFrom('service_tokens').selectAll().execute(),
      items,
      await trail(),
    ]);
    for (const { secret } of [open, elsewhere]) expect(stored).not.toContain(secret.slice(12, -8));
  });
});
