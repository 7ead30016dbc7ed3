import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CredentialId } from '../../contract/ids.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('the history of a key on $engine', (engine) => {
  let target: TestServer;
  let team: Team;
  let keyId: CredentialId;
  beforeAll(async () => {
    target = await startTestServer(engine);
    team = await newTeam(target);
    keyId = (await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Ours', secret: makeSecret() } })).id;
    await team.api('POST /api/keys/{id}/copy', { params: { id: keyId } });
  });
  afterAll(() => target.dispose());

  const read = (token: string, inTeam = true) =>
    target.call(`GET /api/keys/${keyId}/events`, {
      token,
      ...(inTeam ? { headers: { 'x-workspace-id': team.workspaceId } } : {}),
    });
  const copy = (person: Person) => person.in(team.workspaceId)('POST /api/keys/{id}/copy', { params: { id: keyId } });
  const actions = async (person: Person) =>
    (await read(person.token)).json.items.map(({ action }: { action: string }) => action);

  it('is told as a whole to who manages the key, in a team or not', async () => {
    const admin = await team.join('admin');
    const manager = await team.join('member');
    await team.grant(keyId, { kind: 'user', id: manager.userId }, 'manage');
    for (const person of [team.owner, admin, manager]) {
      expect(await actions(person)).toEqual(
        expect.arrayContaining(['key.created', 'key.copied', 'key.access_changed']),
      );
    }
    expect((await read(manager.token)).text).not.toContain(team.owner.email);
  });

  it.each(['see', 'use', 'copy'] as const)(
    'holds for a member with the level %s what they did themselves, and names nobody else',
    async (level) => {
      const member = await team.join('member');
      await team.grant(keyId, { kind: 'user', id: member.userId }, level);
      expect(await actions(member)).toEqual([]);
      if (level === 'copy') await copy(member);
      expect(await actions(member)).toEqual(level === 'copy' ? ['key.copied'] : []);
      const { text } = await read(member.token);
      for (const absent of [team.owner.email, team.owner.email.split('@')[0] ?? '', team.owner.userId]) {
        expect(text).not.toContain(absent);
      }
    },
  );

  it('is refused to viewers and programs, as the audit trail is, and a stranger learns of no key', async () => {
    const viewer = await team.join('viewer');
    const robot = await team.addProgram();
    await team.grant(keyId, { kind: 'serviceAccount', id: robot.id }, 'use');
    for (const token of [viewer.token, robot.token]) {
      const refused = await read(token, token === viewer.token);
      expect([refused.status, refused.json.error.code]).toEqual([403, 'forbidden']);
      expect(refused.text).not.toContain(team.owner.email);
    }
    const member = await team.join('member');
    expect((await read(member.token)).json.error.code).toBe('not_found');
    expect((await read((await target.newPerson()).token)).json.error.code).toBe('not_found');
  });
});
