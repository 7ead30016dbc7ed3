import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Role, roles } from '../../contract/permissions.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';
import { makeInvitationToken, showInvitationToken } from './invitation-token.ts';

describe.each(testEngines())('invitations on $engine', (engine) => {
  let target: TestServer;
  let team: Team;
  let guest: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  beforeEach(async () => {
    team = await newTeam(target);
    guest = await target.newPerson();
    await target.server.services.throttles.reset('invitationByAddress', '127.0.0.1');
  });
  afterAll(() => target.dispose());

  const call = (person: Person, request: string, body?: unknown) =>
    target.call(request, {
      token: person.token,
      headers: { 'x-workspace-id': team.workspaceId },
      ...(body === undefined ? {} : { body }),
    });
  const invite = async (body: object = { role: 'member' }, by = team.owner) =>
    (await call(by, 'POST /api/invitations', body)).json;
  const accept = (person: Person, token: string) =>
    target.call('POST /api/invitations/accept', { token: person.token, body: { token } });
  const read = (token: string) => target.call('POST /api/invitations/read', { body: { token } });
  const kysely = () => target.server.services.database.kysely;
  const expire = (id: string) =>
    kysely()
      .updateTable('invitations')
      .set({ expires_at: Date.now() - 1 })
      .where('id', '=', brand<'Invitation'>(id))
      .execute();
  const members = async (): Promise<{ userId: string; role: Role; state: string; groups: { name: string }[] }[]> =>
    (await call(team.owner, 'GET /api/members')).json.items;

  it('a link tells what it is, makes its guest a member with role and groups, and then works no more', async () => {
    const group = await team.api('POST /api/groups', { body: { name: 'Writers' } });
    const { token, invitation, mail } = await invite({ role: 'viewer', groupIds: [group.id] });
    expect(mail).toBe('not_asked');
    expect((await read(token)).json).toMatchObject({
      workspaceName: 'Team',
      role: 'viewer',
      emailHint: null,
      needsConfirmation: false,
    });
    expect((await accept(guest, token)).json).toEqual({ workspaceId: team.workspaceId, state: 'active' });
    expect((await members()).at(-1)).toMatchObject({
      userId: guest.userId,
      role: 'viewer',
      groups: [{ name: 'Writers' }],
    });
    const late = await target.newPerson();
    expect((await accept(late, token)).json.error.code).toBe('link_used');
    expect((await read(token)).json.error.code).toBe('link_used');
    expect(await team.api('GET /api/invitations')).toMatchObject({
      items: [{ id: invitation.id, state: 'accepted' }],
      nextCursor: null,
    });
  });

  it('the token is in one reply only, and never in the database, the log or the audit trail', async () => {
    const { token } = await invite();
    await read(token);
    await accept(guest, token);
    expect(JSON.stringify(await team.api('GET /api/invitations'))).not.toContain(token);
    const stored = [
      await kysely().selectFrom('invitations').selectAll().execute(),
      await kysely().selectFrom('audit_events').selectAll().execute(),
      target.logs,
    ];
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(JSON.stringify(stored)).not.toContain(token.slice(8, 40));
  });

  it('of many who accept at the same time, one gets in', async () => {
    const crowd = await Promise.all(Array.from({ length: 6 }, () => target.newPerson()));
    const { token } = await invite();
    const replies = await Promise.all(crowd.map((person) => accept(person, token)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ json }) => json.error?.code === 'link_used')).toHaveLength(5);
    expect(await members()).toHaveLength(2);
    expect(
      await kysely()
        .selectFrom('audit_events')
        .selectAll()
        .where('action', '=', 'member.joined')
        .where('workspace_id', '=', brand<'Workspace'>(team.workspaceId))
        .execute(),
    ).toHaveLength(1);
  });

  it('one person who accepts twice at the same time joins once and is told so', async () => {
    const { token } = await invite();
    const replies = await Promise.all([accept(guest, token), accept(guest, token)]);
    expect(replies.map(({ status }) => `${status}`).toSorted()).toEqual(['200', '410']);
    expect(await members()).toHaveLength(2);
  });

  it('a link that was withdrawn, has expired, or leads to a deleted workspace is used up, all alike', async () => {
    const [withdrawn, expired, made] = [await invite(), await invite(), makeInvitationToken()];
    await call(team.owner, `DELETE /api/invitations/${withdrawn.invitation.id}`);
    await expire(expired.invitation.id);
    const replies = [];
    for (const token of [withdrawn.token, expired.token, showInvitationToken(made).token, 'nonsense']) {
      replies.push(await accept(guest, token), await read(token));
    }
    const open = await invite();
    await call(team.owner, 'DELETE /api/workspace');
    replies.push(await accept(guest, open.token), await read(open.token));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 410, json: { error: { code: 'link_used' } } });
    expect((await guest.api('GET /api/me')).workspaces).toHaveLength(1);
  });

  it('an invitation to an e-mail is for that account only, and hides most of the e-mail from others', async () => {
    const other = await target.newPerson();
    const { token } = await invite({ role: 'member', email: ` ${guest.email.toUpperCase()} ` });
    const hint = (await read(token)).json.emailHint;
    expect(hint).toBe(`${guest.email[0]}***@example.com`);
    const refused = await accept(other, token);
    expect(refused.json.error.code).toBe('invitation_for_another');
    expect(refused.text).not.toContain(guest.email);
    expect((await accept(guest, token)).status).toBe(200);
    expect((await invite({ role: 'member', email: guest.email })).error.code).toBe('already_member');
  });

  it('a header is not smuggled into the mail by the address', async () => {
    for (const email of ['a@example.com\r\nBcc: b@example.com', 'a@example.com\nb@example.com', 'a b@example.com']) {
      expect((await invite({ role: 'member', email })).error.code).toBe('invalid_input');
    }
  });

  it('where members are confirmed, who accepts has no rights at all until then, and can be turned away', async () => {
    await team.api('PUT /api/workspace/policy', { body: { confirmsMembers: true } });
    const { token } = await invite({ role: 'admin' });
    expect((await read(token)).json.needsConfirmation).toBe(true);
    expect((await accept(guest, token)).json.state).toBe('pending');
    const me = await guest.api('GET /api/me');
    expect(me.workspaces.map(({ id }) => `${id}`)).not.toContain(team.workspaceId);
    expect(me.pendingWorkspaces).toEqual([{ id: team.workspaceId, name: 'Team' }]);
    for (const path of ['/api/workspace', '/api/members', '/api/keys', '/api/groups', '/api/usage/summary']) {
      expect((await call(guest, `GET ${path}`)).json.error.code).toBe('not_found');
    }
    expect((await call(team.owner, `PUT /api/members/${guest.userId}`, { state: 'active' })).status).toBe(200);
    expect((await call(guest, 'GET /api/workspace')).json.role).toBe('admin');
    expect((await guest.api('GET /api/me')).pendingWorkspaces).toEqual([]);
    const second = await target.newPerson();
    await accept(second, (await invite()).token);
    await call(team.owner, `DELETE /api/members/${second.userId}`);
    expect((await second.api('GET /api/me')).pendingWorkspaces).toEqual([]);
  });

  it('nobody invites to a role above their own, withdraws such an invitation, or invites without the right', async () => {
    const people = { owner: team.owner, admin: await team.join('admin') } as Record<Role, Person>;
    for (const role of ['member', 'viewer'] as const) people[role] = await team.join(role);
    const outcomes: Record<string, string> = {};
    for (const by of roles) {
      for (const role of roles) {
        const made = await invite({ role }, people[by]);
        outcomes[`${by} invites ${role}`] = made.error?.code ?? 'ok';
      }
    }
    const refused = Object.entries(outcomes).filter(([, code]) => code === 'forbidden');
    expect(refused.map(([name]) => name)).toEqual([
      'admin invites owner',
      ...roles.map((role) => `member invites ${role}`),
      ...roles.map((role) => `viewer invites ${role}`),
    ]);
    const toOwner = await invite({ role: 'owner' });
    const withdraw = await call(people.admin, `DELETE /api/invitations/${toOwner.invitation.id}`);
    expect(withdraw.json.error.code).toBe('forbidden');
    expect((await read(toOwner.token)).status).toBe(200);
  });

  it('an invitation reaches no further than who made it does now', async () => {
    const admin = await team.join('admin');
    const { token, invitation } = await invite({ role: 'admin' }, admin);
    await call(team.owner, `PUT /api/members/${admin.userId}`, { role: 'member' });
    expect((await accept(guest, token)).json.error.code).toBe('link_used');
    expect(await team.api('GET /api/invitations', { query: { state: 'revoked' } })).toMatchObject({
      items: [{ id: invitation.id }],
    });
    await call(team.owner, `PUT /api/members/${admin.userId}`, { role: 'admin' });
    const again = await invite({ role: 'member' }, admin);
    await kysely()
      .updateTable('users')
      .set({ state: 'disabled' })
      .where('id', '=', brand<'User'>(admin.userId))
      .execute();
    expect((await accept(guest, again.token)).json.error.code).toBe('link_used');
  });

  it('an acceptance and the demotion of who invited, at the same time: both end, and nobody gets more than them', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [admin, person] = [await team.join('admin'), await target.newPerson()];
      const { token } = await invite({ role: 'admin' }, admin);
      const [accepted, demoted] = await Promise.all([
        accept(person, token),
        call(team.owner, `PUT /api/members/${admin.userId}`, { role: 'viewer' }),
      ]);
      expect(demoted.status).toBe(200);
      expect([200, 410]).toContain(accepted.status);
    }
  });

  it('who is a member already keeps their role, and the link stays good for another', async () => {
    const { token } = await invite({ role: 'admin' });
    const viewer = await team.join('viewer');
    expect((await accept(viewer, token)).json.error.code).toBe('already_member');
    expect((await members()).find(({ userId }) => userId === viewer.userId)?.role).toBe('viewer');
    expect((await accept(guest, token)).status).toBe(200);
  });

  it('foreign groups and invitations are refused, and a personal workspace invites nobody', async () => {
    const strangers = await newTeam(target);
    const foreign = await strangers.api('POST /api/groups', { body: { name: 'Theirs' } });
    for (const id of [foreign.id, newId('Group')]) {
      expect((await invite({ role: 'member', groupIds: [id] })).error.code).toBe('unknown_subject');
    }
    const theirs = await strangers.api('POST /api/invitations', { body: { role: 'member' } });
    const refused = await call(team.owner, `DELETE /api/invitations/${theirs.invitation.id}`);
    const missing = await call(team.owner, `DELETE /api/invitations/${newId('Invitation')}`);
    expect(refused.status).toBe(404);
    expect(refused.text).toBe(missing.text);
    expect((await read(theirs.token)).status).toBe(200);
    const own = await target.call('POST /api/invitations', { token: team.owner.token, body: { role: 'member' } });
    expect(own.json.error.code).toBe('personal_workspace');
  });

  it('an inviter who may no longer copy what a group may gives no place in it; the guest joins without, and the trail tells', async () => {
    const body = { provider: 'openai', name: 'Ours', secret: makeSecret() };
    const key = await team.api('POST /api/keys', { body });
    const group = await team.api('POST /api/groups', { body: { name: 'Copyists' } });
    const readers = await team.api('POST /api/groups', { body: { name: 'Readers' } });
    const admin = await team.join('admin');
    const copy = (person: Person) => call(person, `POST /api/keys/${key.id}/copy`);
    const links = [
      await invite({ role: 'member', groupIds: [group.id, readers.id] }, admin),
      await invite({ role: 'member', groupIds: [group.id, readers.id] }),
      await invite({ role: 'member', groupIds: [group.id] }, admin),
    ];
    await team.grant(key.id, { kind: 'group', id: group.id }, 'copy');
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    const [byAdmin, byOwner, later] = [guest, await target.newPerson(), await target.newPerson()];
    expect((await accept(byAdmin, links[0].token)).status).toBe(200);
    expect((await accept(byOwner, links[1].token)).status).toBe(200);
    expect([(await copy(byAdmin)).status, (await copy(byOwner)).status]).toEqual([404, 200]);
    const groupsOf = async ({ userId }: Person) =>
      (await members()).find((member) => member.userId === userId)?.groups.map(({ name }) => name);
    expect(await groupsOf(byAdmin)).toEqual(['Readers']);
    expect(await groupsOf(byOwner)).toEqual(['Copyists', 'Readers']);
    await team.grant(key.id, { kind: 'user', id: admin.userId }, 'copy');
    expect((await accept(later, links[2].token)).status).toBe(200);
    expect((await copy(later)).status).toBe(200);
    const { items } = await team.api('GET /api/audit-events', { query: { action: 'invitation.accepted' } });
    const leftOut = items.map(({ details }) => details['groupsLeftOut']).filter((ids) => ids !== undefined);
    expect(leftOut).toEqual([[group.id]]);
  });

  it('withdrawing twice does no harm; what was accepted cannot be withdrawn', async () => {
    const { token, invitation } = await invite();
    const withdraw = () => call(team.owner, `DELETE /api/invitations/${invitation.id}`);
    expect([(await withdraw()).status, (await withdraw()).status]).toEqual([204, 204]);
    expect((await accept(guest, token)).status).toBe(410);
    const second = await invite();
    await accept(guest, second.token);
    const late = await call(team.owner, `DELETE /api/invitations/${second.invitation.id}`);
    expect(late.json.error.code).toBe('link_used');
  });

  it('a link lives as long as was said, a week by default, a month at most', async () => {
    const days = async (body: object) => {
      const { invitation } = await invite({ role: 'member', ...body });
      return (Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt)) / 86_400_000;
    };
    expect([await days({}), await days({ expiresInDays: 1 }), await days({ expiresInDays: 30 })]).toEqual([7, 1, 30]);
    expect((await invite({ role: 'member', expiresInDays: 31 })).error.code).toBe('invalid_input');
  });

  it('made-up links are counted, and after sixty nobody from there tries another for a while', async () => {
    const made = () => showInvitationToken(makeInvitationToken()).token;
    for (let count = 0; count < 60; count += 1) expect((await read(made())).status).toBe(410);
    const { token } = await invite();
    expect((await read(token)).json.error.code).toBe('too_many_attempts');
    expect((await accept(guest, token)).json.error.code).toBe('too_many_attempts');
  });

  it('the list is read in pages, newest first, and by state', async () => {
    for (let count = 0; count < 5; count += 1) await invite();
    const first = await team.api('GET /api/invitations', { query: { limit: 3 } });
    const second = await team.api('GET /api/invitations', { query: { limit: 3, cursor: first.nextCursor ?? '' } });
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([3, 2, null]);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5);
    await expire(first.items[0]?.id ?? '');
    const states = async (state: 'open' | 'expired') =>
      (await team.api('GET /api/invitations', { query: { state } })).items.length;
    expect([await states('open'), await states('expired')]).toEqual([4, 1]);
  });
});
