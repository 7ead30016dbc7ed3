import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../contract/permissions.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';

describe.each(testEngines())('who may see and change virtual keys on $engine', (engine) => {
  let target: TestServer;
  let workspaceId: string;
  const people = {} as Record<Role, Person>;
  let another: Person;

  const join = async (role: Role): Promise<Person> => {
    const person = await target.newPerson();
    await target.server.services.database.kysely
      .insertInto('members')
      .values({
        workspace_id: brand<'Workspace'>(workspaceId),
        user_id: brand<'User'>(person.userId),
        role,
        state: 'active',
        created_at: 1,
      })
      .execute();
    return person;
  };

  beforeAll(async () => {
    target = await startTestServer(engine);
    people.owner = await target.newPerson();
    workspaceId = (await people.owner.api('GET /api/me')).activeWorkspaceId;
    for (const role of ['admin', 'member', 'viewer'] as const) people[role] = await join(role);
    another = await join('member');
  });
  afterAll(() => target.dispose());

  const call = (person: Person, request: string, body?: unknown) =>
    target.call(request, {
      token: person.token,
      headers: { 'x-workspace-id': workspaceId },
      ...(body === undefined ? {} : { body }),
    });
  const create = async (person: Person, name = 'Mine'): Promise<string> =>
    (await call(person, 'POST /api/virtual-keys', { name, keyIds: 'all' })).json.virtualKey.id;
  const ids = async (person: Person): Promise<string[]> =>
    (await call(person, 'GET /api/virtual-keys')).json.items.map((item: { id: string }) => item.id);
  const everything = (id: string) =>
    [
      [`GET /api/virtual-keys/${id}`, undefined],
      [`PUT /api/virtual-keys/${id}`, { name: 'Taken' }],
      [`PUT /api/virtual-keys/${id}`, { keyIds: [newId('Credential')] }],
      [`POST /api/virtual-keys/${id}/rotate`, { graceSeconds: 0 }],
      [`POST /api/virtual-keys/${id}/top-up`, { period: 'day', usd: 1 }],
      [`DELETE /api/virtual-keys/${id}`, undefined],
    ] as const;

  it("a member's list holds their own, an owner's and an admin's holds all", async () => {
    const [mine, theirs, owners] = [await create(people.member), await create(another), await create(people.owner)];
    expect(await ids(people.member)).toEqual([mine]);
    expect(await ids(another)).toEqual([theirs]);
    for (const person of [people.owner, people.admin]) {
      expect(await ids(person)).toEqual(expect.arrayContaining([mine, theirs, owners]));
    }
  });

  it("a member meets another's as one that is missing, to the byte, also when it is revoked", async () => {
    const foreign = await create(another);
    const untouched = (await call(another, `GET /api/virtual-keys/${foreign}`)).text;
    const missing = newId('VirtualKey');
    for (const [index, [request, body]] of everything(foreign).entries()) {
      const refused = await call(people.member, request, body);
      const absent = await call(people.member, everything(missing)[index]?.[0] ?? '', body);
      expect(refused.status).toBe(404);
      expect(refused.text).toBe(absent.text);
    }
    expect((await call(another, `GET /api/virtual-keys/${foreign}`)).text).toBe(untouched);
    await call(another, `DELETE /api/virtual-keys/${foreign}`);
    for (const [request, body] of everything(foreign)) {
      expect((await call(people.member, request, body)).status).toBe(404);
    }
  });

  it('an admin changes and revokes what a member made, which stays the member`s', async () => {
    const id = await create(people.member);
    const changed = await call(people.admin, `PUT /api/virtual-keys/${id}`, { rpm: 7 });
    expect(changed.json).toMatchObject({ rpm: 7, owner: { id: people.member.userId, label: people.member.email } });
    expect((await call(people.admin, `DELETE /api/virtual-keys/${id}`)).status).toBe(204);
    expect((await call(people.member, `GET /api/virtual-keys/${id}`)).json.state).toBe('revoked');
  });

  it('nobody is given the secret of one that speaks for a role above theirs', async () => {
    const rotate = (by: Person, id: string) => call(by, `POST /api/virtual-keys/${id}/rotate`, { graceSeconds: 3600 });
    const issueFor = (by: Person, owner: Person) =>
      call(by, 'POST /api/virtual-keys', { name: 'For them', keyIds: 'all', ownerId: owner.userId });
    const owners = await create(people.owner);
    const before = (await call(people.owner, `GET /api/virtual-keys/${owners}`)).text;
    for (const refused of [await rotate(people.admin, owners), await issueFor(people.admin, people.owner)]) {
      expect([refused.status, refused.json.error.code]).toEqual([403, 'forbidden']);
      expect(refused.text).not.toContain('sk-akm-');
    }
    expect((await call(people.owner, `GET /api/virtual-keys/${owners}`)).text).toBe(before);
    const admins = await create(people.admin);
    const members = await create(people.member);
    for (const allowed of [
      await rotate(people.admin, members),
      await issueFor(people.admin, people.member),
      await rotate(people.owner, admins),
      await issueFor(people.owner, people.admin),
    ]) {
      expect(allowed.json.secret).toMatch(/^sk-akm-/);
    }
    expect((await issueFor(people.member, another)).json.error.code).toBe('forbidden');
  });

  it('a member names no key that they may not use, though it is there', async () => {
    const body = { provider: 'openai', name: 'Upstream', secret: makeSecret() };
    const keyId = (await call(people.owner, 'POST /api/keys', body)).json.id;
    const refused = await call(people.member, 'POST /api/virtual-keys', { name: 'Reach', keyIds: [keyId] });
    const absentId = newId('Credential');
    const absent = await call(people.member, 'POST /api/virtual-keys', { name: 'Reach', keyIds: [absentId] });
    expect(refused.json).toMatchObject({ error: { code: 'unknown_key' } });
    expect(refused.text.replaceAll(keyId, absentId)).toBe(absent.text);
    const playground = await call(people.member, 'POST /api/playground/key', { keyIds: [keyId] });
    expect(playground.json).toMatchObject({ error: { code: 'unknown_key' } });
  });

  it('a viewer and a stranger get none at all', async () => {
    const id = await create(people.owner);
    for (const [request, body] of [...everything(id), ['GET /api/virtual-keys', undefined] as const]) {
      expect((await call(people.viewer, request, body)).json).toMatchObject({ error: { code: 'forbidden' } });
    }
    const stranger = await target.newPerson();
    expect((await call(stranger, 'GET /api/virtual-keys')).status).toBe(404);
    const own = await target.call(`GET /api/virtual-keys/${id}`, { token: stranger.token });
    expect(own.json).toMatchObject({ error: { code: 'not_found' } });
  });
});
