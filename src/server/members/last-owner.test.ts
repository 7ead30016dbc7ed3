import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';

describe.each(testEngines())('the last owner on $engine', (engine) => {
  let target: TestServer;
  let team: Team;
  let other: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  beforeEach(async () => {
    team = await newTeam(target);
    other = await team.join('owner');
  });
  afterAll(() => target.dispose());

  const call = (person: Person, request: string, body?: unknown) =>
    target.call(request, {
      token: person.token,
      headers: { 'x-workspace-id': team.workspaceId },
      ...(body === undefined ? {} : { body }),
    });
  const put = (by: Person, on: Person, body: object) => call(by, `PUT /api/members/${on.userId}`, body);
  const remove = (by: Person, on: Person) => call(by, `DELETE /api/members/${on.userId}`);
  const leave = (by: Person) => call(by, `POST /api/workspaces/${team.workspaceId}/leave`);
  const owners = () =>
    target.server.services.database.kysely
      .selectFrom('members')
      .select('user_id')
      .where('workspace_id', '=', brand<'Workspace'>(team.workspaceId))
      .where('role', '=', 'owner')
      .where('state', '=', 'active')
      .execute();

  it('is neither demoted, disabled nor removed, and does not leave', async () => {
    expect((await put(team.owner, other, { role: 'admin' })).status).toBe(200);
    const refused = [
      await put(team.owner, team.owner, { role: 'member' }),
      await put(team.owner, team.owner, { state: 'disabled' }),
      await remove(team.owner, team.owner),
      await leave(team.owner),
    ];
    expect(refused.map(({ json }) => json.error.code)).toEqual(Array(4).fill('last_owner'));
    expect(await owners()).toHaveLength(1);
  });

  it('is not who waits to be confirmed, is disabled here, or whose account is', async () => {
    await put(team.owner, other, { state: 'disabled' });
    expect((await leave(team.owner)).json.error.code).toBe('last_owner');
    await put(team.owner, other, { state: 'active' });
    const { kysely } = target.server.services.database;
    await kysely
      .updateTable('users')
      .set({ state: 'disabled' })
      .where('id', '=', brand<'User'>(other.userId))
      .execute();
    expect((await leave(team.owner)).json.error.code).toBe('last_owner');
  });

  const races: Record<string, () => Promise<{ status: number }>[]> = {
    'demote each other': () => [put(team.owner, other, { role: 'viewer' }), put(other, team.owner, { role: 'viewer' })],
    'demote themselves': () => [put(team.owner, team.owner, { role: 'admin' }), put(other, other, { role: 'admin' })],
    'disable each other': () => [
      put(team.owner, other, { state: 'disabled' }),
      put(other, team.owner, { state: 'disabled' }),
    ],
    'remove each other': () => [remove(team.owner, other), remove(other, team.owner)],
    'leave both': () => [leave(team.owner), leave(other)],
    'leave and hand over': () => [
      leave(team.owner),
      call(other, 'POST /api/workspace/transfer', { userId: team.owner.userId }),
    ],
  };

  it.each(Object.keys(races))('the last two at the same time %s: one is always left', async (name) => {
    for (let round = 0; round < 4; round += 1) {
      const replies = await Promise.all(races[name]?.() ?? []);
      expect((await owners()).length, `round ${round}`).toBeGreaterThanOrEqual(1);
      expect(replies.filter(({ status }) => status < 300).length).toBeGreaterThanOrEqual(1);
      expect(replies.every(({ status }) => status < 500)).toBe(true);
      team = await newTeam(target, team.owner);
      other = await team.join('owner', other);
    }
  });
});
