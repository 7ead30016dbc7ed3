import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Tamper, tamperWith } from '../../testing/audit-tamper.ts';
import type { Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { pruneAuditEvents } from './prune-events.ts';
import { verifyAllChains, watchChains } from './verify-events.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe.each(testEngines())('the ends of a chain on $engine', (engine) => {
  let target: TestServer;
  let tamper: Tamper;
  beforeAll(async () => {
    target = await startTestServer(engine);
    tamper = tamperWith(target);
  });
  afterAll(() => target.dispose());

  const kysely = () => target.server.services.database.kysely;
  const headOf = (chain: string) =>
    kysely().selectFrom('audit_chains').selectAll().where('chain', '=', chain).executeTakeFirstOrThrow();
  const setHead = (chain: string, change: { last_number?: number; last_hash?: string; mac?: string }) =>
    kysely().updateTable('audit_chains').set(change).where('chain', '=', chain).execute();
  const removeHead = (chain: string) => kysely().deleteFrom('audit_chains').where('chain', '=', chain).execute();
  const cutAfter = (team: Team, number: number) =>
    kysely()
      .deleteFrom('audit_events')
      .where(sql<boolean>`workspace_id = ${team.workspaceId} and chain_number > ${number}`)
      .execute();
  const reportOf = async (chain: string) =>
    (await verifyAllChains(target.server.services)).find((item) => item.chain === chain)?.report;
  const prune = (days: number) => pruneAuditEvents(target.server.services, Date.now() + days * DAY_MS);

  it('tells that the newest events were cut off, and how many', async () => {
    const team = await tamper.teamWithEvents(4);
    const { head } = await tamper.verify(team);
    await tamper.behindItsBack(() => cutAfter(team, head.number - 2));
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'cut', number: head.number - 1, count: 2 }]);
  });

  it('tells that the head was moved back to the event that is the newest after a cut, now and for ever', async () => {
    const team = await tamper.teamWithEvents(4);
    const kept = await kysely()
      .selectFrom('audit_events')
      .selectAll()
      .where(sql<boolean>`workspace_id = ${team.workspaceId} and chain_number = 3`)
      .executeTakeFirstOrThrow();
    await tamper.behindItsBack(async () => {
      await cutAfter(team, 3);
      await setHead(team.workspaceId, { last_number: 3, last_hash: kept.hash ?? '' });
    });
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'head', number: 3 }]);
    await tamper.addEvent(team);
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'head', number: 4 }]);
  });

  it('tells that the head is that of another chain', async () => {
    const [team, other] = [await tamper.teamWithEvents(2), await tamper.teamWithEvents(2)];
    const { chain: _, ...foreign } = await headOf(other.workspaceId);
    await setHead(team.workspaceId, foreign);
    expect((await tamper.verify(team)).faults).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'head', number: 3 })]),
    );
    expect(await tamper.verify(other)).toMatchObject({ isIntact: true });
  });

  it('tells that head and newest events are gone together', async () => {
    const team = await tamper.teamWithEvents(4);
    await tamper.behindItsBack(async () => {
      await cutAfter(team, 2);
      await removeHead(team.workspaceId);
    });
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'head', number: 2 }]);
  });

  it('tells that a whole chain of a team is gone, and lists it all the same', async () => {
    const team = await tamper.teamWithEvents(2);
    await tamper.behindItsBack(async () => {
      await cutAfter(team, 0);
      await removeHead(team.workspaceId);
    });
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'head', number: 0 }]);
    expect((await reportOf(team.workspaceId))?.isIntact).toBe(false);
  });

  it('tells that the head alone was put back to an earlier one of its own', async () => {
    const team = await tamper.teamWithEvents(1);
    const { chain, ...earlier } = await headOf(team.workspaceId);
    await tamper.addEvent(team);
    await setHead(chain, earlier);
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'head', number: earlier.last_number }]);
  });

  it('tells that a chain was put back behind the last daily note, head and all', async () => {
    const team = await tamper.teamWithEvents(1);
    const { chain, ...earlier } = await headOf(team.workspaceId);
    await tamper.addEvent(team);
    await watchChains(target.server.services, Date.now());
    await tamper.behindItsBack(async () => {
      await cutAfter(team, earlier.last_number);
      await setHead(chain, earlier);
    });
    expect((await tamper.verify(team)).faults).toMatchObject([
      { kind: 'cut', number: earlier.last_number + 1, count: 1 },
    ]);
  });

  it('tells that the whole chain of one person is gone after it was noted', async () => {
    const person = await target.newPerson();
    await person.api('POST /api/keys', { body: { provider: 'openai', name: 'Key', secret: makeSecret() } });
    const own = await kysely()
      .selectFrom('members')
      .select('workspace_id')
      .where(sql<boolean>`user_id = ${person.userId}`)
      .executeTakeFirstOrThrow();
    const chain: string = own.workspace_id;
    const before = await reportOf(chain);
    await watchChains(target.server.services, Date.now());
    await tamper.behindItsBack(async () => {
      await sql`delete from audit_events where workspace_id = ${chain}`.execute(kysely());
      await removeHead(chain);
    });
    const count = before?.head.number ?? 0;
    expect(count).toBeGreaterThan(0);
    expect((await reportOf(chain))?.faults).toMatchObject([{ kind: 'cut', number: 1, count }]);
  });

  it('tells that the daily note itself was taken away or put in doubt', async () => {
    const team = await tamper.teamWithEvents(1);
    await watchChains(target.server.services, Date.now());
    await target.newPerson();
    const forged = `aud_note${team.workspaceId}`;
    await sql`insert into audit_events (id, action, target_type, target_id, target_label, result, details, created_at, chain_number, previous_hash, hash)
      values (${forged}, 'audit.verified', 'audit_chain', ${team.workspaceId}, '', 'ok', '{"number":1}', 1, 700000, '', 'forged')`.execute(
      kysely(),
    );
    expect((await reportOf(''))?.faults).toMatchObject([{ kind: 'foreign', number: 700_000, eventId: forged }]);
    await tamper.behindItsBack(() =>
      sql`delete from audit_events where workspace_id is null and target_id = ${team.workspaceId}`.execute(kysely()),
    );
    expect((await reportOf(''))?.faults).toMatchObject([{ kind: 'missing', count: 1 }]);
  });

  it('tells that events of before the chain were removed', async () => {
    const person = await target.newPerson();
    const { id } = await person.api('POST /api/workspaces', { body: { name: 'Old' } });
    const chain: string = id;
    // As an earlier version left it: events without numbers, and a chain that begins with the next one.
    await tamper.behindItsBack(async () => {
      await sql`update audit_events set chain_number = null, previous_hash = null, hash = null
        where workspace_id = ${chain}`.execute(kysely());
      await removeHead(chain);
    });
    await person.in(id)('POST /api/keys', { body: { provider: 'openai', name: 'Key', secret: makeSecret() } });
    const whole = await reportOf(chain);
    expect(whole).toMatchObject({ isIntact: true, unchained: 1 });
    await tamper.behindItsBack(() =>
      sql`delete from audit_events where workspace_id = ${chain} and hash is null`.execute(kysely()),
    );
    expect((await reportOf(chain))?.faults).toEqual([{ kind: 'missing', number: 0, eventId: null, count: 1 }]);
  });

  it('loses old events only under a seal, and goes on from there', async () => {
    const team = await tamper.teamWithEvents(4);
    await team.api('PUT /api/audit-events/settings', { body: { keepDays: 30 } });
    const before = await tamper.verify(team);
    await prune(40);
    const after = await tamper.verify(team);
    expect(after).toMatchObject({ isIntact: true, removed: before.head.number });
    expect(after.head.number).toBe(before.head.number + 1);
    await tamper.addEvent(team);
    await prune(80);
    expect(await tamper.verify(team)).toMatchObject({ isIntact: true, removed: before.head.number + 2 });
  });

  it('tells a seal that is not ours: edited, of another chain, or at another number', async () => {
    const [team, other] = [await tamper.teamWithEvents(4), await tamper.teamWithEvents(4)];
    await other.api('PUT /api/audit-events/settings', { body: { keepDays: 30 } });
    await prune(40);
    const theirs = await kysely()
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('chain', '=', other.workspaceId)
      .executeTakeFirstOrThrow();
    await kysely()
      .insertInto('audit_checkpoints')
      .values({ ...theirs, chain: team.workspaceId, number: 3 })
      .execute();
    // The trigger lets go what a row in this table covers; that is why the row has to be ours.
    await sql`delete from audit_events where workspace_id = ${team.workspaceId} and chain_number <= 3`.execute(
      kysely(),
    );
    expect((await tamper.verify(team)).faults[0]).toMatchObject({ kind: 'checkpoint', number: 3 });
    await kysely()
      .updateTable('audit_checkpoints')
      .set({ removed: 1 })
      .where('chain', '=', other.workspaceId)
      .execute();
    expect((await tamper.verify(other)).faults).toMatchObject([{ kind: 'checkpoint', number: theirs.number }]);
  });

  it('misses what a seal covered when the seal is taken away', async () => {
    const team = await tamper.teamWithEvents(3);
    await team.api('PUT /api/audit-events/settings', { body: { keepDays: 30 } });
    const { head } = await tamper.verify(team);
    await prune(40);
    await kysely().deleteFrom('audit_checkpoints').where('chain', '=', team.workspaceId).execute();
    expect((await tamper.verify(team)).faults).toMatchObject([{ kind: 'missing', number: 1, count: head.number }]);
  });

  it('puts no seal over what was edited, or over what somebody else wrote', async () => {
    const [edited, joined] = [await tamper.teamWithEvents(4), await tamper.teamWithEvents(3)];
    for (const team of [edited, joined]) await team.api('PUT /api/audit-events/settings', { body: { keepDays: 30 } });
    await tamper.behindItsBack(() =>
      sql`update audit_events set actor_label = 'x' where workspace_id = ${edited.workspaceId} and chain_number = 2`.execute(
        kysely(),
      ),
    );
    await sql`insert into audit_events (id, workspace_id, action, result, details, created_at, chain_number, previous_hash, hash)
      values (${`aud_s${joined.workspaceId}`}, ${joined.workspaceId}, 'key.copied', 'ok', '{}', 1, 900000, '', 'forged')`.execute(
      kysely(),
    );
    await prune(40);
    expect(await tamper.verify(edited)).toMatchObject({ removed: 0, faults: [{ kind: 'changed', number: 2 }] });
    expect(await tamper.verify(joined)).toMatchObject({ removed: 0, faults: [{ kind: 'foreign', number: 900_000 }] });
  });

  it('removes nothing for a time that somebody wrote into the database alone', async () => {
    const [never, longer] = [await tamper.teamWithEvents(3), await tamper.teamWithEvents(3)];
    const { services } = target.server;
    await sql`insert into audit_settings (chain, keep_days, updated_at) values (${never.workspaceId}, 0, 1)`.execute(
      kysely(),
    );
    await longer.api('PUT /api/audit-events/settings', { body: { keepDays: 3650 } });
    await sql`update audit_settings set keep_days = 1 where chain = ${longer.workspaceId}`.execute(kysely());
    await pruneAuditEvents(services, Date.now() + 40 * DAY_MS);
    for (const team of [never, longer]) {
      expect(await tamper.verify(team)).toMatchObject({ isIntact: true, removed: 0 });
    }
    expect(target.logs.join('')).toContain('nobody is on the trail who set this time');
  });
});
