import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Tamper, tamperWith } from '../../testing/audit-tamper.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { type TestEngine, testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';
import type { RowChange } from '../database/schema.ts';
import { AUDIT_KEY } from './audit-events.ts';
import { verifyChain } from './verify-chain.ts';

describe.each(testEngines())('the events of a chain on $engine', (engine: TestEngine) => {
  let target: TestServer;
  let tamper: Tamper;
  beforeAll(async () => {
    target = await startTestServer(engine);
    tamper = tamperWith(target);
  });
  afterAll(() => target.dispose());

  const kysely = () => target.server.services.database.kysely;
  const numbered = (team: Team, number: number) => sql<boolean>`
    workspace_id = ${team.workspaceId} and chain_number = ${number}`;
  const read = (team: Team, number: number) =>
    kysely().selectFrom('audit_events').selectAll().where(numbered(team, number)).executeTakeFirstOrThrow();
  const set = (team: Team, number: number, change: RowChange<'audit_events'>) =>
    kysely().updateTable('audit_events').set(change).where(numbered(team, number)).execute();
  const remove = (team: Team, number: number) =>
    kysely().deleteFrom('audit_events').where(numbered(team, number)).execute();
  /** A row of nobody's, which no trigger keeps anybody from inserting. */
  const forge = (team: Team, id: string, number: number | null) =>
    sql`insert into audit_events (id, workspace_id, action, result, details, created_at, chain_number, previous_hash, hash)
      values (${id}, ${team.workspaceId}, 'key.copied', 'ok', '{}', 1, ${number}, '', ${number === null ? null : 'forged'})`.execute(
      kysely(),
    );

  it('are intact as they were written, also by calls at the same time', async () => {
    const team = await newTeam(target);
    const make = (name: string) =>
      team.api('POST /api/keys', { body: { provider: 'openai', name, secret: makeSecret() } });
    await Promise.all(Array.from({ length: 12 }, (_, index) => make(`Key ${index}`)));
    const report = await tamper.verify(team);
    expect(report).toMatchObject({ isIntact: true, faults: [], unchained: 0 });
    expect(report.checked).toBe(report.head.number);
    expect(report.checked).toBeGreaterThanOrEqual(13);
  });

  it('are intact while others are written', async () => {
    const team = await tamper.teamWithEvents(1);
    const { vault, database } = target.server.services;
    const writing = Promise.all(Array.from({ length: 30 }, () => tamper.addEvent(team)));
    let isWriting = true;
    const done = writing.finally(() => {
      isWriting = false;
    });
    for (let walks = 0; isWriting && walks < 1000; walks += 1) {
      expect((await verifyChain(database.kysely, vault.subkey(AUDIT_KEY), team.workspaceId)).faults).toEqual([]);
    }
    await done;
  });

  it('are named when edited, in whatever column', async () => {
    const changes: RowChange<'audit_events'>[] = [
      { action: 'key.changed' },
      { actor_label: 'somebody@example.com' },
      { created_at: 1 },
      { details: '{}' },
      { result: 'denied' },
      { ip: null },
    ];
    for (const change of changes) {
      const team = await tamper.teamWithEvents(3);
      const { id } = await read(team, 3);
      await tamper.behindItsBack(() => set(team, 3, change));
      const report = await tamper.verify(team);
      expect(report.isIntact).toBe(false);
      expect(report.faults).toMatchObject([{ kind: 'changed', number: 3, eventId: id }]);
    }
  });

  it('are missed when deleted, with how many', async () => {
    const team = await tamper.teamWithEvents(5);
    await tamper.behindItsBack(() => Promise.all([remove(team, 3), remove(team, 4)]));
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'missing', number: 3, count: 2 }]);
  });

  it('are missed when the first are deleted', async () => {
    const team = await tamper.teamWithEvents(3);
    await tamper.behindItsBack(() => Promise.all([remove(team, 1), remove(team, 2)]));
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'missing', number: 1, count: 2 }]);
  });

  it('are named when two exchange their numbers', async () => {
    const team = await tamper.teamWithEvents(4);
    const [two, three] = [await read(team, 2), await read(team, 3)];
    await tamper.behindItsBack(async () => {
      await set(team, 2, { chain_number: 900 });
      await set(team, 3, { chain_number: 2 });
      await set(team, 900, { chain_number: 3 });
    });
    const { faults } = await tamper.verify(team);
    expect(faults).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ number: 3, eventId: two.id }),
        expect.objectContaining({ number: 2, eventId: three.id }),
      ]),
    );
  });

  it('are named when two exchange their places with all that is in them, numbers and hashes too', async () => {
    const team = await tamper.teamWithEvents(4);
    const { seq: seqOfTwo, ...two } = await read(team, 2);
    const { seq: seqOfThree, ...three } = await read(team, 3);
    await tamper.behindItsBack(async () => {
      await remove(team, 2);
      await remove(team, 3);
      const system = engine.engine === 'postgres' ? sql`overriding system value` : sql``;
      const put = (seq: number, { id, workspace_id: workspaceId, action, chain_number: number }: typeof two) =>
        sql`insert into audit_events (seq, id, workspace_id, action, result, details, created_at, chain_number) ${system}
          values (${seq}, ${id}, ${workspaceId}, ${action}, 'ok', '{}', 1, ${number})`.execute(kysely());
      await put(seqOfThree, two);
      await put(seqOfTwo, three);
      await set(team, 2, two);
      await set(team, 3, three);
    });
    expect((await tamper.verify(team)).faults).toMatchObject([
      { kind: 'missing', number: 2, count: 1 },
      { kind: 'moved', number: 2, eventId: two.id },
    ]);
  });

  it('are missed where they were, and named where they are, when moved to another workspace', async () => {
    const [from, to] = [await tamper.teamWithEvents(3), await tamper.teamWithEvents(1)];
    const { id } = await read(from, 3);
    const { head } = await tamper.verify(to);
    const place = head.number + 1;
    await tamper.behindItsBack(() =>
      sql`update audit_events set workspace_id = ${to.workspaceId}, chain_number = ${place}
        where id = ${id}`.execute(kysely()),
    );
    expect((await tamper.verify(from)).faults).toMatchObject([{ kind: 'missing', number: 3, count: 1 }]);
    expect((await tamper.verify(to)).faults).toMatchObject([{ kind: 'foreign', number: place, eventId: id }]);
  });

  it('are named in both workspaces when two of them exchange an event of the same number', async () => {
    const [one, other] = [await tamper.teamWithEvents(3), await tamper.teamWithEvents(3)];
    const [mine, theirs] = [await read(one, 2), await read(other, 2)];
    await tamper.behindItsBack(async () => {
      const move = (id: string, team: Team, number: number) =>
        sql`update audit_events set workspace_id = ${team.workspaceId}, chain_number = ${number} where id = ${id}`.execute(
          kysely(),
        );
      await move(mine.id, other, 900);
      await move(theirs.id, one, 2);
      await move(mine.id, other, 2);
    });
    for (const [team, stranger] of [
      [one, theirs],
      [other, mine],
    ] as const) {
      const { faults } = await tamper.verify(team);
      expect(faults).toHaveLength(2);
      expect(faults).toEqual(
        expect.arrayContaining([
          { kind: 'missing', number: 2, count: 1, eventId: null },
          { kind: 'foreign', number: 2, count: 1, eventId: stranger.id },
        ]),
      );
    }
  });

  it('are told from one that somebody else wrote at the end, without a number', async () => {
    const team = await tamper.teamWithEvents(2);
    const { head } = await tamper.verify(team);
    const id = `aud_end${head.hash.slice(0, 8)}`;
    await forge(team, id, null);
    await tamper.addEvent(team);
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'foreign', number: head.number, eventId: id }]);
  });

  it('are told from one that somebody else wrote with a number far ahead, which takes no place of theirs', async () => {
    const team = await tamper.teamWithEvents(2);
    const { head } = await tamper.verify(team);
    const id = `aud_far${head.hash.slice(0, 8)}`;
    await forge(team, id, 900_000);
    await tamper.addEvent(team);
    const report = await tamper.verify(team);
    expect(report.faults).toEqual([{ kind: 'foreign', number: 900_000, eventId: id, count: 1 }]);
    expect(report.head.number).toBe(head.number + 1);
  });

  it('are told from one that somebody else wrote with the next number', async () => {
    const team = await tamper.teamWithEvents(2);
    const { head } = await tamper.verify(team);
    const id = `aud_next${head.hash.slice(0, 8)}`;
    await forge(team, id, head.number + 1);
    expect((await tamper.verify(team)).faults).toMatchObject([
      { kind: 'changed', number: head.number + 1, eventId: id },
    ]);
  });

  it('are told from one that was put in front of the first', async () => {
    const team = await tamper.teamWithEvents(2);
    const seq = -1 - Number(process.hrtime.bigint() % 1_000_000n);
    const system = engine.engine === 'postgres' ? sql`overriding system value` : sql``;
    await sql`insert into audit_events (seq, id, workspace_id, action, result, details, created_at) ${system}
      values (${seq}, ${`aud_f${team.workspaceId}`}, ${team.workspaceId}, 'key.copied', 'ok', '{}', 1)`.execute(
      kysely(),
    );
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'foreign', number: 0, count: 1 }]);
  });

  it('finds any one change to any one event', async () => {
    const team = await tamper.teamWithEvents(5);
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
          const before = await read(team, number);
          if (before[column] === text) return;
          await tamper.behindItsBack(() => set(team, number, { [column]: text }));
          const { faults } = await tamper.verify(team);
          expect(faults).toMatchObject([{ kind: 'changed', number, eventId: before.id }]);
          await tamper.behindItsBack(() => set(team, number, { [column]: before[column] }));
          await target.server.services.throttles.reset('auditVerification', team.owner.userId);
        },
      ),
      { numRuns: 12 },
    );
    expect(await tamper.verify(team)).toMatchObject({ isIntact: true });
  });

  it('cannot be changed by the program itself', async () => {
    const team = await tamper.teamWithEvents(1);
    await expect(set(team, 1, { reason: 'x' })).rejects.toThrow('append-only');
    await expect(remove(team, 1)).rejects.toThrow('append-only');
    expect(await tamper.verify(team)).toMatchObject({ isIntact: true });
  });
});
