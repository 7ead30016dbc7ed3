import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../contract/permissions.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';

describe.each(testEngines())('groups on $engine', (engine) => {
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
  const make = async (name: string, ...memberIds: string[]) =>
    (await call(people.owner, 'POST /api/groups', { name, memberIds })).json;
  const addKey = async () =>
    (await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Ours', secret: makeSecret() } })).id;
  const grant = (keyId: string, groupId: string, level: string) =>
    call(people.owner, `PUT /api/keys/${keyId}/grants`, { subject: { kind: 'group', id: groupId }, level });
  const copy = (person: Person, keyId: string) => call(person, `POST /api/keys/${keyId}/copy`);

  it('are made, renamed, filled and deleted by overseers, seen by everybody', async () => {
    const group = await make('Writers', people.member.userId);
    expect(group).toMatchObject({ name: 'Writers', memberIds: [people.member.userId] });
    const change = { name: 'Readers', memberIds: [people.viewer.userId, people.viewer.userId] };
    const changed = await call(people.admin, `PUT /api/groups/${group.id}`, change);
    expect(changed.json).toMatchObject({ name: 'Readers', memberIds: [people.viewer.userId] });
    expect((await call(people.viewer, 'GET /api/groups')).json.items).toEqual([changed.json]);
    for (const person of [people.member, people.viewer]) {
      for (const [request, body] of [
        ['POST /api/groups', { name: 'Mine' }],
        [`PUT /api/groups/${group.id}`, { memberIds: [person.userId] }],
        [`DELETE /api/groups/${group.id}`, undefined],
      ] as const) {
        expect((await call(person, request, body)).json.error.code).toBe('forbidden');
      }
    }
    expect((await call(people.admin, `DELETE /api/groups/${group.id}`)).status).toBe(204);
    expect((await call(people.owner, 'GET /api/groups')).json.items).toEqual([]);
  });

  it('give their members what was granted to them, from the next call to the last', async () => {
    const keyId = await addKey();
    const group = await make('Writers');
    await grant(keyId, group.id, 'copy');
    expect((await copy(people.member, keyId)).status).toBe(404);
    await call(people.owner, `PUT /api/groups/${group.id}`, { memberIds: [people.member.userId] });
    expect((await copy(people.member, keyId)).status).toBe(200);
    await call(people.owner, `PUT /api/groups/${group.id}`, { memberIds: [] });
    expect((await copy(people.member, keyId)).status).toBe(404);
    await call(people.owner, `PUT /api/groups/${group.id}`, { memberIds: [people.member.userId] });
    await call(people.owner, `DELETE /api/groups/${group.id}`);
    expect((await copy(people.member, keyId)).status).toBe(404);
    const { kysely } = target.server.services.database;
    const left = kysely.selectFrom('credential_grants').selectAll().where('subject_id', '=', group.id);
    expect(await left.execute()).toEqual([]);
  });

  it('lift nobody over the ceiling of their role', async () => {
    const keyId = await addKey();
    const group = await make('All', people.viewer.userId);
    await grant(keyId, group.id, 'manage');
    expect((await copy(people.viewer, keyId)).json.error.code).toBe('forbidden');
  });

  it('are no way for an administrator who may not copy to let others, or themselves, do it', async () => {
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    const keyId = await addKey();
    const group = await make('Writers');
    await grant(keyId, group.id, 'copy');
    const add = (person: Person) => call(people.admin, `PUT /api/groups/${group.id}`, { memberIds: [person.userId] });
    expect((await add(people.admin)).json.error.code).toBe('forbidden');
    expect((await add(people.member)).json.error.code).toBe('forbidden');
    const invite = await call(people.admin, 'POST /api/invitations', { role: 'member', groupIds: [group.id] });
    expect(invite.json.error.code).toBe('forbidden');
    expect((await copy(people.admin, keyId)).json.error.code).toBe('forbidden');
    // Taking away, and groups that give less, are theirs to do.
    await grant(keyId, group.id, 'use');
    expect((await add(people.member)).status).toBe(200);
    await grant(keyId, group.id, 'copy');
    expect((await call(people.admin, `PUT /api/groups/${group.id}`, { memberIds: [] })).status).toBe(200);
  });

  it('have names of their own and members of this workspace, also when two are made at the same time', async () => {
    const both = await Promise.all([make('Same'), make('Same')]);
    expect(both.map((reply): string => reply.error?.code ?? 'ok').toSorted()).toEqual(['name_taken', 'ok']);
    const other = await make('Other');
    const taken = await call(people.owner, `PUT /api/groups/${other.id}`, { name: 'Same' });
    expect(taken.json.error.code).toBe('name_taken');
    expect((await call(people.owner, `PUT /api/groups/${other.id}`, { name: 'Other' })).status).toBe(200);
    const stranger = await target.newPerson();
    for (const id of [stranger.userId, newId('User')]) {
      expect((await make('Foreign', id)).error.code).toBe('unknown_subject');
    }
  });

  it('of another workspace are missing, to the byte, and a personal workspace has none', async () => {
    const strangers = await newTeam(target);
    const foreign = await strangers.api('POST /api/groups', { body: { name: 'Theirs' } });
    for (const [method, body] of [
      ['PUT', { name: 'Taken' }],
      ['DELETE', undefined],
    ] as const) {
      const refused = await call(people.owner, `${method} /api/groups/${foreign.id}`, body);
      const missing = await call(people.owner, `${method} /api/groups/${newId('Group')}`, body);
      expect(refused.status).toBe(404);
      expect(refused.text).toBe(missing.text);
    }
    expect((await strangers.api('GET /api/groups')).items).toMatchObject([{ name: 'Theirs' }]);
    const own = await target.call('POST /api/groups', { token: people.owner.token, body: { name: 'Mine' } });
    expect(own.json.error.code).toBe('personal_workspace');
  });

  it('leave a trace of who came and went', async () => {
    const group = await make('Writers', people.member.userId);
    await call(people.admin, `PUT /api/groups/${group.id}`, { name: 'Readers', memberIds: [people.viewer.userId] });
    await call(people.admin, `DELETE /api/groups/${group.id}`);
    const events = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .select(['action', 'actor_id', 'details'])
      .where('target_id', '=', group.id)
      .where('workspace_id', '=', brand<'Workspace'>(team.workspaceId))
      .orderBy('seq')
      .execute();
    expect(events.map(({ action, actor_id, details }) => [action, actor_id, JSON.parse(details)])).toEqual([
      ['group.created', people.owner.userId, { added: [people.member.userId] }],
      [
        'group.changed',
        people.admin.userId,
        { nameBefore: 'Writers', added: [people.viewer.userId], removed: [people.member.userId] },
      ],
      ['group.deleted', people.admin.userId, { removed: [people.viewer.userId] }],
    ]);
  });
});
