import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newTeam } from '../../testing/team.ts';
import { type TestEngine, testEngines } from '../../testing/test-database.ts';
import { makePassword, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

const soon = { interval: 20, timeout: 5000 };

describe.each(testEngines())('deleting an account on $engine', (engine) => {
  let target: TestServer;
  let administrator: Person;
  let databaseUrl: string | undefined;
  beforeAll(async () => {
    const watched: TestEngine = {
      ...engine,
      async open(options) {
        const opened = await engine.open(options);
        databaseUrl = opened.databaseUrl;
        return opened;
      },
    };
    target = await startTestServer(watched);
    administrator = await target.newPerson();
  });
  afterAll(() => target.dispose());

  const remove = (person: Person) =>
    target.call(`DELETE /api/admin/users/${person.userId}`, { token: administrator.token });
  const register = (invitationToken: string) =>
    target.call('POST /api/register', {
      body: { email: `${crypto.randomUUID()}@example.com`, password: makePassword(), invitationToken },
    });

  it('and registering by an invitation to the same team wait for each other in one order, so both end well', async () => {
    const team = await newTeam(target);
    const leaver = await team.join('member');
    const { token } = await team.api('POST /api/invitations', { body: { role: 'member' } });
    const release = databaseUrl === undefined ? async () => {} : await holdTrail(databaseUrl, team.workspaceId);
    const deletion = remove(leaver);
    if (databaseUrl !== undefined) await waitForWaiting(databaseUrl, 1);
    const registration = register(token);
    if (databaseUrl !== undefined) await waitForWaiting(databaseUrl, 2);
    await release();
    expect([(await deletion).status, (await registration).status]).toEqual([204, 201]);
    expect((await team.api('GET /api/members')).items).toHaveLength(2);
  });

  it('while it signs in, makes virtual keys, invites and joins goes through, and nobody waits in a circle', async () => {
    for (let round = 0; round < 5; round += 1) {
      const team = await newTeam(target);
      const other = await newTeam(target);
      const leaver = await team.join('admin');
      const { token } = await other.api('POST /api/invitations', { body: { role: 'member' } });
      const as = { token: leaver.token, headers: { 'x-workspace-id': team.workspaceId } };
      const replies = await Promise.all([
        target.call('POST /api/login', { body: { email: leaver.email, password: leaver.password } }),
        target.call('POST /api/virtual-keys', { ...as, body: { name: 'Mine', keyIds: 'all' } }),
        target.call('POST /api/invitations', { ...as, body: { role: 'member' } }),
        target.call('POST /api/invitations/accept', { token: leaver.token, body: { token } }),
        remove(leaver),
      ]);
      // 503 would be a deadlock that the database ended.
      expect(replies.map(({ status }) => status)).not.toContain(503);
      expect(replies.at(-1)?.status).toBe(204);
      expect((await team.api('GET /api/members')).items).toHaveLength(1);
      expect((await other.api('GET /api/members')).items).toHaveLength(1);
    }
  });
});

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return client;
}

/** Holds the end of a trail, so that whoever writes there waits until the returned function is called. */
async function holdTrail(databaseUrl: string, chain: string): Promise<() => Promise<void>> {
  const client = await connect(databaseUrl);
  await client.query('begin');
  await client.query('select chain from audit_chains where chain = $1 for update', [chain]);
  return async () => {
    await client.query('commit');
    await client.end();
  };
}

/** Waits until so many transactions of this database wait for a lock. */
async function waitForWaiting(databaseUrl: string, count: number): Promise<void> {
  const client = await connect(databaseUrl);
  await vi.waitFor(async () => {
    const { rows } = await client.query(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rows).toHaveLength(count);
  }, soon);
  await client.end();
}
