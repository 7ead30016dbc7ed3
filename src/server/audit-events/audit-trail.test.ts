import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tamperWith } from '../../testing/audit-tamper.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { streamAuditEvents } from './audit-stream.ts';
import { pruneAuditEvents } from './prune-events.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface Batch {
  readonly chain: string;
  readonly events: { readonly number: number; readonly action: string }[];
  readonly head: { readonly number: number };
}

/** Takes signed events as a log collector would, or answers as it is told to. */
async function startReceiver() {
  const bodies: Batch[] = [];
  const receiver = {
    status: 204,
    bodies,
    events: () => bodies.flatMap(({ events }) => events),
    url: '',
    [Symbol.asyncDispose]: () => server.close(),
  };
  const server = await startLoopbackServer(async (request, response) => {
    expect(request.headers['x-akm-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    const body: Batch = JSON.parse(await text(request));
    if (receiver.status === 204) bodies.push(body);
    response.writeHead(receiver.status).end();
  });
  receiver.url = `http://127.0.0.1:${server.port}/audit`;
  return receiver;
}

describe.each(testEngines())('what the audit trail shows and sends on $engine', (engine) => {
  let target: TestServer;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());

  const teamWithEvents = (count: number): Promise<Team> => tamperWith(target).teamWithEvents(count);

  const kysely = () => target.server.services.database.kysely;
  const stream = (laterMs: number) =>
    streamAuditEvents(target.server.services, Date.now() + laterMs, new AbortController().signal);

  it('is streamed in its order, signed, and goes on where it broke off', async () => {
    const team = await teamWithEvents(1);
    await using receiver = await startReceiver();
    receiver.status = 503;
    const { signingSecret } = await team.api('PUT /api/audit-events/settings', { body: { streamUrl: receiver.url } });
    expect(signingSecret).toMatch(/^[\w-]{40,}$/);
    await tamperWith(target).addEvent(team);
    await stream(0);
    const waiting = await team.api('GET /api/audit-events/settings');
    expect(waiting.stream).toMatchObject({ waiting: 2, lastError: expect.stringContaining('503') });
    receiver.status = 204;
    await stream(5 * 60 * 1000);
    const numbers = receiver.events().map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(receiver.events().map(({ action }) => action)).toEqual(['audit.settings_changed', 'key.created']);
    expect(await team.api('GET /api/audit-events/settings')).toMatchObject({ stream: { waiting: 0, lastError: null } });
  });

  it('streams nothing that somebody else wrote, and what comes after it all the same', async () => {
    const team = await teamWithEvents(1);
    await using receiver = await startReceiver();
    await team.api('PUT /api/audit-events/settings', { body: { streamUrl: receiver.url } });
    await sql`insert into audit_events (id, workspace_id, action, result, details, created_at, chain_number, previous_hash, hash)
      values (${`aud_x${team.workspaceId}`}, ${team.workspaceId}, 'key.copied', 'ok', '{}', ${Date.now()}, 800000, '', 'forged')`.execute(
      kysely(),
    );
    await stream(0);
    await tamperWith(target).addEvent(team);
    await stream(DAY_MS);
    expect(receiver.events().map(({ action }) => action)).toEqual(['audit.settings_changed', 'key.created']);
  });

  it('shows in the numbers of the stream that its place was moved in the database', async () => {
    const team = await teamWithEvents(1);
    await using receiver = await startReceiver();
    await team.api('PUT /api/audit-events/settings', { body: { streamUrl: receiver.url } });
    await stream(0);
    await tamperWith(target).addEvent(team);
    await sql`update audit_settings set stream_sent_number = stream_sent_number + 1 where chain = ${team.workspaceId}`.execute(
      kysely(),
    );
    await tamperWith(target).addEvent(team);
    await stream(DAY_MS);
    const numbers = receiver.events().map(({ number }) => number);
    expect(numbers).toEqual([3, 5]);
  });

  it('was put back to an earlier state of itself: only the stream, or another head kept outside, tells', async () => {
    const team = await teamWithEvents(1);
    await using receiver = await startReceiver();
    await team.api('PUT /api/audit-events/settings', { body: { streamUrl: receiver.url } });
    const earlier = await kysely()
      .selectFrom('audit_chains')
      .selectAll()
      .where(sql<boolean>`chain = ${team.workspaceId}`)
      .executeTakeFirstOrThrow();
    await tamperWith(target).addEvent(team);
    await stream(0);
    await tamperWith(target).behindItsBack(async () => {
      await sql`delete from audit_events where workspace_id = ${team.workspaceId}
        and chain_number > ${earlier.last_number}`.execute(kysely());
      await kysely().updateTable('audit_chains').set(earlier).where('chain', '=', earlier.chain).execute();
    });
    const { isIntact, head } = await tamperWith(target).verify(team);
    expect(isIntact).toBe(true);
    expect(receiver.bodies.at(-1)?.head.number).toBe(head.number + 1);
  });

  it('of the instance is kept and streamed as its administrators say, and nobody else', async () => {
    const administrator = await target.newPerson();
    await sql`update users set is_instance_admin = 1 where id = ${administrator.userId}`.execute(kysely());
    const stranger = await target.newPerson();
    await expect(stranger.api('PUT /api/admin/settings/audit', { body: { keepDays: 30 } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await using receiver = await startReceiver();
    const body = { keepDays: 30, streamUrl: receiver.url };
    const set = await administrator.api('PUT /api/admin/settings/audit', { body });
    expect(set).toMatchObject({ keepDays: 30, stream: { host: new URL(receiver.url).host } });
    expect(await administrator.api('GET /api/admin/settings/audit')).not.toHaveProperty('signingSecret');
    await target.newPerson();
    await stream(0);
    expect(receiver.bodies[0]?.chain).toBe('');
    expect(receiver.events()[0]?.action).toBe('audit.settings_changed');
    await pruneAuditEvents(target.server.services, Date.now() + 40 * DAY_MS);
    const { items } = await administrator.api('POST /api/instance/audit-events/verify');
    const report = items.find(({ chain }) => chain === '')?.report;
    expect(report).toMatchObject({ isIntact: true });
    expect(report?.removed).toBeGreaterThan(0);
  });

  it('is searched for words only so often a minute by one person', async () => {
    const team = await teamWithEvents(0);
    const search = () => team.api('GET /api/audit-events', { query: { q: 'nobody' } });
    for (let searches = 0; searches < 30; searches += 1) expect((await search()).items).toEqual([]);
    await expect(search()).rejects.toMatchObject({ code: 'too_many_attempts' });
    expect((await team.api('GET /api/audit-events')).items).not.toEqual([]);
  });

  it('tells of refusals, the same one once', async () => {
    const team = await teamWithEvents(1);
    const viewer = await team.join('viewer');
    const refuse = () =>
      target.call('POST /api/keys', {
        token: viewer.token,
        headers: { 'x-workspace-id': team.workspaceId },
        body: { provider: 'openai', name: 'No', secret: makeSecret() },
      });
    for (let call = 0; call < 3; call += 1) expect((await refuse()).status).toBe(403);
    const { items } = await team.api('GET /api/audit-events', { query: { action: 'access.refused' } });
    expect(items).toMatchObject([
      { result: 'denied', reason: 'forbidden', actor: { id: viewer.userId }, details: { operation: 'POST /api/keys' } },
    ]);
  });

  it('shows members what they did themselves and nothing else, and viewers nothing', async () => {
    const team = await teamWithEvents(2);
    const member = await team.join('member');
    await member.in(team.workspaceId)('POST /api/keys', {
      body: { provider: 'openai', name: 'Own', secret: makeSecret() },
    });
    const own = await member.in(team.workspaceId)('GET /api/audit-events');
    expect(own.items.length).toBeGreaterThan(0);
    expect(new Set(own.items.map(({ actor }) => actor?.id))).toEqual(new Set([member.userId]));
    const others = { query: { actorId: team.owner.userId } };
    expect((await member.in(team.workspaceId)('GET /api/audit-events', others)).items).toEqual([]);
    const viewer = await team.join('viewer');
    await expect(viewer.in(team.workspaceId)('GET /api/audit-events')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is exported as CSV in which no cell runs as a formula, and the export is an event', async () => {
    const team = await newTeam(target);
    await team.api('POST /api/keys', { body: { provider: 'openai', name: '=cmd()', secret: makeSecret() } });
    const csv = await team.api('GET /api/audit-events/export');
    expect(csv.split('\r\n')[0]).toContain('number,time,action');
    expect(csv).toContain("'=cmd()");
    expect(csv).not.toContain(',=cmd()');
    const { items } = await team.api('GET /api/audit-events', { query: { action: 'audit.' } });
    expect(items.map(({ action }) => action)).toContain('audit.exported');
  });
});
