import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Operation } from '../../contract/operation.ts';
import { operations } from '../../contract/operations.ts';
import { type Role, roles } from '../../contract/permissions.ts';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import type { Person } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';

const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const inWorkspace = Object.entries<Operation>(operations).filter(
  ([, { permission }]) => permission !== 'public' && permission !== 'account' && permission !== 'instance',
);

/** The promises of teams, each by the whole way from the outside; what they rest on has tests of its own. */
describe.each(testEngines())('the invariants of teams on $engine', (engine) => {
  let test: GatewayFixture;
  let team: Team;
  const people = {} as Record<Role, Person>;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    await test.fake.idle();
    test.fake.reset();
    team = await newTeam(test.target);
    people.owner = team.owner;
    for (const role of ['admin', 'member', 'viewer'] as const) people[role] = await team.join(role);
  });
  afterAll(() => test.dispose());

  const call = (person: Person, request: string, body?: unknown, workspaceId = team.workspaceId) =>
    test.target.call(request, {
      token: person.token,
      headers: { 'x-workspace-id': workspaceId },
      ...(body === undefined ? {} : { body }),
    });
  const codeOf = async (reply: ReturnType<typeof call>) => (await reply).json?.error?.code ?? 'ok';
  const put = (by: Person, on: Person, body: object) => call(by, `PUT /api/members/${on.userId}`, body);
  const addKey = async () => {
    const body = {
      provider: 'openai',
      name: 'Ours',
      secret: test.fake.secret('valid'),
      baseUrl: test.fake.urlOf('openai'),
    };
    return (await team.api('POST /api/keys', { body })).id;
  };

  it('1: at least one confirmed owner is left, whatever two owners do to each other at once', async () => {
    const second = await team.join('owner');
    await team.api('PUT /api/workspace/policy', { body: { confirmsMembers: true } });
    const waiting = await team.join('owner');
    const replies = await Promise.all([
      put(people.owner, second, { role: 'viewer' }),
      call(second, `DELETE /api/members/${people.owner.userId}`),
      call(second, `POST /api/workspaces/${team.workspaceId}/leave`),
      put(people.owner, people.owner, { state: 'disabled' }),
    ]);
    expect(replies.every(({ status }) => status < 500)).toBe(true);
    const rows = await test.target.server.services.database.kysely
      .selectFrom('members')
      .select(['user_id', 'role', 'state'])
      .where('workspace_id', '=', brand<'Workspace'>(team.workspaceId))
      .execute();
    const reigning = rows.filter(({ role, state }) => role === 'owner' && state === 'active');
    expect(reigning).toHaveLength(1);
    expect(`${reigning[0]?.user_id}`).not.toBe(waiting.userId);
  });

  it('2: nobody gives more than they have or acts on somebody above them, by any route', async () => {
    const keyId = await addKey();
    const group = await team.api('POST /api/groups', { body: { name: 'Copyists' } });
    const robot = await team.api('POST /api/service-accounts', { body: { name: 'Robot', mayCopy: true } });
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    for (const subject of [
      { kind: 'group' as const, id: group.id },
      { kind: 'serviceAccount' as const, id: robot.id },
    ]) {
      await team.api('PUT /api/keys/{id}/grants', { params: { id: keyId }, body: { subject, level: 'copy' } });
    }
    const toOwner = await team.api('POST /api/invitations', { body: { role: 'owner' } });
    const { admin, owner, viewer } = people;
    const outcomes = await Promise.all([
      codeOf(put(admin, owner, { role: 'member' })),
      codeOf(put(admin, owner, { state: 'disabled' })),
      codeOf(call(admin, `DELETE /api/members/${owner.userId}`)),
      codeOf(put(admin, admin, { role: 'owner' })),
      codeOf(put(admin, viewer, { role: 'owner' })),
      codeOf(call(admin, 'POST /api/workspace/transfer', { userId: admin.userId })),
      codeOf(call(admin, 'POST /api/invitations', { role: 'owner' })),
      codeOf(call(admin, `DELETE /api/invitations/${toOwner.invitation.id}`)),
      codeOf(call(admin, 'PUT /api/workspace/policy', { adminsMayCopy: true })),
      codeOf(call(admin, `PUT /api/groups/${group.id}`, { memberIds: [admin.userId] })),
      codeOf(call(admin, 'POST /api/invitations', { role: 'member', groupIds: [group.id] })),
      codeOf(call(admin, `POST /api/service-accounts/${robot.id}/tokens`, { name: 'Mine' })),
      codeOf(call(admin, 'POST /api/service-accounts', { name: 'Mine', mayCopy: true })),
      codeOf(call(admin, 'DELETE /api/workspace')),
    ]);
    expect(new Set(outcomes)).toEqual(new Set(['forbidden']));
    expect(await codeOf(call(admin, `POST /api/keys/${keyId}/copy`))).toBe('forbidden');
    const { items } = await team.api('GET /api/members');
    expect(items.map(({ role, state }) => [role, state])).toEqual(roles.map((role) => [role, 'active']));
  });

  it('3: who is pending or disabled gets into no operation at all', async () => {
    await put(people.owner, people.admin, { state: 'disabled' });
    await team.api('PUT /api/workspace/policy', { body: { confirmsMembers: true } });
    const pending = await team.join('owner');
    expect(inWorkspace.length).toBeGreaterThan(50);
    for (const [name] of inWorkspace) {
      const path = name.replace(/\{version\}/, '1').replace(/\{\w+\}/g, newId('Credential'));
      for (const person of [pending, people.admin]) {
        expect(await codeOf(call(person, path)), `of ${name}`).toBe('not_found');
      }
    }
    expect(await codeOf(call(people.owner, 'GET /api/workspace'))).toBe('ok');
  });

  it('4: what is of another workspace is missing, to the byte, and stays as it is', async () => {
    const strangers = await newTeam(test.target);
    const theirMember = await strangers.join('member');
    const [group, robot] = [
      await strangers.api('POST /api/groups', { body: { name: 'Theirs', memberIds: [brand(theirMember.userId)] } }),
      await strangers.api('POST /api/service-accounts', { body: { name: 'Theirs' } }),
    ];
    const issued = await strangers.api('POST /api/service-accounts/{id}/tokens', {
      params: { id: robot.id },
      body: { name: 'T' },
    });
    const { invitation } = await strangers.api('POST /api/invitations', { body: { role: 'viewer' } });
    const state = async () => [
      await strangers.api('GET /api/members'),
      await strangers.api('GET /api/groups'),
      await strangers.api('GET /api/service-accounts'),
      await strangers.api('GET /api/invitations'),
    ];
    const before = await state();
    const requests = (ids: Record<'user' | 'group' | 'robot' | 'token' | 'invitation', string>) =>
      [
        [`PUT /api/members/${ids.user}`, { role: 'viewer' }],
        [`DELETE /api/members/${ids.user}`, undefined],
        [`GET /api/members/${ids.user}/copied-keys`, undefined],
        [`PUT /api/groups/${ids.group}`, { memberIds: [] }],
        [`DELETE /api/groups/${ids.group}`, undefined],
        [`PUT /api/service-accounts/${ids.robot}`, { state: 'disabled' }],
        [`DELETE /api/service-accounts/${ids.robot}`, undefined],
        [`POST /api/service-accounts/${ids.robot}/tokens`, { name: 'Mine' }],
        [`DELETE /api/service-accounts/${ids.robot}/tokens/${ids.token}`, undefined],
        [`DELETE /api/invitations/${ids.invitation}`, undefined],
      ] as const;
    const foreign = requests({
      user: theirMember.userId,
      group: group.id,
      robot: robot.id,
      token: issued.token.id,
      invitation: invitation.id,
    });
    const missing = requests({
      user: newId('User'),
      group: newId('Group'),
      robot: newId('ServiceAccount'),
      token: newId('ServiceToken'),
      invitation: newId('Invitation'),
    });
    for (const [index, [request, body]] of foreign.entries()) {
      const reply = await call(people.owner, request, body);
      const absent = await call(people.owner, missing[index]?.[0] ?? '', body);
      expect(reply.status, `of ${request}`).toBe(404);
      expect(reply.text, `of ${request}`).toBe(absent.text);
    }
    expect(await state()).toEqual(before);
  });

  it('5: a demotion holds with the next call, cuts open streams and stops virtual keys', async () => {
    await addKey();
    const { secret } = await people.admin.in(team.workspaceId)('POST /api/virtual-keys', {
      body: { name: 'Mine', keyIds: 'all' },
    });
    test.fake.configure({ contentTokens: 400, frameDelayMs: 3 });
    const stream = test.ask('/v1/chat/completions', { secret, body: { ...chat, stream: true } });
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(1), { interval: 5, timeout: 5000 });
    expect((await put(people.owner, people.admin, { role: 'viewer' })).status).toBe(200);
    expect(await codeOf(call(people.admin, 'POST /api/invitations', { role: 'viewer' }))).toBe('forbidden');
    expect((await test.ask('/v1/chat/completions', { secret, body: chat })).status).toBeGreaterThanOrEqual(400);
    expect((await stream).isCut).toBe(true);
    expect(test.fake.requests).toHaveLength(1);
  });

  it('7: a personal workspace has no members, groups, invitations or programs', async () => {
    const { activeWorkspaceId: home } = await people.owner.api('GET /api/me');
    for (const [request, body] of [
      ['POST /api/invitations', { role: 'member' }],
      ['POST /api/groups', { name: 'Friends' }],
      ['POST /api/service-accounts', { name: 'Robot' }],
      ['POST /api/workspace/transfer', { userId: people.member.userId }],
      [`DELETE /api/members/${people.owner.userId}`, undefined],
      [`POST /api/workspaces/${home}/leave`, undefined],
      ['DELETE /api/workspace', undefined],
    ] as const) {
      expect(await codeOf(call(people.owner, request, body, home)), `of ${request}`).toBe('personal_workspace');
    }
    expect((await people.owner.in(home)('GET /api/members')).items).toMatchObject([{ userId: people.owner.userId }]);
  });

  it('9: of a leaver there is a list of the keys they could copy, to be rotated', async () => {
    const [granted, other] = [await addKey(), await addKey()];
    const subject = { kind: 'user' as const, id: brand<'User'>(people.member.userId) };
    await team.api('PUT /api/keys/{id}/grants', { params: { id: granted }, body: { subject, level: 'copy' } });
    await team.api('PUT /api/keys/{id}/grants', { params: { id: other }, body: { subject, level: 'use' } });
    await call(people.member, `POST /api/keys/${granted}/copy`);
    await team.api('DELETE /api/members/{userId}', { params: { userId: subject.id } });
    const { items } = await team.api('GET /api/members/{userId}/copied-keys', { params: { userId: subject.id } });
    expect(items).toMatchObject([{ id: granted, mayCopyNow: false, copies: 1, rotateRecommended: true }]);
    expect(items).toHaveLength(1);
  });

  it('10: tokens of programs are hashed, expire unless told otherwise, keep to their addresses and tell their use', async () => {
    const { id } = await team.api('POST /api/service-accounts', { body: { name: 'Robot' } });
    const issue = (body: { name: string; ipAllowList?: string[] }) =>
      team.api('POST /api/service-accounts/{id}/tokens', { params: { id }, body });
    const here = await issue({ name: 'Here' });
    const elsewhere = await issue({ name: 'Elsewhere', ipAllowList: ['10.0.0.0/8'] });
    const { kysely } = test.target.server.services.database;
    expect(JSON.stringify(await kysely.selectFrom('service_tokens').selectAll().execute())).not.toContain(here.secret);
    expect(Date.parse(here.token.expiresAt ?? '')).toBeGreaterThan(Date.now());
    expect((await test.target.call('GET /api/keys', { token: here.secret })).status).toBe(200);
    expect((await test.target.call('GET /api/keys', { token: elsewhere.secret })).status).toBe(401);
    const { items } = await team.api('GET /api/service-accounts/{id}/tokens', { params: { id } });
    expect(items.map(({ name, lastUsedAt }) => [name, lastUsedAt !== null])).toEqual(
      expect.arrayContaining([
        ['Here', true],
        ['Elsewhere', false],
      ]),
    );
  });
});
