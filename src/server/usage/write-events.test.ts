import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeTestDirectory, type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { expectSumsOfEvents, makeOpen, makeRow, makeSettle, readEvents } from '../../testing/usage-records.ts';
import { newId } from '../ids.ts';
import { type EventRow, toEventRow } from './event-rows.ts';
import { REJECTED_FILE } from './rejected-file.ts';
import { createEventWriter } from './write-events.ts';

describe.each(testEngines())('events on $engine', (engine) => {
  let place: TestDatabase;
  let directory: string;
  beforeAll(async () => {
    place = await engine.open();
  });
  afterAll(() => place.dispose());
  beforeEach(async () => {
    for (const table of ['usage_events', 'usage_hours', 'usage_sums', 'usage_latencies'] as const) {
      await place.database.kysely.deleteFrom(table).execute();
    }
    directory = makeTestDirectory();
    return () => rmSync(directory, { recursive: true, force: true });
  });

  function openWriter(transaction = place.database.transaction) {
    const failures: string[] = [];
    const closing = new AbortController();
    const writer = createEventWriter({
      database: { transaction },
      directory,
      onFailing: (error) => failures.push(String(error)),
      signal: closing.signal,
      retryMsMin: 1,
    });
    return { ...writer, failures, closing };
  }
  const readAll = () => readEvents(place.database.kysely);
  const readRejected = (): { message: string; row: EventRow }[] =>
    readFileSync(join(directory, REJECTED_FILE), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  /** PostgreSQL and SQLite both refuse a missing value. */
  const poison = (row: EventRow): EventRow => ({ ...row, ...JSON.parse('{"provider":null}') });

  it('count once in any order, in any parts and however often they come, and so do their sums', async () => {
    const pool = Array.from({ length: 12 }, (_, index) =>
      makeRow(index + 1, {
        timeMs: Date.UTC(2026, 5, 1) + (index % 4) * 1_800_000,
        ...(index % 3 === 0 ? { virtualKeyId: newId('VirtualKey'), model: null } : {}),
      }),
    );
    const { write } = openWriter();
    let known = new Set<string>();
    await fc.assert(
      fc
        .asyncProperty(fc.array(fc.array(fc.nat(11), { maxLength: 20 }), { maxLength: 5 }), async (batches) => {
          for (const batch of batches) {
            const rows = batch.flatMap((index) => pool[index] ?? []);
            const added = new Set(rows.map(({ id }) => id).filter((id) => !known.has(id)));
            expect(await write(rows)).toBe(added.size);
            known = new Set([...known, ...added]);
          }
          expect((await readAll()).map(({ id }) => id)).toEqual([...known].toSorted());
          await expectSumsOfEvents(place.database.kysely);
        })
        .beforeEach(async () => {
          known = new Set();
          for (const table of ['usage_events', 'usage_hours', 'usage_sums', 'usage_latencies'] as const) {
            await place.database.kysely.deleteFrom(table).execute();
          }
        }),
      { numRuns: 30 },
    );
  });

  it('two writers of the same events at once count them once', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => makeRow(index));
    const counts = await Promise.all([
      openWriter().write(rows),
      openWriter().write(rows.toReversed()),
      openWriter().write(rows.slice(100)),
    ]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400);
    await expectSumsOfEvents(place.database.kysely);
  });

  it('one that the database refuses is put aside whole, and all others are written', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => makeRow(index));
    const bad = [4, 5, 29].map((index) => poison(rows[index] ?? makeRow(0)));
    const sent = rows.map((row) => bad.find(({ id }) => id === row.id) ?? row);
    const { write, rejected, failures } = openWriter();
    expect(await write(sent)).toBe(27);
    expect(rejected()).toBe(3);
    expect((await readAll()).map(({ id }) => id)).toEqual(
      rows
        .filter(({ id }) => !bad.some((row) => row.id === id))
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(readRejected().map(({ row }) => row)).toEqual(bad);
    expect(failures.join()).toMatch(/null/i);
    await expectSumsOfEvents(place.database.kysely);
  });

  it('when the one that is refused cannot be put aside, nothing is taken as done', async () => {
    rmSync(directory, { recursive: true });
    const { write, rejected } = openWriter();
    await expect(write([poison(makeRow(1))])).rejects.toThrow('ENOENT');
    expect(rejected()).toBe(0);
  });

  it('texts of providers and clients that no database holds cost no event', async () => {
    const odd = 'a\0b\ud800c';
    const row = makeRow(3, { model: odd, upstreamModel: odd, tool: odd });
    const { write, failures } = openWriter();
    expect(await write([row])).toBe(1);
    const [event] = await place.database.kysely.selectFrom('usage_events').selectAll().execute();
    expect(event).toMatchObject({ model: 'a\uFFFDb\uFFFDc', input_tokens: 3 });
    expect(failures).toEqual([]);
  });

  it.each([
    [
      'the schema',
      'no such thing',
      (): Promise<unknown> => sql`select * from no_such_table`.execute(place.database.kysely),
    ],
    [
      'its words',
      'Client has encountered a connection error',
      () => Promise.reject(new Error('Client has encountered a connection error and is not queryable')),
    ],
    ['a standby', 'read-only', () => Promise.reject(Object.assign(new Error('read-only'), { code: '25006' }))],
    ['its owner', 'not accepting', () => Promise.reject(Object.assign(new Error('not accepting'), { code: '55000' }))],
    ['a password', 'password', () => Promise.reject(Object.assign(new Error('password'), { code: '28P01' }))],
    ['a full disk', 'full', () => Promise.reject(Object.assign(new Error('full'), { errcode: 13 }))],
    ['a lock', 'locked', () => Promise.reject(Object.assign(new Error('locked'), { errcode: 5 }))],
    ['a deadlock', 'deadlock', () => Promise.reject(Object.assign(new Error('deadlock'), { code: '40P01' }))],
  ])('nothing is put aside for what is wrong with %s: it is tried until it passes', async (_, _words, fail) => {
    let tries = 0;
    const { write, rejected, failures } = openWriter(async (work) => {
      tries += 1;
      if (tries < 3) await fail();
      return place.database.transaction(work);
    });
    expect(await write([makeRow(1), makeRow(2)])).toBe(2);
    expect([tries, rejected(), failures.length]).toEqual([3, 0, 2]);
    expect(await readAll()).toHaveLength(2);
  });

  it('numbers that no call has are bounded: neither their batch nor the sums of others break', async () => {
    const absurd = [1e300, -1, 2 ** 62, Number.NaN].map((count) => ({ ...makeRow(1), input_tokens: count }));
    const { write, rejected, failures } = openWriter();
    expect(await write([...absurd, makeRow(3), { ...makeRow(4), cost_nano_usd: 1e30 }])).toBe(6);
    expect(await write(Array.from({ length: 50 }, () => ({ ...makeRow(1), output_tokens: 2 ** 53 })))).toBe(50);
    expect([rejected(), failures.length]).toEqual([0, 0]);
    await expectSumsOfEvents(place.database.kysely);
  });

  it('an end without its beginning is put aside once the database does not know the call, other lines as they are', async () => {
    const call = makeOpen();
    const [known, unknown] = [makeSettle(call, 1), makeSettle(makeOpen(), 2)];
    const { write, setAside, rejected } = openWriter();
    await write([toEventRow(call, known)]);
    await setAside({ orphans: [known, unknown], malformed: ['{"type":"open"}'] });
    expect(rejected()).toBe(2);
    expect(readRejected()).toEqual([
      { message: expect.any(String), settle: unknown },
      { message: expect.any(String), line: '{"type":"open"}' },
    ]);
  });

  it('a process that stops does not wait for the database', async () => {
    const { write, closing } = openWriter(() => Promise.reject(new Error('away')));
    const written = write([makeRow(1)]);
    closing.abort();
    await expect(written).rejects.toThrow(/away|aborted/);
    expect(await readAll()).toEqual([]);
  });
});
