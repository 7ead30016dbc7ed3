import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('the overview on $engine', (engine) => {
  let target: TestServer;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());

  it('shows a member without a grant neither keys nor events, and the owner both', async () => {
    const owner = await target.newPerson();
    await owner.api('POST /api/keys', { body: { provider: 'openai', name: 'Hidden', secret: makeSecret() } });
    const member = await target.newPerson();
    const { activeWorkspaceId } = await owner.api('GET /api/me');
    const { user } = await member.api('GET /api/me');
    const { kysely } = target.server.services.database;
    const row = { workspace_id: activeWorkspaceId, user_id: user.id, role: 'member', created_at: 1 } as const;
    await kysely.insertInto('members').values(row).execute();
    const headers = { 'x-workspace-id': activeWorkspaceId };
    const seen = await target.call('GET /api/overview', { token: member.token, headers });
    expect(seen.json).toMatchObject({ keys: { total: 0 }, recentKeys: [], needAttention: [], recentEvents: [] });
    expect(seen.text).not.toContain('Hidden');
    expect(seen.text).not.toContain(owner.email);
    const own = await target.call('GET /api/overview', { token: owner.token, headers });
    expect(own.json).toMatchObject({ keys: { total: 1 }, recentKeys: [{ name: 'Hidden' }] });
    expect(own.json.recentEvents[0]).toMatchObject({ action: 'key.created', target: 'Hidden' });
  });
});
