import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../contract/permissions.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';

describe.each(testEngines())('members on $engine', (engine) => {
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
  const change = (by: Person, who: Person, body: object) => call(by, `PUT /api/members/${who.userId}`, body);
  const remove = (by: Person, who: Person) => call(by, `DELETE /api/members/${who.userId}`);
  const list = async (by: Person, query = '') => (await call(by, `GET /api/members${query}`)).json;
  const eventsAbout = (id: string) =>
    target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('target_id', '=', id)
      .where('workspace_id', '=', brand<'Workspace'>(team.workspaceId))
      .orderBy('seq')
      .execute();

  it('the list shows everybody to everybody, and e-mails, last calls and second factors to overseers only', async () => {
    for (const overseer of [people.owner, people.admin]) {
      const { items } = await list(overseer);
      expect(items.map((item: { role: Role }) => item.role)).toEqual(['owner', 'admin', 'member', 'viewer']);
      for (const item of items) {
        expect(item.email).toMatch(/@example\.com$/);
        expect(item.hasTwoFactor).toBe(false);
        expect(Date.parse(item.lastSeenAt)).toBeGreaterThan(0);
      }
    }
    for (const person of [people.member, people.viewer]) {
      const reply = await call(person, 'GET /api/members');
      for (const item of reply.json.items) {
        const isSelf = item.userId === person.userId;
        expect(item.email === null).toBe(!isSelf);
        expect(item.lastSeenAt === null).toBe(!isSelf);
        expect(item.hasTwoFactor === null).toBe(!isSelf);
        expect(item.assignableRoles).toEqual([]);
      }
      const others = Object.values(people).filter((other) => other !== person);
      for (const other of others) expect(reply.text).not.toContain(other.email);
    }
  });

  it('who is not active is shown to overseers only', async () => {
    await change(people.owner, people.member, { state: 'disabled' });
    expect((await list(people.viewer)).items).toHaveLength(3);
    expect((await list(people.viewer, '?state=disabled')).items).toEqual([]);
    expect((await list(people.admin, '?state=disabled')).items).toMatchObject([{ userId: people.member.userId }]);
  });

  it('the list is searched by name and role, by e-mail for overseers only, and read in pages', async () => {
    const mail = encodeURIComponent(people.member.email);
    expect((await list(people.owner, `?q=${mail}`)).items).toMatchObject([{ userId: people.member.userId }]);
    expect((await list(people.viewer, `?q=${mail}`)).items).toEqual([]);
    expect((await list(people.viewer, '?role=admin')).items).toMatchObject([{ userId: people.admin.userId }]);
    const first = await list(people.owner, '?limit=3');
    const second = await list(people.owner, `?limit=3&cursor=${first.nextCursor}`);
    const ids = [...first.items, ...second.items].map((item: { userId: string }) => item.userId);
    expect(ids).toEqual(['owner', 'admin', 'member', 'viewer'].map((role) => people[role as Role].userId));
    expect(second.nextCursor).toBeNull();
    expect((await call(people.owner, 'GET /api/members?cursor=nonsense')).json.error.code).toBe('invalid_input');
  });

  it('a role changes with the next call of the one who has it, up and down', async () => {
    const invite = () => call(people.member, 'POST /api/invitations', { role: 'viewer' });
    expect((await invite()).json.error.code).toBe('forbidden');
    expect((await change(people.admin, people.member, { role: 'admin' })).json).toMatchObject({ role: 'admin' });
    expect((await invite()).status).toBe(201);
    await change(people.owner, people.member, { role: 'viewer' });
    expect((await invite()).json.error.code).toBe('forbidden');
    const events = await eventsAbout(people.member.userId);
    expect(events.map((event) => [event.action, event.actor_id, JSON.parse(event.details)])).toEqual([
      ['member.joined', people.member.userId, { role: 'member', state: 'active' }],
      ['member.changed', people.admin.userId, { roleBefore: 'member', role: 'admin' }],
      ['member.changed', people.owner.userId, { roleBefore: 'admin', role: 'viewer', couldCopyAll: true }],
    ]);
  });

  it('a change that changes nothing is no event', async () => {
    expect((await change(people.owner, people.member, { role: 'member', state: 'active' })).status).toBe(200);
    expect((await change(people.owner, people.member, {})).status).toBe(200);
    expect(await eventsAbout(people.member.userId)).toHaveLength(1);
  });

  it('who is not in the workspace is missing, to the byte, and nobody of a personal workspace is changed', async () => {
    const stranger = await target.newPerson();
    const missing = newId('User');
    for (const [method, body] of [
      ['PUT', { role: 'viewer' }],
      ['DELETE', undefined],
    ] as const) {
      const foreign = await call(people.owner, `${method} /api/members/${stranger.userId}`, body);
      const absent = await call(people.owner, `${method} /api/members/${missing}`, body);
      expect(foreign.status).toBe(404);
      expect(foreign.text).toBe(absent.text);
      const own = await target.call(`${method} /api/members/${people.owner.userId}`, {
        token: people.owner.token,
        ...(body === undefined ? {} : { body }),
      });
      expect(own.json.error.code).toBe('personal_workspace');
    }
  });

  it('leaving ends what one has here, and is not for the last owner, nor out of a personal workspace', async () => {
    const leave = (person: Person, id = team.workspaceId) =>
      target.call(`POST /api/workspaces/${id}/leave`, { token: person.token });
    expect((await leave(people.member)).status).toBe(204);
    expect((await call(people.member, 'GET /api/members')).status).toBe(404);
    expect((await leave(people.member)).json.error.code).toBe('not_found');
    expect((await leave(people.owner)).json.error.code).toBe('last_owner');
    const { activeWorkspaceId } = await people.owner.api('GET /api/me');
    expect((await leave(people.owner, activeWorkspaceId)).json.error.code).toBe('personal_workspace');
    expect((await leave(people.viewer, activeWorkspaceId)).json.error.code).toBe('not_found');
    expect((await eventsAbout(people.member.userId)).at(-1)).toMatchObject({ action: 'member.left' });
  });

  it('who is disabled cannot leave, and so cannot come back by a link they have', async () => {
    const { token } = await team.api('POST /api/invitations', { body: { role: 'member' } });
    await change(people.owner, people.member, { state: 'disabled' });
    const leave = await target.call(`POST /api/workspaces/${team.workspaceId}/leave`, { token: people.member.token });
    expect(leave.json.error.code).toBe('not_found');
    const accept = await target.call('POST /api/invitations/accept', { token: people.member.token, body: { token } });
    expect(accept.json.error.code).toBe('already_member');
    await change(people.owner, people.member, { state: 'active' });
    expect((await call(people.member, 'GET /api/members')).status).toBe(200);
  });

  it('removing takes groups, grants and open invitations along; coming back brings none of them back', async () => {
    const { kysely } = target.server.services.database;
    const key = await team.api('POST /api/keys', {
      body: { provider: 'openai', name: 'Ours', secret: `sk-${'x'.repeat(40)}` },
    });
    const subject = { kind: 'user' as const, id: brand<'User'>(people.admin.userId) };
    await team.api('PUT /api/keys/{id}/grants', { params: { id: key.id }, body: { subject, level: 'copy' } });
    await team.api('POST /api/groups', { body: { name: 'Writers', memberIds: [subject.id] } });
    const made = (await call(people.admin, 'POST /api/invitations', { role: 'viewer' })).json;
    expect((await remove(people.owner, people.admin)).status).toBe(204);
    for (const table of ['group_members', 'members'] as const) {
      expect(await kysely.selectFrom(table).selectAll().where('user_id', '=', subject.id).execute()).toHaveLength(
        table === 'members' ? 1 : 0,
      );
    }
    const grants = kysely.selectFrom('credential_grants').selectAll().where('subject_id', '=', subject.id);
    expect(await grants.execute()).toEqual([]);
    expect(await team.api('GET /api/invitations', { query: { state: 'revoked' } })).toMatchObject({
      items: [{ id: made.invitation.id }],
    });
    const late = await target.newPerson();
    const accepted = await target.call('POST /api/invitations/accept', {
      token: late.token,
      body: { token: made.token },
    });
    expect(accepted.json.error.code).toBe('link_used');
    await team.join('member', people.admin);
    const mine = await people.admin.in(team.workspaceId)('GET /api/keys');
    expect(mine.items).toEqual([]);
  });
});
