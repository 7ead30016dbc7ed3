import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../contract/permissions.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { purgeDeletedWorkspaces } from './deleted-workspaces.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe.each(testEngines())('workspaces on $engine', (engine) => {
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
  const restore = (person: Person) =>
    target.call(`POST /api/workspaces/${team.workspaceId}/restore`, { token: person.token });
  const kysely = () => target.server.services.database.kysely;
  const id = () => brand<'Workspace'>(team.workspaceId);
  const setFactor = (person: Person, has: 0 | 1) =>
    kysely()
      .updateTable('sessions')
      .set({ has_second_factor: has })
      .where('user_id', '=', brand<'User'>(person.userId))
      .execute();
  const age = (days: number) =>
    kysely()
      .updateTable('workspaces')
      .set({ deleted_at: Date.now() - days * DAY_MS })
      .where('id', '=', id())
      .execute();

  it('a new one belongs to who made it and has a data key of its own', async () => {
    const { workspaces } = await people.owner.api('GET /api/me');
    expect(workspaces).toContainEqual({
      id: team.workspaceId,
      name: 'Team',
      kind: 'team',
      role: 'owner',
      requiresTwoFactor: false,
    });
    const keys = await kysely().selectFrom('data_keys').select('id').where('workspace_id', '=', id()).execute();
    expect(keys).toHaveLength(1);
    const secret = makeSecret();
    const { id: keyId } = await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Ours', secret } });
    expect(await team.api('POST /api/keys/{id}/copy', { params: { id: keyId } })).toEqual({ secret });
  });

  it('one person makes twenty and no more, even in parallel', async () => {
    const founder = await target.newPerson();
    const replies = await Promise.all(
      Array.from({ length: 23 }, () =>
        target.call('POST /api/workspaces', { token: founder.token, body: { name: 'One' } }),
      ),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(replies.filter(({ json }) => json.error?.code === 'too_many_objects')).toHaveLength(3);
  });

  it('shows its members how much there is in it, and not what is none of their business', async () => {
    await team.api('POST /api/invitations', { body: { role: 'viewer' } });
    await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Ours', secret: makeSecret() } });
    const counts = async (person: Person) => (await call(person, 'GET /api/workspace')).json.counts;
    const open = { members: 4, groups: 0, serviceAccounts: 0 };
    const all = { ...open, pendingMembers: 0, invitations: 1, keys: 1 };
    expect(await counts(people.owner)).toEqual(all);
    expect(await counts(people.admin)).toEqual(all);
    expect(await counts(people.member)).toEqual({ ...open, pendingMembers: null, invitations: null, keys: null });
    expect(await counts(people.viewer)).toEqual({ ...open, pendingMembers: null, invitations: null, keys: 1 });
  });

  it('overseers rename it, owners alone decide its policy', async () => {
    expect((await call(people.admin, 'PUT /api/workspace', { name: 'New name' })).json.name).toBe('New name');
    for (const person of [people.admin, people.member, people.viewer]) {
      const refused = await call(person, 'PUT /api/workspace/policy', { memberFloor: 'use' });
      expect(refused.json.error.code).toBe('forbidden');
    }
    expect((await call(people.member, 'PUT /api/workspace', { name: 'Mine' })).json.error.code).toBe('forbidden');
    const policy = { memberFloor: 'use', adminsMayCopy: false, allowsShareLinks: false, checkEveryHours: 0 };
    const changed = await call(people.owner, 'PUT /api/workspace/policy', policy);
    expect(changed.json.policy).toEqual({ ...policy, requiresTwoFactor: false, confirmsMembers: false });
    expect((await call(people.viewer, 'GET /api/workspace')).json.policy).toEqual(changed.json.policy);
    const event = await kysely()
      .selectFrom('audit_events')
      .select('details')
      .where('workspace_id', '=', id())
      .where('action', '=', 'workspace.policy_changed')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(event.details)).toEqual({
      memberFloorBefore: 'none',
      memberFloor: 'use',
      adminsMayCopyBefore: true,
      adminsMayCopy: false,
      allowsShareLinksBefore: true,
      allowsShareLinks: false,
      checkEveryHoursBefore: 24,
      checkEveryHours: 0,
      couldCopyAll: true,
      admins: [people.admin.userId],
    });
  });

  it('what members have without a grant, and what administrators copy, follows the policy with the next call', async () => {
    const body = { provider: 'openai', name: 'Ours', secret: makeSecret() };
    const { id: keyId } = await team.api('POST /api/keys', { body });
    const level = async () => (await call(people.member, `GET /api/keys/${keyId}`)).json.accessLevel ?? null;
    const copies = async () => (await call(people.admin, `POST /api/keys/${keyId}/copy`)).status;
    expect([await level(), await copies()]).toEqual([null, 200]);
    await call(people.owner, 'PUT /api/workspace/policy', { memberFloor: 'see', adminsMayCopy: false });
    expect([await level(), await copies()]).toEqual(['see', 403]);
    await call(people.owner, 'PUT /api/workspace/policy', { memberFloor: 'use', adminsMayCopy: true });
    expect([await level(), await copies()]).toEqual(['use', 200]);
  });

  it('a second factor is asked of everybody, and nobody shuts themselves out by asking for it', async () => {
    const ask = () => call(people.owner, 'PUT /api/workspace/policy', { requiresTwoFactor: true });
    expect((await ask()).json.error.code).toBe('second_factor_missing');
    expect((await call(people.member, 'GET /api/workspace')).status).toBe(200);
    await setFactor(people.owner, 1);
    expect((await ask()).status).toBe(200);
    expect((await call(people.member, 'GET /api/workspace')).json.error.code).toBe('two_factor_needed');
    const { workspaces } = await people.member.api('GET /api/me');
    expect(workspaces.find((one) => `${one.id}` === team.workspaceId)).toMatchObject({ requiresTwoFactor: true });
    await call(people.owner, 'DELETE /api/workspace');
    await setFactor(people.owner, 0);
    expect((await restore(people.owner)).json.error.code).toBe('two_factor_needed');
    await setFactor(people.owner, 1);
    expect((await restore(people.owner)).status).toBe(200);
  });

  it('is handed over: the other becomes owner, the caller administrator', async () => {
    const to = (person: { userId: string }, by = people.owner) =>
      call(by, 'POST /api/workspace/transfer', { userId: person.userId });
    expect((await to(people.member, people.admin)).json.error.code).toBe('forbidden');
    await call(people.owner, `PUT /api/members/${people.viewer.userId}`, { state: 'disabled' });
    for (const nobody of [people.viewer, people.owner, await target.newPerson()]) {
      expect((await to(nobody)).json.error.code).toBe('unknown_subject');
    }
    expect((await to(people.member)).status).toBe(204);
    expect((await call(people.member, 'GET /api/workspace')).json.role).toBe('owner');
    expect((await call(people.owner, 'GET /api/workspace')).json.role).toBe('admin');
    expect((await to(people.admin)).json.error.code).toBe('forbidden');
  });

  it('a personal one is neither handed over, deleted nor left', async () => {
    const other = { userId: people.member.userId };
    const transfer = await target.call('POST /api/workspace/transfer', { token: people.owner.token, body: other });
    expect(transfer.json.error.code).toBe('personal_workspace');
    const deletion = await target.call('DELETE /api/workspace', { token: people.owner.token });
    expect(deletion.json.error.code).toBe('personal_workspace');
  });

  it('a deleted one lets nobody in, program or person, and comes back as it was within seven days', async () => {
    const { id: robot } = await team.api('POST /api/service-accounts', { body: { name: 'Robot' } });
    const { secret } = await team.api('POST /api/service-accounts/{id}/tokens', {
      params: { id: robot },
      body: { name: 'T' },
    });
    const asRobot = async () => (await target.call('GET /api/keys', { token: secret })).status;
    const before = (await call(people.owner, 'GET /api/members')).json;
    for (const person of [people.admin, people.member, people.viewer]) {
      expect((await call(person, 'DELETE /api/workspace')).json.error.code).toBe('forbidden');
    }
    expect((await call(people.owner, 'DELETE /api/workspace')).status).toBe(204);
    for (const person of Object.values(people)) {
      expect((await call(person, 'GET /api/workspace')).json.error.code).toBe('not_found');
      expect((await person.api('GET /api/me')).workspaces).toHaveLength(1);
    }
    expect(await asRobot()).not.toBe(200);
    expect((await people.owner.api('GET /api/workspaces/deleted')).items).toMatchObject([
      { id: team.workspaceId, name: 'Team' },
    ]);
    for (const person of [people.admin, people.member, await target.newPerson()]) {
      expect((await person.api('GET /api/workspaces/deleted')).items).toEqual([]);
      expect((await restore(person)).status).toBe(404);
    }
    await age(6.9);
    expect((await restore(people.owner)).json).toMatchObject({ id: team.workspaceId, role: 'owner' });
    expect((await call(people.owner, 'GET /api/members')).json).toEqual(before);
    expect(await asRobot()).toBe(200);
    expect((await restore(people.owner)).status).toBe(404);
  });

  it('is purged after seven days with keys, data keys and usage, while its audit trail stays', async () => {
    await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Ours', secret: makeSecret() } });
    const others = await newTeam(target);
    await others.api('POST /api/keys', { body: { provider: 'openai', name: 'Theirs', secret: makeSecret() } });
    await insertUsage(team.workspaceId);
    await insertUsage(others.workspaceId);
    const { services } = target.server;
    await call(people.owner, 'DELETE /api/workspace');
    await age(6.9);
    expect(await purgeDeletedWorkspaces(services, Date.now())).toBe(0);
    await age(7.1);
    expect((await restore(people.owner)).status).toBe(404);
    expect((await people.owner.api('GET /api/workspaces/deleted')).items).toEqual([]);
    expect(await purgeDeletedWorkspaces(services, Date.now())).toBe(1);
    for (const table of ['credentials', 'members', 'data_keys', 'usage_hours'] as const) {
      const count = async (workspaceId: string) => {
        const rows = kysely().selectFrom(table).selectAll().where('workspace_id', '=', brand<'Workspace'>(workspaceId));
        return (await rows.execute()).length;
      };
      expect([table, await count(team.workspaceId)]).toEqual([table, 0]);
      expect(await count(others.workspaceId)).toBeGreaterThan(0);
    }
    const events = await kysely()
      .selectFrom('audit_events')
      .select(['action', 'actor_id'])
      .where('workspace_id', '=', id())
      .orderBy('seq')
      .execute();
    expect(events[0]).toEqual({ action: 'workspace.created', actor_id: people.owner.userId });
    expect(events.at(-1)).toEqual({ action: 'workspace.purged', actor_id: null });
  });

  it('restored and purged at the same time it is either, as a whole', async () => {
    await call(people.owner, 'DELETE /api/workspace');
    await age(7.0001);
    const [restored, purged] = await Promise.all([
      restore(people.owner),
      purgeDeletedWorkspaces(target.server.services, Date.now()),
    ]);
    expect([restored.status, purged]).toEqual([404, 1]);
  });

  const insertUsage = (workspaceId: string) =>
    kysely()
      .insertInto('usage_hours')
      .values({
        workspace_id: brand<'Workspace'>(workspaceId),
        hour_at: 0,
        provider: 'openai',
        model: 'gpt-4o',
        credential_id: '',
        virtual_key_id: '',
        member_id: '',
        tool: '',
        requests: 1,
        attempts: 1,
        errors: 0,
        input_tokens: 1,
        cache_read_tokens: 0,
        cache_write_tokens: 0,
        output_tokens: 1,
        reasoning_tokens: 0,
        cost_nano_usd: 1,
        unpriced_requests: 0,
        estimated_requests: 0,
        missing_requests: 0,
        latency_ms_sum: 0,
        latency_count: 0,
        first_byte_ms_sum: 0,
        first_byte_count: 0,
      })
      .execute();
});
