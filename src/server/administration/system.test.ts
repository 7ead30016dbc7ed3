import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import { newTeam } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('what administrators see of the instance, on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;
  let administrator: Person;
  let secret: string;
  let workspaceId: string;
  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine);
    administrator = await target.newPerson();
    const team = await newTeam(target);
    workspaceId = team.workspaceId;
    secret = fake.secret('valid');
    const body = { provider: 'openai', name: 'canary-key', secret, baseUrl: `${fake.url}/v1` };
    await team.api('POST /api/keys', { body });
    const made = await team.api('POST /api/virtual-keys', { body: { name: 'canary-virtual', keyIds: 'all' } });
    const call = { model: 'gpt-4o', messages: [{ role: 'user', content: 'canary-prompt' }] };
    const headers = { authorization: `Bearer ${made.secret}` };
    for (let count = 0; count < 3; count += 1) {
      await target.call('POST /v1/chat/completions', { headers, body: call });
    }
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });

  it('is the system: versions, database, disk, journal, master key, memory and counts', async () => {
    const system = await administrator.api('GET /api/admin/system');
    expect(system.node).toBe(process.version);
    expect(system.database.engine).toBe(engine.engine);
    expect(system.database.engineVersion).toMatch(/^\d+\./);
    expect(system.database.sizeBytes).toBeGreaterThan(100_000);
    expect(system.database.migrations[0]?.name).toBe('0001_initial');
    expect(system.disk?.freeBytes).toBeLessThanOrEqual(system.disk?.totalBytes ?? 0);
    expect(system.masterKey.history.map(({ id }) => id)).toEqual([system.masterKey.id]);
    expect(system.memory.residentBytes).toBeGreaterThan(10_000_000);
    await expect
      .poll(async () => (await administrator.api('GET /api/admin/system')).journal)
      .toMatchObject({ pendingRecords: 0, waitingSeconds: null, lastError: null });
    expect(system.counts).toMatchObject({
      users: 2,
      administrators: 1,
      workspaces: 3,
      teams: 1,
      keys: 1,
      usageEvents: 3,
    });
    expect(system.lastBackupAt).toBeNull();
  });

  it('is the usage of every workspace and day, summed as the workspace sums it', async () => {
    const usage = await administrator.api('GET /api/admin/usage');
    expect(usage.totals).toMatchObject({ requests: 3, errors: 0, unpricedRequests: 0 });
    expect(usage.workspaces).toMatchObject([{ id: workspaceId, name: 'Team', kind: 'team', requests: 3 }]);
    expect(usage.days).toMatchObject([{ day: new Date().toISOString().slice(0, 10), requests: 3 }]);
    expect(usage.workspaces[0]?.costUsd).toBe(usage.totals.costUsd);
    expect(usage.totals.inputTokens).toBeGreaterThan(0);
    const own = await administrator.api('GET /api/me');
    const none = await administrator.api('GET /api/admin/usage', { query: { workspaceId: own.activeWorkspaceId } });
    expect(none).toMatchObject({ totals: { requests: 0, costUsd: '0.000000000' }, days: [], workspaces: [] });
  });

  it('holds no names of keys, no prompts and no secrets', async () => {
    const calls = ['GET /api/admin/system', 'GET /api/admin/usage', 'GET /api/admin/users'];
    for (const name of calls) {
      const { text, status } = await target.call(name, { token: administrator.token });
      expect(status).toBe(200);
      for (const absent of ['canary', secret, 'gpt-4o', 'key_', 'vk_']) expect(text).not.toContain(absent);
    }
  });
});
