import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { forgetOldShareLinks } from './share-links.ts';

const HOUR_MS = 3_600_000;
const passphrase = 'seven green kiwis';

describe.each(testEngines())('one-time links on $engine', (engine) => {
  let target: TestServer;
  let team: Team;
  let secret: string;
  let keyId: string;

  beforeAll(async () => {
    target = await startTestServer(engine, { LOG_LEVEL: 'trace' });
    team = await newTeam(target);
  });
  afterAll(() => target.dispose());
  beforeEach(async () => {
    const { throttles } = target.server.services;
    await throttles.reset('sharedByAddress', '127.0.0.1');
    await throttles.reset('copy', team.owner.userId);
    secret = makeSecret('shared');
    keyId = (await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Shared', secret } })).id;
  });

  const rows = () => target.server.services.database.kysely;
  const make = (person: Person, body: object = {}) =>
    target.call('POST /api/share-links', {
      token: person.token,
      headers: { 'x-workspace-id': team.workspaceId },
      body: { keyId, ...body },
    });
  const newToken = async (body: object = {}, person = team.owner): Promise<string> =>
    (await make(person, body)).json.token;
  const read = (token: string) => target.call('POST /api/shared/read', { body: { token } });
  const open = (token: string, given?: string) =>
    target.call('POST /api/shared/open', { body: given === undefined ? { token } : { token, passphrase: given } });
  const codeOf = (reply: { json: { error?: { code: string } } }) => reply.json.error?.code ?? 'ok';
  const list = async (person = team.owner) =>
    (await person.in(team.workspaceId)('GET /api/share-links')).items.filter((link) => link.keyId === keyId);
  const events = (action: string) =>
    rows().selectFrom('audit_events').selectAll().where('target_id', '=', keyId).where('action', '=', action).execute();
  const stored = async () =>
    rows().selectFrom('share_links').selectAll().where('credential_id', '=', brand<'Credential'>(keyId)).execute();

  /** A member who may copy the key. */
  async function copier(): Promise<Person> {
    const person = await team.join('member');
    await team.grant(keyId, { kind: 'user', id: person.userId }, 'copy');
    return person;
  }

  it('gives the secret once, to whoever has it, and then is empty', async () => {
    const made = await make(team.owner);
    expect(made.status).toBe(201);
    expect(made.json.shareLink).toMatchObject({ keyId, label: 'Shared', state: 'open', viewsMax: 1, views: 0 });
    const { token } = made.json;
    expect(token).toMatch(/^shr-akm-[0-9A-Za-z]{49}$/);
    for (let count = 0; count < 3; count += 1) {
      const told = await read(token);
      expect(told.json).toEqual({
        label: 'Shared',
        needsPassphrase: false,
        expiresAt: made.json.shareLink.expiresAt,
        viewsLeft: 1,
      });
    }
    const opened = await open(token);
    expect(opened.json).toEqual({ secret, viewsLeft: 0 });
    expect(opened.headers.get('cache-control')).toBe('no-store');
    expect([codeOf(await open(token)), codeOf(await read(token))]).toEqual(['link_used', 'link_used']);
    expect((await open(token)).status).toBe(410);
    expect(await list()).toEqual([expect.objectContaining({ state: 'used', views: 1 })]);
    expect((await stored()).map(({ envelope }) => envelope)).toEqual([null]);
  });

  it.each([1, 3])('opened by twelve at the same moment shows the secret %i times', async (viewsMax) => {
    const token = await newToken({ viewsMax });
    const replies = await Promise.all(Array.from({ length: 12 }, () => open(token)));
    expect(replies.filter(({ text }) => text.includes(secret))).toHaveLength(viewsMax);
    expect(replies.filter((reply) => codeOf(reply) === 'link_used')).toHaveLength(12 - viewsMax);
    expect(await events('key.link_opened')).toHaveLength(viewsMax);
    expect(await stored()).toEqual([expect.objectContaining({ views: viewsMax, envelope: null })]);
  });

  it('is written down when it is made, opened, refused and withdrawn, with where from and without the secret', async () => {
    const token = await newToken({ passphrase, viewsMax: 2 });
    await open(token, 'another one');
    await open(token, passphrase);
    const [link] = await list();
    const params = { id: brand<'ShareLink'>(link?.id ?? '') };
    await team.api('DELETE /api/share-links/{id}', { params });
    await team.api('DELETE /api/share-links/{id}', { params });
    expect(codeOf(await open(token, passphrase))).toBe('link_used');
    expect(await list()).toEqual([expect.objectContaining({ state: 'revoked', views: 1 })]);
    expect(await events('key.link_made')).toEqual([
      expect.objectContaining({ actor_id: team.owner.userId, result: 'ok', target_type: 'key' }),
    ]);
    expect(await events('key.link_refused')).toEqual([
      expect.objectContaining({ actor_id: null, actor_type: null, ip: '127.0.0.1', result: 'denied' }),
    ]);
    expect(await events('key.link_opened')).toEqual([
      expect.objectContaining({ actor_id: null, ip: '127.0.0.1', workspace_id: team.workspaceId, result: 'ok' }),
    ]);
    expect(await events('key.link_revoked')).toHaveLength(1);
    const told = JSON.stringify([await rows().selectFrom('audit_events').selectAll().execute(), await stored()]);
    for (const hidden of [secret, token, passphrase]) {
      expect(told).not.toContain(hidden);
      expect(target.logs.join('')).not.toContain(hidden);
    }
    expect(await stored()).toEqual([
      expect.objectContaining({ envelope: null, passphrase_hash: expect.stringMatching(/^\$argon2id\$/) }),
    ]);
  });

  it('with a passphrase opens by it alone, and ends for good with the fifth wrong one', async () => {
    const token = await newToken({ passphrase, viewsMax: 3 });
    expect((await read(token)).json).toMatchObject({ needsPassphrase: true });
    expect(codeOf(await open(token))).toBe('passphrase_wrong');
    for (let count = 0; count < 4; count += 1) {
      const wrong = await open(token, `wrong ${count}`);
      expect([codeOf(wrong), wrong.text.includes(secret)]).toEqual(['passphrase_wrong', false]);
    }
    expect((await open(token, passphrase)).json).toEqual({ secret, viewsLeft: 2 });
    expect(codeOf(await open(token, 'the fifth'))).toBe('link_used');
    expect(codeOf(await open(token, passphrase))).toBe('link_used');
    expect(await list()).toEqual([expect.objectContaining({ state: 'blocked' })]);
    expect((await stored()).map(({ envelope }) => envelope)).toEqual([null]);
  });

  it('takes no sixth guess, however many come at the same moment', async () => {
    const token = await newToken({ passphrase, viewsMax: 10 });
    const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => open(token, `guess ${index}`)));
    expect(replies.filter((reply) => codeOf(reply) === 'passphrase_wrong')).toHaveLength(4);
    expect(await events('key.link_refused')).toHaveLength(5);
    expect(codeOf(await open(token, passphrase))).toBe('link_used');
  });

  it('ends with its time', async () => {
    const token = await newToken({ expiresInHours: 1 });
    expect(codeOf(await read(token))).toBe('ok');
    await rows()
      .updateTable('share_links')
      .set({ expires_at: Date.now() - 1 })
      .execute();
    expect([codeOf(await read(token)), codeOf(await open(token))]).toEqual(['link_used', 'link_used']);
    expect(await list()).toEqual([expect.objectContaining({ state: 'expired' })]);
    await forgetOldShareLinks(target.server.services, Date.now());
    expect((await stored()).map(({ envelope }) => envelope)).toEqual([null]);
    await forgetOldShareLinks(target.server.services, Date.now() + 31 * 24 * HOUR_MS);
    expect(await stored()).toEqual([]);
  });

  const losses: Record<string, (person: Person) => Promise<unknown>> = {
    'may only use the key': (person) => team.grant(keyId, { kind: 'user', id: person.userId }, 'use'),
    'has no grant': (person) => team.grant(keyId, { kind: 'user', id: person.userId }, 'none'),
    'is removed': (person) => team.remove(person),
    'is disabled': (person) => team.disable(person),
    'has left': (person) => {
      const params = { id: brand<'Workspace'>(team.workspaceId) };
      return person.api('POST /api/workspaces/{id}/leave', { params });
    },
    'is a viewer': (person) => {
      const params = { userId: brand<'User'>(person.userId) };
      return team.api('PUT /api/members/{userId}', { params, body: { role: 'viewer' } });
    },
    'has a disabled account': (person) =>
      rows().updateTable('users').set({ state: 'disabled' }).where('id', '=', brand<'User'>(person.userId)).execute(),
  };

  it.each(Object.entries(losses))('stops when who made it %s', async (_, lose) => {
    const person = await copier();
    const token = await newToken({}, person);
    expect(codeOf(await read(token))).toBe('ok');
    await lose(person);
    const [told, opened] = [await read(token), await open(token)];
    expect([codeOf(told), codeOf(opened)]).toEqual(['link_used', 'link_used']);
    expect(opened.text).not.toContain(secret);
    expect(await events('key.link_opened')).toEqual([]);
  });

  it('stops when the key is in the trash, and is gone when the key has moved', async () => {
    const token = await newToken();
    const params = { id: brand<'Credential'>(keyId) };
    await team.api('DELETE /api/keys/{id}', { params });
    expect(codeOf(await open(token))).toBe('link_used');
    expect(await list()).toEqual([expect.objectContaining({ state: 'stopped' })]);
    await team.api('POST /api/keys/{id}/restore', { params });
    expect(codeOf(await read(token))).toBe('ok');
    const workspaceId = (await team.owner.api('GET /api/me')).activeWorkspaceId;
    await team.api('POST /api/keys/{id}/move', { params, body: { workspaceId } });
    expect(codeOf(await open(token))).toBe('link_used');
    expect(await stored()).toEqual([]);
  });

  it('neither works nor is made while the owners have switched links off', async () => {
    const token = await newToken();
    const set = (allowsShareLinks: boolean) => team.api('PUT /api/workspace/policy', { body: { allowsShareLinks } });
    await set(false);
    expect(codeOf(await open(token))).toBe('link_used');
    const refused = await make(team.owner);
    expect([refused.status, codeOf(refused)]).toEqual([403, 'share_links_off']);
    await set(true);
    expect(codeOf(await make(team.owner))).toBe('ok');
  });

  it('is made by who may copy the key, and by nobody else', async () => {
    const [member, viewer, admin] = [await team.join('member'), await team.join('viewer'), await team.join('admin')];
    expect(codeOf(await make(member))).toBe('not_found');
    await team.grant(keyId, { kind: 'user', id: member.userId }, 'use');
    expect([codeOf(await make(member)), codeOf(await make(viewer))]).toEqual(['forbidden', 'forbidden']);
    await team.grant(keyId, { kind: 'user', id: member.userId }, 'copy');
    expect([codeOf(await make(member)), codeOf(await make(admin))]).toEqual(['ok', 'ok']);
    const tokens = [await newToken({}, admin), await newToken({}, member)];
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: false } });
    expect([codeOf(await make(admin)), codeOf(await make(member))]).toEqual(['forbidden', 'ok']);
    expect(await Promise.all(tokens.map(async (token) => codeOf(await open(token))))).toEqual(['link_used', 'ok']);
    await team.api('PUT /api/workspace/policy', { body: { adminsMayCopy: true } });
  });

  it('is seen and withdrawn by who made it and who oversees the workspace', async () => {
    const [maker, other, admin] = [await copier(), await copier(), await team.join('admin')];
    const token = await newToken({}, maker);
    expect([await list(maker), await list(other), await list(admin)].map((links) => links.length)).toEqual([1, 0, 1]);
    const [link] = await list(maker);
    const withdraw = (person: Person) =>
      target.call(`DELETE /api/share-links/${link?.id}`, {
        token: person.token,
        headers: { 'x-workspace-id': team.workspaceId },
      });
    expect((await withdraw(other)).status).toBe(404);
    expect(codeOf(await read(token))).toBe('ok');
    expect((await withdraw(admin)).status).toBe(204);
    expect(codeOf(await open(token))).toBe('link_used');
  });

  it('shows nothing where the view cannot be written down, and counts no view', async () => {
    const token = await newToken();
    await sql`alter table audit_events rename to audit_events_gone`.execute(rows());
    try {
      for (const refused of [await open(token), await make(team.owner)]) {
        expect([refused.status, codeOf(refused)]).toEqual([503, 'unavailable']);
        expect(refused.text).not.toContain(secret);
        expect(refused.text).not.toMatch(/audit_events|sql|insert|shr-akm/i);
      }
    } finally {
      await sql`alter table audit_events_gone rename to audit_events`.execute(rows());
    }
    expect(await stored()).toEqual([expect.objectContaining({ views: 0, envelope: expect.any(String) })]);
    expect((await open(token)).json).toEqual({ secret, viewsLeft: 0 });
  });

  it('shows the secret as it was when the link was made, from an envelope that opens nowhere else', async () => {
    const token = await newToken();
    const other = await newToken({ viewsMax: 2 });
    const params = { id: brand<'Credential'>(keyId) };
    await team.api('PUT /api/keys/{id}', { params, body: { secret: makeSecret('newer') } });
    expect((await open(token)).json).toMatchObject({ secret });
    const envelope = (await stored()).find((row) => row.envelope !== null)?.envelope ?? '';
    const next = await newToken();
    const swapped = (await stored()).find((row) => row.views === 0 && row.envelope !== envelope);
    await rows()
      .updateTable('share_links')
      .set({ envelope })
      .where('id', '=', swapped?.id ?? brand(''))
      .execute();
    expect(codeOf(await open(next))).toBe('credential_unreadable');
    expect((await open(other)).json).toMatchObject({ secret });
  });

  it('is the same to who guesses, whatever the token, and guesses from one address are limited', async () => {
    const [used, open5] = [await newToken(), await newToken({ passphrase })];
    await open(used);
    const texts = new Set<string>();
    for (const token of [used, `${open5.slice(0, -1)}0`, 'shr-akm-nonsense', 'x', `shr-akm-${'0'.repeat(49)}`]) {
      texts.add((await read(token)).text).add((await open(token)).text);
    }
    expect(texts.size).toBe(1);
    for (let count = 0; count < 60; count += 1) await read('shr-akm-guess');
    const refused = await open(used);
    expect([refused.status, codeOf(refused)]).toEqual([429, 'too_many_attempts']);
  });
});
