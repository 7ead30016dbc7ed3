import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { type TestEngine, testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { streamAuditEvents } from './audit-stream.ts';
import { pruneAuditEvents } from './prune-events.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe.each(testEngines())('the audit trail on $engine', (engine: TestEngine) => {
  let target: TestServer;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());

  const kysely = () => target.server.services.database.kysely;

  /** A team with a trail of its own: the creation of the workspace and of `count` keys. */
  async function teamWithEvents(count: number): Promise<Team> {
    const team = await newTeam(target);
    for (let made = 0; made < count; made += 1) {
      await team.api('POST /api/keys', { body: { provider: 'openai', name: `Key ${made}`, secret: makeSecret() } });
    }
    return team;
  }

  /** Behind the program's back: with the triggers off, as somebody with the database in their hands would do it. */
  async function behindItsBack(change: () => Promise<unknown>): Promise<void> {
    const database = kysely();
    if (engine.engine === 'postgres') {
      await sql`alter table audit_events disable trigger all`.execute(database);
      await change();
      await sql`alter table audit_events enable trigger all`.execute(database);
      return;
    }
    const { rows } = await sql<{ name: string; sql: string }>`
      select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'audit_events'`.execute(database);
    for (const { name } of rows) await sql`drop trigger ${sql.ref(name)}`.execute(database);
    await change();
    for (const trigger of rows) await sql.raw(trigger.sql).execute(database);
  }

  const numberedIn = (workspaceId: string, number: number) => sql<boolean>`
    workspace_id = ${workspaceId} and chain_number = ${number}`;
  const verify = (team: Team) => team.api('POST /api/audit-events/verify');

  it('is intact as it was written, also by calls at the same time', async () => {
    const team = await newTeam(target);
    const make = (name: string) =>
      team.api('POST /api/keys', { body: { provider: 'openai', name, secret: makeSecret() } });
    await Promise.all(Array.from({ length: 12 }, (_, index) => make(`Key ${index}`)));
    const report = await verify(team);
    expect(report).toMatchObject({ isIntact: true, faults: [], unchained: 0 });
    expect(report.checked).toBe(report.head.number);
    expect(report.checked).toBeGreaterThanOrEqual(13);
  });

  it('names the event that was edited, in whatever column', async () => {
    for (const change of [
      { action: 'key.changed' },
      { actor_label: 'somebody@example.com' },
      { created_at: 1 },
      { details: '{}' },
      { result: 'denied' as const },
      { ip: null },
    ]) {
      const team = await teamWithEvents(3);
      await behindItsBack(() =>
        kysely().updateTable('audit_events').set(change).where(numberedIn(team.workspaceId, 3)).execute(),
      );
      const report = await verify(team);
      expect(report.isIntact).toBe(false);
      expect(report.faults).toMatchObject([{ kind: 'changed', number: 3 }]);
    }
  });

  it('names the place where events were deleted', async () => {
    const team = await teamWithEvents(5);
    await behindItsBack(() =>
      kysely()
        .deleteFrom('audit_events')
        .where(sql<boolean>`workspace_id = ${team.workspaceId} and chain_number in (3, 4)`)
        .execute(),
    );
    expect((await verify(team)).faults).toMatchObject([{ kind: 'missing', number: 3, count: 2 }]);
  });

  it('names the events that were put into another order', async () => {
    const team = await teamWithEvents(4);
    await behindItsBack(async () => {
      const move = (from: number, to: number) =>
        kysely()
          .updateTable('audit_events')
          .set({ chain_number: to })
          .where(numberedIn(team.workspaceId, from))
          .execute();
      await move(2, 900);
      await move(3, 2);
      await move(900, 3);
    });
    const report = await verify(team);
    expect(report.isIntact).toBe(false);
    expect(report.faults.map(({ number }) => number)).toEqual(expect.arrayContaining([2]));
  });

  it('tells that the newest events were cut off, and how many', async () => {
    const team = await teamWithEvents(4);
    const { head } = await verify(team);
    await behindItsBack(() =>
      kysely()
        .deleteFrom('audit_events')
        .where(sql<boolean>`workspace_id = ${team.workspaceId} and chain_number > ${head.number - 2}`)
        .execute(),
    );
    expect((await verify(team)).faults).toMatchObject([{ kind: 'cut', number: head.number - 1, count: 2 }]);
  });

  it('tells an event that somebody else wrote from its own', async () => {
    const team = await teamWithEvents(2);
    const { head } = await verify(team);
    await sql`insert into audit_events (id, workspace_id, action, result, details, created_at)
      values (${`aud_${head.hash.slice(0, 8)}`}, ${team.workspaceId}, 'key.copied', 'ok', '{}', 1)`.execute(kysely());
    await team.api('POST /api/keys', { body: { provider: 'openai', name: 'After', secret: makeSecret() } });
    expect((await verify(team)).faults).toMatchObject([{ kind: 'foreign', number: head.number }]);
  });

  it('finds any one change to any one event', async () => {
    const team = await teamWithEvents(5);
    const columns = [
      'action',
      'actor_id',
      'actor_label',
      'target_id',
      'target_label',
      'reason',
      'ip',
      'request_id',
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(...columns),
        fc.string({ maxLength: 12 }).filter((text) => !text.includes('\u0000') && text.isWellFormed()),
        async (number, column, text) => {
          const where = numberedIn(team.workspaceId, number);
          const before = await kysely().selectFrom('audit_events').selectAll().where(where).executeTakeFirstOrThrow();
          if (before[column] === text) return;
          await behindItsBack(() =>
            kysely()
              .updateTable('audit_events')
              .set({ [column]: text })
              .where(where)
              .execute(),
          );
          const { faults } = await verify(team);
          expect(faults).toMatchObject([{ kind: 'changed', number, eventId: before.id }]);
          const restored = { [column]: before[column] };
          await behindItsBack(() => kysely().updateTable('audit_events').set(restored).where(where).execute());
          await target.server.services.throttles.reset('auditVerification', team.owner.userId);
        },
      ),
      { numRuns: 12 },
    );
    expect(await verify(team)).toMatchObject({ isIntact: true });
  });

  it('cannot be changed by the program itself', async () => {
    const team = await teamWithEvents(1);
    const where = numberedIn(team.workspaceId, 1);
    await expect(kysely().updateTable('audit_events').set({ reason: 'x' }).where(where).execute()).rejects.toThrow(
      'append-only',
    );
    await expect(kysely().deleteFrom('audit_events').where(where).execute()).rejects.toThrow('append-only');
    expect(await verify(team)).toMatchObject({ isIntact: true });
  });

  it('loses old events only under a seal, and goes on from there', async () => {
    const team = await teamWithEvents(4);
    await team.api('PUT /api/audit-events/settings', { body: { keepDays: 30 } });
    const before = await verify(team);
    await pruneAuditEvents(target.server.services, Date.now() + 40 * DAY_MS);
    const after = await verify(team);
    expect(after).toMatchObject({ isIntact: true, removed: before.head.number });
    expect(after.head.number).toBe(before.head.number + 1);
    await kysely().updateTable('audit_checkpoints').set({ removed: 1 }).where('chain', '=', team.workspaceId).execute();
    expect((await verify(team)).faults).toMatchObject([{ kind: 'checkpoint' }]);
  });

  it('is streamed in its order, signed, and goes on where it broke off', async () => {
    const received: { events: { number: number; action: string }[]; head: { number: number } }[] = [];
    let isDown = true;
    const receiver = await startLoopbackServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      request.on('end', () => {
        expect(request.headers['x-akm-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
        if (!isDown) received.push(JSON.parse(text));
        response.writeHead(isDown ? 503 : 204).end();
      });
    });
    const team = await teamWithEvents(1);
    const run = (laterMs: number) =>
      streamAuditEvents(target.server.services, Date.now() + laterMs, new AbortController().signal);
    try {
      const set = await team.api('PUT /api/audit-events/settings', {
        body: { streamUrl: `http://127.0.0.1:${receiver.port}/audit` },
      });
      expect(set.signingSecret).toMatch(/^[\w-]{40,}$/);
      await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Streamed', secret: makeSecret() } });
      await run(0);
      const waiting = await team.api('GET /api/audit-events/settings');
      expect(waiting.stream).toMatchObject({ waiting: 2, lastError: expect.stringContaining('503') });
      isDown = false;
      await run(5 * 60 * 1000);
      const numbers = received.flatMap(({ events }) => events.map(({ number }) => number));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(received.flatMap(({ events }) => events.map(({ action }) => action))).toEqual([
        'audit.settings_changed',
        'key.created',
      ]);
      expect(await team.api('GET /api/audit-events/settings')).toMatchObject({
        stream: { waiting: 0, lastError: null },
      });
    } finally {
      await receiver.close();
    }
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
    const text = await team.api('GET /api/audit-events/export');
    expect(text.split('\r\n')[0]).toContain('number,time,action');
    expect(text).toContain("'=cmd()");
    expect(text).not.toContain(',=cmd()');
    const { items } = await team.api('GET /api/audit-events', { query: { action: 'audit.' } });
    expect(items.map(({ action }) => action)).toContain('audit.exported');
  });
});
