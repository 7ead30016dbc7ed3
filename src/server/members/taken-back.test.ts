import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import type { Person } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const soon = { interval: 5, timeout: 5000 };

describe.each(testEngines())('what is taken from a member is out of force at once, on $engine', (engine) => {
  let test: GatewayFixture;
  let team: Team;
  let colleague: Person;
  let keyId: string;
  let secret: string;
  let ownSecret: string;

  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    await test.fake.idle();
    test.fake.reset();
    team = await newTeam(test.target);
    colleague = await team.join('admin');
    const body = {
      provider: 'openai',
      name: 'Ours',
      secret: test.fake.secret('valid'),
      baseUrl: test.fake.urlOf('openai'),
    };
    keyId = (await team.api('POST /api/keys', { body })).id;
    secret = await issue(colleague);
    ownSecret = await issue(team.owner);
  });
  afterAll(() => test.dispose());

  const issue = async (person: Person): Promise<string> =>
    (await person.in(team.workspaceId)('POST /api/virtual-keys', { body: { name: 'Mine', keyIds: 'all' } })).secret;
  const ask = (with_: string, more: object = {}) => test.ask(path, { secret: with_, body: { ...chat, ...more } });
  const codeOf = async (with_: string): Promise<string | null> => (await ask(with_)).json?.error?.code ?? null;
  const call = (person: Person, request: string, body?: unknown) =>
    test.target.call(request, {
      token: person.token,
      headers: { 'x-workspace-id': team.workspaceId },
      ...(body === undefined ? {} : { body }),
    });

  const ways: Record<string, () => Promise<{ status: number }>> = {
    removed: () => call(team.owner, `DELETE /api/members/${colleague.userId}`),
    disabled: () => call(team.owner, `PUT /api/members/${colleague.userId}`, { state: 'disabled' }),
    'demoted to viewer': () => call(team.owner, `PUT /api/members/${colleague.userId}`, { role: 'viewer' }),
    'gone by themselves': () => call(colleague, `POST /api/workspaces/${team.workspaceId}/leave`),
    'in a workspace that is deleted': () => call(team.owner, 'DELETE /api/workspace'),
  };

  it.each(Object.keys(ways))('the streams of somebody %s are cut, and their virtual keys stop', async (name) => {
    expect(await codeOf(secret)).toBeNull();
    test.fake.reset();
    test.fake.configure({ contentTokens: 400, frameDelayMs: 3 });
    const streams = [ask(secret, { stream: true }), ask(secret, { stream: true })];
    const untouched = ask(ownSecret, { stream: true });
    await vi.waitFor(() => expect(test.fake.requests).toHaveLength(3), soon);
    const startedMs = performance.now();
    expect((await ways[name]?.())?.status).toBeLessThan(300);
    expect(await codeOf(secret)).toMatch(/^(?:virtual_key_unknown|no_key_available)$/);
    for (const reply of await Promise.all(streams)) {
      expect(reply.isCut).toBe(true);
      expect(reply.text).not.toContain('[DONE]');
    }
    expect(performance.now() - startedMs).toBeLessThan(1500);
    const isDeleted = name === 'in a workspace that is deleted';
    expect((await untouched).isCut, "the owner's own stream").toBe(isDeleted);
    expect(test.fake.requests, 'nothing more went out').toHaveLength(3);
  });

  it.each(['removed', 'disabled', 'demoted to viewer'])('the next call of somebody %s is refused', async (name) => {
    const requests = [
      ['POST /api/virtual-keys', { name: 'More', keyIds: 'all' }],
      ['POST /api/invitations', { role: 'viewer' }],
      [`POST /api/keys/${keyId}/copy`, undefined],
      [`PUT /api/keys/${keyId}`, { name: 'Mine now' }],
    ] as const;
    expect((await call(colleague, `POST /api/keys/${keyId}/copy`)).status).toBe(200);
    await ways[name]?.();
    for (const [request, body] of requests) {
      const reply = await call(colleague, request, body);
      expect(reply.json.error.code).toBe(name === 'demoted to viewer' ? 'forbidden' : 'not_found');
      expect(reply.text).not.toContain('sk-');
    }
    const seen = await call(colleague, 'GET /api/keys');
    expect(seen.status).toBe(name === 'demoted to viewer' ? 200 : 404);
  });

  it('who is let in again has their virtual keys again; who was removed has not', async () => {
    await ways['disabled']?.();
    expect(await codeOf(secret)).not.toBeNull();
    await call(team.owner, `PUT /api/members/${colleague.userId}`, { state: 'active' });
    expect(await codeOf(secret)).toBeNull();
    await ways['removed']?.();
    await team.join('admin', colleague);
    expect(await codeOf(secret)).toBe('virtual_key_unknown');
    const { items } = await team.api('GET /api/virtual-keys', { query: { state: 'revoked' } });
    expect(items).toMatchObject([{ owner: { id: colleague.userId } }]);
  });

  it('a secret given to an overseer, of a virtual key of somebody else, stops while they are none', async () => {
    const member = await team.join('member');
    await team.grant(keyId, { kind: 'user', id: member.userId }, 'use');
    const account = await team.api('POST /api/service-accounts', { body: { name: 'Robot' } });
    await team.grant(keyId, { kind: 'serviceAccount', id: account.id }, 'use');
    const issueFor = async (ownerId: string): Promise<string> =>
      (await call(colleague, 'POST /api/virtual-keys', { name: 'For them', keyIds: 'all', ownerId })).json.secret;
    const rotated = await call(member, 'POST /api/virtual-keys', { name: 'Own', keyIds: 'all' });
    const rotate = `POST /api/virtual-keys/${rotated.json.virtualKey.id}/rotate`;
    const secrets = [
      await issueFor(member.userId),
      await issueFor(account.id),
      (await call(colleague, rotate, { graceSeconds: 0 })).json.secret,
    ];
    const untouched = await issue(member);
    const change = (body: object) => call(team.owner, `PUT /api/members/${colleague.userId}`, body);
    for (const away of [{ role: 'member' }, { role: 'viewer' }, { state: 'disabled' }]) {
      await change(away);
      for (const each of secrets) expect(await codeOf(each)).toBe('virtual_key_unknown');
      expect([await codeOf(untouched), await codeOf(ownSecret)]).toEqual([null, null]);
      await change({ role: 'admin', state: 'active' });
      for (const each of secrets) expect(await codeOf(each)).toBeNull();
    }
    await change({ role: 'viewer' });
    const renewed = await call(member, rotate, { graceSeconds: 0 });
    expect(await codeOf(renewed.json.secret)).toBeNull();
    expect(await codeOf(secrets[2])).toBe('virtual_key_unknown');
  });

  it('so does the secret of before within its grace, and for good once they are removed', async () => {
    const member = await team.join('member');
    await team.grant(keyId, { kind: 'user', id: member.userId }, 'use');
    const body = { name: 'For them', keyIds: 'all', ownerId: member.userId };
    const made = (await call(colleague, 'POST /api/virtual-keys', body)).json;
    const rotate = `POST /api/virtual-keys/${made.virtualKey.id}/rotate`;
    const renewed = (await call(member, rotate, { graceSeconds: 3600 })).json.secret;
    expect([await codeOf(made.secret), await codeOf(renewed)]).toEqual([null, null]);
    const change = (body_: object) => call(team.owner, `PUT /api/members/${colleague.userId}`, body_);
    await change({ role: 'viewer' });
    expect([await codeOf(made.secret), await codeOf(renewed)]).toEqual(['virtual_key_unknown', null]);
    await change({ role: 'admin' });
    expect(await codeOf(made.secret)).toBeNull();
    await ways['removed']?.();
    await team.join('admin', colleague);
    expect([await codeOf(made.secret), await codeOf(renewed)]).toEqual(['virtual_key_unknown', null]);
  });

  it('a workspace that is restored serves its virtual keys again', async () => {
    await ways['in a workspace that is deleted']?.();
    expect(await codeOf(ownSecret)).toBe('virtual_key_unknown');
    const restored = await call(team.owner, `POST /api/workspaces/${team.workspaceId}/restore`);
    expect(restored.status).toBe(200);
    expect([await codeOf(ownSecret), await codeOf(secret)]).toEqual([null, null]);
  });

  it('while budgets cannot be read, somebody shut out stays shut out', async () => {
    const { usage } = test.target.server.services;
    const asking = vi.spyOn(usage, 'askWithPosition').mockRejectedValue(new Error('no answer'));
    const body = { name: 'Other', keyIds: 'all' as const, budgets: [{ usd: 5, period: 'day' as const }] };
    await team.api('POST /api/virtual-keys', { body });
    await ways['disabled']?.();
    expect(await codeOf(secret)).toMatch(/^(?:virtual_key_unknown|no_key_available)$/);
    asking.mockRestore();
  });

  it('calls in the moment of a removal end as allowed or as refused, and afterwards every one is refused', async () => {
    const calls = Array.from({ length: 12 }, () => codeOf(secret));
    const removal = ways['removed']?.();
    const codes = await Promise.all(calls);
    await removal;
    // `unavailable`: let in, and cut before the first byte of the reply.
    const ends = [null, 'unavailable', 'virtual_key_unknown', 'no_key_available'];
    for (const code of codes) expect(ends).toContain(code);
    expect(await codeOf(secret)).toBe('virtual_key_unknown');
    const { kysely } = test.target.server.services.database;
    const rows = await kysely
      .selectFrom('virtual_keys')
      .select('revoked_at')
      .where('owner_id', '=', brand<'User'>(colleague.userId))
      .execute();
    expect(rows.every((row) => row.revoked_at !== null)).toBe(true);
  });
});
