import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';
import { firstCheckAt, nextCheckAt } from './schedule.ts';
import { runScheduledChecks } from './scheduled-checks.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe.each(testEngines())('tests by the clock on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;
  let team: Team;
  let nowMs: number;

  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine, { LOG_LEVEL: 'trace' });
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });
  beforeEach(async () => {
    team = await newTeam(target);
    nowMs = Date.now();
    // What earlier tests left waiting is not this one's.
    await rows()
      .updateTable('credentials')
      .set({ next_check_at: nowMs + 1000 * DAY_MS })
      .execute();
  });
  afterEach(() => fake.reset());

  const rows = () => target.server.services.database.kysely;
  const run = (atMs = nowMs, signal = new AbortController().signal) =>
    runScheduledChecks(target.server.services, atMs, signal);
  const create = async (secret: string, provider = 'openai', baseUrl = fake.urlOf(provider)) =>
    (await team.api('POST /api/keys', { body: { provider, name: 'Key', secret, baseUrl } })).id;
  const read = (id: string) => team.api('GET /api/keys/{id}', { params: { id: brand<'Credential'>(id) } });
  const change = (id: string, body: { scheduledChecks?: boolean; secret?: string }) =>
    team.api('PUT /api/keys/{id}', { params: { id: brand<'Credential'>(id) }, body });
  const due = (...ids: string[]) =>
    rows()
      .updateTable('credentials')
      .set({ next_check_at: nowMs - 1 })
      .where(
        'id',
        'in',
        ids.map((id) => brand<'Credential'>(id)),
      )
      .execute();
  const nextOf = async (id: string) =>
    (await rows().selectFrom('credentials').selectAll().where('id', '=', brand<'Credential'>(id)).executeTakeFirst())
      ?.next_check_at ?? null;
  const asked = (secret: string) => fake.requests.filter((request) => request.secret === secret).length;
  const eventsOf = async (id: string) =>
    (await team.api('GET /api/keys/{id}/events', { params: { id: brand<'Credential'>(id) } })).items.filter(
      ({ action }) => action === 'key.tested',
    );
  const told = async (person = team.owner) =>
    (await person.api('GET /api/notifications')).items.filter(({ kind }) => /^(?:key_|balance)/.test(kind));

  it('write what a test by hand writes, and an event only where the status is another', async () => {
    const secret = fake.secret('valid');
    const id = await create(secret);
    await due(id);
    expect(await run()).toBe(1);
    const tested = await read(id);
    expect(tested).toMatchObject({ status: 'valid', scheduledChecks: true, lastTestedAt: expect.any(String) });
    expect(tested.models).toBeGreaterThan(0);
    expect(await eventsOf(id)).toEqual([expect.objectContaining({ actor: '', result: 'ok' })]);
    expect(await run()).toBe(0);
    await due(id);
    expect(await run()).toBe(1);
    expect(asked(secret)).toBe(2);
    expect(await eventsOf(id)).toHaveLength(1);
    expect(await told()).toEqual([]);
  });

  it('tell those who manage a key that it does not work any more, once, and nobody else', async () => {
    const [manager, user, admin] = [await team.join('member'), await team.join('member'), await team.join('admin')];
    const secret = fake.secret('valid');
    const id = await create(secret);
    await team.grant(id, { kind: 'user', id: manager.userId }, 'manage');
    await team.grant(id, { kind: 'user', id: user.userId }, 'copy');
    await due(id);
    await run();
    fake.accounts.set(secret, { behaviour: 'invalid' });
    for (let count = 0; count < 2; count += 1) {
      await due(id);
      expect(await run()).toBe(1);
    }
    expect(await read(id)).toMatchObject({ status: 'invalid', statusReason: 'invalid_key' });
    for (const person of [team.owner, admin, manager]) {
      expect(await told(person)).toEqual([
        expect.objectContaining({
          kind: 'key_invalid',
          workspace: { id: team.workspaceId, name: 'Team' },
          subject: { id, label: 'Key' },
          facts: { provider: 'openai', reason: 'invalid_key' },
          readAt: null,
        }),
      ]);
    }
    expect(await told(user)).toEqual([]);
    expect(JSON.stringify(await told())).not.toContain(secret);
  });

  it('tell of a balance below five of its currency, again after a week while it stays so, and not above', async () => {
    const [low, enough] = [fake.secret('valid'), fake.secret('valid')];
    fake.accounts.set(low, { balance: 4.99 });
    fake.accounts.set(enough, { balance: 5 });
    const ids = [await create(low, 'moonshot'), await create(enough, 'moonshot')];
    const [id] = ids;
    for (const atMs of [nowMs, nowMs, nowMs + 7 * DAY_MS]) {
      await due(...ids);
      expect(await run(atMs)).toBe(2);
    }
    const found = await told();
    expect(found).toHaveLength(2);
    for (const one of found) {
      expect(one).toMatchObject({ kind: 'balance_low', subject: { id }, facts: { currency: 'CNY' } });
      expect(Number(one.facts.amount)).toBe(4.99);
    }
  });

  it('leave alone keys in the trash, keys that are switched off, and workspaces that are', async () => {
    const secrets = Array.from({ length: 4 }, () => fake.secret('valid'));
    const [trashed = '', off = '', ofOthers = '', on = ''] = await Promise.all(secrets.map((secret) => create(secret)));
    await team.api('DELETE /api/keys/{id}', { params: { id: brand<'Credential'>(trashed) } });
    expect(await change(off, { scheduledChecks: false })).toMatchObject({ scheduledChecks: false });
    await due(trashed, off, on);
    expect(await run()).toBe(1);
    await team.api('PUT /api/workspace/policy', { body: { checkEveryHours: 0 } });
    await due(ofOthers, on);
    expect(await run()).toBe(0);
    expect(secrets.map(asked)).toEqual([0, 0, 0, 1]);
    // Those are looked at again, but not at once.
    expect(await nextOf(trashed)).toBeGreaterThan(nowMs + 2 * HOUR_MS);
  });

  it('begin anew where they are switched on, and where the owners change the rhythm', async () => {
    const id = await create(fake.secret('valid'));
    await change(id, { scheduledChecks: false });
    expect(await change(id, { scheduledChecks: true })).toMatchObject({ scheduledChecks: true });
    expect(await nextOf(id)).toBeNull();
    await run();
    expect(await nextOf(id)).toBeGreaterThan(nowMs);
    await team.api('PUT /api/workspace/policy', { body: { checkEveryHours: 1 } });
    await run();
    expect(await nextOf(id)).toBeLessThanOrEqual(nowMs + HOUR_MS);
  });

  it('test a key once, though several processes run at the same moment', async () => {
    const secrets = Array.from({ length: 10 }, () => fake.secret('valid'));
    const ids = await Promise.all(secrets.map((secret) => create(secret)));
    await due(...ids);
    const counts = await Promise.all([run(), run(), run()]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10);
    expect(secrets.map(asked)).toEqual(secrets.map(() => 1));
  });

  it('begin at most sixty in a minute, a few at a time', async () => {
    const secret = fake.secret('valid');
    const ids = await Promise.all(Array.from({ length: 65 }, () => create(secret)));
    await due(...ids);
    expect(await run()).toBe(60);
    expect(await run()).toBe(5);
  });

  it.each([
    ['got another secret', (id: string) => change(id, { secret: makeSecret() }), 'untested'],
    ['went to the trash', (id: string) => team.api('DELETE /api/keys/{id}', { params: { id: brand(id) } }), 'untested'],
  ] as const)('write nothing of a key that %s meanwhile, and tell nobody', async (_, meanwhile, status) => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const provider = await startLoopbackServer(async (_request, response) => {
      arrived.resolve();
      await release.promise;
      response.writeHead(401).end();
    });
    try {
      const id = await create(makeSecret(), 'openai', `http://127.0.0.1:${provider.port}/v1`);
      await due(id);
      const running = run();
      await arrived.promise;
      await meanwhile(id);
      release.resolve();
      await running;
      const params = { id: brand<'Credential'>(id) };
      const found = await team.api('GET /api/keys/{id}', { params, query: { includeTrashed: 'true' } });
      expect(found).toMatchObject({ status, lastTestedAt: null });
      expect(await told()).toEqual([]);
    } finally {
      release.resolve();
      await provider.close();
    }
  });

  it('mark a secret that cannot be decrypted, and go on', async () => {
    const [broken, good] = [await create(makeSecret()), await create(fake.secret('valid'))];
    const which = rows().updateTable('credential_versions').set({ envelope: 'x' });
    await which.where('credential_id', '=', brand<'Credential'>(broken)).execute();
    await due(broken, good);
    await run();
    expect([(await read(broken)).status, (await read(good)).status]).toEqual(['unreadable', 'valid']);
    expect(await eventsOf(broken)).toHaveLength(1);
  });

  it('stop when the server does', async () => {
    const id = await create(fake.secret('valid'));
    await due(id);
    expect(await run(nowMs, AbortSignal.abort())).toBe(0);
    expect(await read(id)).toMatchObject({ status: 'untested' });
  });
});

describe('the times of tests', () => {
  const base = { deleted_at: null, workspace_deleted_at: null, checks_off: 0 as const, check_every_hours: 24 };

  it('of ten thousand keys that come at once are spread over the day', () => {
    const minutes = new Map<number, number>();
    for (let count = 0; count < 10_000; count += 1) {
      const row = { ...base, id: newId('Credential', 0) };
      const minute = Math.floor(firstCheckAt(row, 0) / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      expect(nextCheckAt(row, 0)).toBeGreaterThanOrEqual(0.9 * DAY_MS);
      expect(nextCheckAt(row, 0)).toBeLessThanOrEqual(1.1 * DAY_MS);
    }
    expect(Math.min(...minutes.keys())).toBeGreaterThanOrEqual(144);
    expect(Math.max(...minutes.keys())).toBeLessThanOrEqual(1440);
    expect(Math.max(...minutes.values())).toBeLessThan(40);
  });
});
