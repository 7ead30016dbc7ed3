import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRequest } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { GrantLevel } from '../../contract/permissions.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';

type Subject = NonNullable<OperationRequest<Operations['PUT /api/keys/{id}/grants']>['body']>['subject'];

interface Reported {
  name: string;
  mayCopyNow: boolean;
  copies: number;
  lastCopiedAt: string | null;
  rotateRecommended: boolean;
}

describe.each(testEngines())('what a leaver could copy, on $engine', (engine) => {
  let target: TestServer;
  let team: Team;
  let person: Person;
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  beforeEach(async () => {
    team = await newTeam(target);
    person = await team.join('member');
    for (const name of ['copied', 'granted', 'used']) keys[name] = await addKey(name);
  });
  afterAll(() => target.dispose());

  const addKey = async (name: string): Promise<string> =>
    (await team.api('POST /api/keys', { body: { provider: 'openai', name, secret: makeSecret() } })).id;
  const id = (name: string) => brand<'Credential'>(keys[name] ?? '');
  const userId = () => brand<'User'>(person.userId);
  const grant = (name: string, level: GrantLevel | 'none', subject?: Subject) =>
    team.api('PUT /api/keys/{id}/grants', {
      params: { id: id(name) },
      body: { subject: subject ?? { kind: 'user', id: userId() }, level },
    });
  const copy = (name: string) => person.in(team.workspaceId)('POST /api/keys/{id}/copy', { params: { id: id(name) } });
  const remove = () => team.api('DELETE /api/members/{userId}', { params: { userId: userId() } });
  const report = async (): Promise<Record<string, Reported>> => {
    const { items } = await team.api('GET /api/members/{userId}/copied-keys', { params: { userId: userId() } });
    return Object.fromEntries(items.map((item) => [item.name, item]));
  };

  it('the keys they may copy, with how often and when last; not those they may only use', async () => {
    await grant('copied', 'copy');
    await grant('granted', 'manage');
    await grant('used', 'use');
    await copy('copied');
    await copy('copied');
    const found = await report();
    expect(Object.keys(found).sort()).toEqual(['copied', 'granted']);
    expect(found['copied']).toMatchObject({ mayCopyNow: true, copies: 2, rotateRecommended: true });
    expect(Date.parse(found['copied']?.lastCopiedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(found['granted']).toMatchObject({ mayCopyNow: true, copies: 0, lastCopiedAt: null });
    expect(JSON.stringify(found)).not.toContain('sk-test');
  });

  it('after they are gone too, until the secret is replaced', async () => {
    await grant('copied', 'copy');
    await grant('granted', 'copy');
    await copy('copied');
    await remove();
    const found = await report();
    expect(Object.keys(found).sort()).toEqual(['copied', 'granted']);
    expect(found['copied']).toMatchObject({ mayCopyNow: false, copies: 1, rotateRecommended: true });
    expect(found['granted']).toMatchObject({ mayCopyNow: false, copies: 0, rotateRecommended: true });
    await team.api('PUT /api/keys/{id}', { params: { id: id('copied') }, body: { secret: makeSecret() } });
    expect(await report()).toMatchObject({
      copied: { rotateRecommended: false, copies: 1 },
      granted: { rotateRecommended: true },
    });
  });

  it('also what a grant gave that was taken back, a group they were in, everyone, and a role they had', async () => {
    await grant('copied', 'copy');
    await grant('copied', 'none');
    const members = { name: 'Writers', memberIds: [userId()] };
    const group = await team.api('POST /api/groups', { body: members });
    await grant('granted', 'copy', { kind: 'group', id: group.id });
    await team.api('PUT /api/groups/{id}', { params: { id: group.id }, body: { memberIds: [] } });
    await grant('used', 'copy', { kind: 'everyone' });
    await grant('used', 'none', { kind: 'everyone' });
    const found = await report();
    expect(Object.keys(found).sort()).toEqual(['copied', 'granted', 'used']);
    for (const one of Object.values(found)) {
      expect(one).toMatchObject({ mayCopyNow: false, copies: 0, rotateRecommended: true });
    }
  });

  it('everything of somebody who was an administrator for a while, but for keys added later', async () => {
    const change = (role: 'admin' | 'viewer') =>
      team.api('PUT /api/members/{userId}', { params: { userId: userId() }, body: { role } });
    await change('admin');
    await change('viewer');
    // Times are milliseconds, and what was added in the same one counts as having been there.
    await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(Date.now());
    await addKey('later');
    expect(Object.keys(await report()).sort()).toEqual(['copied', 'granted', 'used']);
  });

  it('nothing of what was granted to everyone before they came or after they went', async () => {
    const late = await target.newPerson();
    await grant('copied', 'copy', { kind: 'everyone' });
    await grant('copied', 'none', { kind: 'everyone' });
    await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(Date.now());
    person = await team.join('member', late);
    await remove();
    await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(Date.now());
    await grant('used', 'copy', { kind: 'everyone' });
    await grant('used', 'none', { kind: 'everyone' });
    expect(await report()).toEqual({});
  });

  it('while administrators may not copy: what they could before that was decided', async () => {
    await team.api('PUT /api/members/{userId}', { params: { userId: userId() }, body: { role: 'admin' } });
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    const found = await report();
    expect(Object.keys(found).sort()).toEqual(['copied', 'granted', 'used']);
    expect(Object.values(found).map(({ mayCopyNow }) => mayCopyNow)).toEqual([false, false, false]);
  });

  it('is for owners and administrators, and of people who were here', async () => {
    const ask = (by: Person, of: string) =>
      target.call(`GET /api/members/${of}/copied-keys`, {
        token: by.token,
        headers: { 'x-workspace-id': team.workspaceId },
      });
    const stranger = await target.newPerson();
    expect((await ask(person, person.userId)).json.error.code).toBe('forbidden');
    expect((await ask(team.owner, stranger.userId)).json.error.code).toBe('not_found');
    expect((await ask(team.owner, person.userId)).status).toBe(200);
  });
});
