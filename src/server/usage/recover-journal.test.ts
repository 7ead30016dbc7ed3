import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { expectSumsOfEvents, makeOpen, makeSettle, readEvents } from '../../testing/usage-records.ts';
import { newId } from '../ids.ts';
import type { UnitPrices } from '../prices/unit-prices.ts';
import { encodeRecord } from './journal/segment.ts';
import { listSegments, segmentFile } from './journal/segment-names.ts';
import { recoverJournal } from './recover-journal.ts';
import type { JournalRecord, OpenRecord, SettleRecord } from './usage-event.ts';
import { createEventWriter } from './write-events.ts';

describe.each(testEngines())('recovery on $engine', (engine) => {
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
    directory = join(place.dataDirectory, newId('UsageEvent'));
    mkdirSync(directory);
  });

  const writeSegment = (instance: string, records: readonly JournalRecord[], before = 0): string => {
    const file = segmentFile(directory, instance, before);
    writeFileSync(file, Buffer.concat(records.map(encodeRecord)));
    return file;
  };
  const recover = (instance = 'living') => {
    const { signal } = new AbortController();
    const onFailing = (error: unknown) => expect.unreachable(String(error));
    const writer = createEventWriter({ database: place.database, directory, onFailing, signal });
    return recoverJournal({ directory, instance, write: writer.write, setAside: writer.setAside, nowMs: 1 });
  };
  const readAll = () => readEvents(place.database.kysely);

  /** What a journal of these bytes is worth, worked out from the lines that are still as they were written. */
  function worthOf(written: readonly JournalRecord[], files: readonly string[]) {
    const lines = new Map(written.map((record) => [encodeRecord(record).toString('latin1'), record]));
    const opens = new Map<string, OpenRecord>();
    const settles = new Map<string, SettleRecord>();
    for (const file of files) {
      for (const text of readFileSync(file, 'latin1').split(/(?<=\n)/)) {
        const record = lines.get(text);
        if (record?.type === 'open') opens.set(record.id, record);
        if (record?.type === 'settle') settles.set(record.id, record);
      }
    }
    return [...opens.values()]
      .map(({ id, estimatedInputTokens }) => {
        const settle = settles.get(id);
        return settle === undefined
          ? { id, input_tokens: estimatedInputTokens, outcome: 'interrupted', usage_state: 'estimated' }
          : { id, input_tokens: settle.lines[0]?.tokens.inputUncached, outcome: 'ok', usage_state: 'exact' };
      })
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  const calls = fc.array(
    fc.record({ tokens: fc.nat(5000), isSettled: fc.boolean(), hours: fc.integer({ min: -3, max: 3 }) }),
    { minLength: 1, maxLength: 12 },
  );

  it('whatever is cut off or damaged, each intact call is there once, however often it is read and copied', async () => {
    await fc.assert(
      fc.asyncProperty(
        calls,
        fc.array(fc.tuple(fc.nat(), fc.constantFrom('cut', 'flip', 'copy', 'copy a part')), { maxLength: 4 }),
        fc.nat(),
        async (planned, damages, order) => {
          directory = join(place.dataDirectory, newId('UsageEvent'));
          mkdirSync(directory);
          await place.database.kysely.deleteFrom('usage_events').execute();
          await place.database.kysely.deleteFrom('usage_hours').execute();
          await place.database.kysely.deleteFrom('usage_sums').execute();
          await place.database.kysely.deleteFrom('usage_latencies').execute();
          // The clock may step in either direction between two calls.
          const opens = planned.map(({ hours }, index) =>
            makeOpen({ timeMs: Date.UTC(2026, 5, 1) + hours * 3_600_000 + index, estimatedInputTokens: index + 1 }),
          );
          const settles = opens.flatMap((call, index) =>
            planned[index]?.isSettled ? [makeSettle(call, planned[index].tokens)] : [],
          );
          const records: JournalRecord[] = [...opens, ...settles];
          const middle = order % (records.length + 1);
          // Names sort by the clock of their processes, and need not follow the order of writing.
          const names = order % 2 === 0 ? ['early', 'late'] : ['late', 'early'];
          writeSegment(names[0] ?? '', records.slice(0, middle));
          writeSegment(names[1] ?? '', records.slice(middle));
          for (const [at, kind] of damages) {
            const files = listSegments(directory);
            const file = files[at % files.length] ?? '';
            const bytes = readFileSync(file);
            if (kind === 'cut') writeFileSync(file, bytes.subarray(0, at % (bytes.length + 1)));
            if (kind === 'flip' && bytes.length > 0) {
              bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << (at % 8));
              writeFileSync(file, bytes);
            }
            const copy = join(directory, `${at % 2 === 0 ? 'a' : 'z'}copy${at}-000000000000.journal`);
            if (kind === 'copy') copyFileSync(file, copy);
            if (kind === 'copy a part') writeFileSync(copy, bytes.subarray(0, at % (bytes.length + 1)));
          }
          const files = listSegments(directory);
          const expected = worthOf(records, files);
          const kept = files.map((file) => [file, readFileSync(file)] as const);
          const report = await recover();
          expect(await readAll()).toEqual(expected);
          expect(report).toMatchObject({
            segments: files.length,
            applied: expected.length,
            interrupted: expected.filter(({ outcome }) => outcome === 'interrupted').length,
          });
          expect(listSegments(directory)).toEqual([]);
          // The process died after the database had everything and before the files were gone.
          for (const [file, bytes] of kept) writeFileSync(file, bytes);
          expect(await recover()).toMatchObject({ applied: 0, interrupted: 0 });
          expect(await readAll()).toEqual(expected);
          await expectSumsOfEvents(place.database.kysely);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('a call that was under way is one estimated event, at the prices it began with', async () => {
    const perMillion = 2_500_000_000;
    const unitPrices: UnitPrices = {
      inputUncached: perMillion,
      cacheRead: null,
      cacheWrite5m: null,
      cacheWrite1h: null,
      audioInput: null,
      audioCacheRead: null,
      imageInput: null,
      output: perMillion,
      reasoning: perMillion,
      audioOutput: null,
      imageOutput: null,
      perRequest: 7,
      source: 'catalogue',
    };
    writeSegment('dead', [makeOpen({ estimatedInputTokens: 1000, unitPrices }), makeOpen({ unitPrices: null })]);
    expect(await recover()).toEqual({
      atMs: 1,
      segments: 1,
      records: 2,
      applied: 2,
      alreadyApplied: 0,
      interrupted: 2,
      damagedBytes: 0,
    });
    const events = await place.database.kysely.selectFrom('usage_events').selectAll().orderBy('input_tokens').execute();
    expect(events).toMatchObject([
      { outcome: 'interrupted', usage_state: 'estimated', is_final: 1, input_tokens: 11, cost_nano_usd: null },
      { outcome: 'interrupted', usage_state: 'estimated', is_final: 1, input_tokens: 1000, cost_nano_usd: 2_500_007 },
    ]);
  });

  it('a call that costs nothing by the provider’s documents is charged nothing, and one that tells no usage has none', async () => {
    const about = { unitPrices: null, estimatedInputTokens: 1000 };
    const free = makeOpen({ ...about, metering: 'free', endpoint: 'count_tokens' });
    const unmetered = makeOpen({ ...about, metering: 'unmetered', endpoint: 'files' });
    const metered = makeOpen({ ...about, metering: 'usage' });
    const { metering: _, ...older } = metered;
    writeSegment('dead', [free, unmetered, metered, { ...older, id: newId('UsageEvent') }]);
    expect(await recover()).toMatchObject({ applied: 4, interrupted: 4 });
    const events = await place.database.kysely.selectFrom('usage_events').selectAll().orderBy('input_tokens').execute();
    const none = { input_tokens: 0, lines: '[]', outcome: 'interrupted', is_final: 1 };
    expect(events.slice(0, 2).toSorted((one, other) => one.endpoint.localeCompare(other.endpoint))).toMatchObject([
      { ...none, endpoint: 'count_tokens', cost_nano_usd: 0, usage_state: 'exact' },
      { ...none, endpoint: 'files', cost_nano_usd: null, usage_state: 'missing' },
    ]);
    const estimated = { input_tokens: 1000, usage_state: 'estimated' };
    expect(events.slice(2)).toMatchObject([estimated, estimated]);
    await expectSumsOfEvents(place.database.kysely);
  });

  it('a failed attempt whose request waited to be tried elsewhere is what it was, and no estimate', async () => {
    const open = makeOpen({ estimatedInputTokens: 1000 });
    const refused = { lines: [], unitPrices: [], costNanoUsd: 0, outcome: 'error', errorCode: 'overloaded' } as const;
    const ended = makeSettle(open, 0, refused);
    const [went, other] = [makeOpen(), makeOpen({ estimatedInputTokens: 500 })];
    writeSegment('dead', [open, went, { ...open, ended }, other]);
    writeSegment(
      'dead',
      [{ ...went, ended: makeSettle(went, 0, refused) }, makeSettle(went, 7, { isFinal: false })],
      4,
    );
    expect(await recover()).toMatchObject({ records: 6, applied: 3, interrupted: 2, damagedBytes: 0 });
    const events = await place.database.kysely.selectFrom('usage_events').selectAll().orderBy('input_tokens').execute();
    expect(events).toMatchObject([
      { id: open.id, outcome: 'error', error_code: 'overloaded', is_final: 1, input_tokens: 0, cost_nano_usd: 0 },
      { id: went.id, outcome: 'ok', is_final: 0, input_tokens: 7 },
      { id: other.id, outcome: 'interrupted', is_final: 1, input_tokens: 500 },
    ]);
  });

  it('segments of this process are left alone', async () => {
    const own = writeSegment('living', [makeOpen()]);
    const alike = writeSegment('living2', [makeOpen()]);
    expect(await recover('living')).toMatchObject({ segments: 1, applied: 1 });
    expect(listSegments(directory)).toEqual([own]);
    expect(listSegments(directory)).not.toContain(alike);
  });

  it('an end whose beginning was applied and removed adds nothing, and says nothing wrong', async () => {
    const call = makeOpen();
    writeSegment('dead', [makeSettle(call, 5), makeOpen()]);
    expect(await recover()).toMatchObject({ records: 2, applied: 1, interrupted: 1, damagedBytes: 0 });
  });

  it('a call that was applied before is no interrupted one, although its end was removed', async () => {
    const call = makeOpen();
    writeSegment('dead', [call, makeSettle(call, 5)]);
    await recover();
    writeSegment('dead', [call]);
    expect(await recover()).toMatchObject({ applied: 0, alreadyApplied: 1, interrupted: 0 });
    expect(await readAll()).toMatchObject([{ outcome: 'ok', input_tokens: 5 }]);
  });

  it('thousands of calls over many segments are there once, as are their sums', async () => {
    const opens = Array.from({ length: 2600 }, (_, index) => makeOpen({ timeMs: Date.UTC(2026, 5, 1) + index * 9000 }));
    const records: JournalRecord[] = opens.flatMap((call, index) => [call, makeSettle(call, index)]);
    for (let start = 0; start < records.length; start += 700) {
      writeSegment('dead', records.slice(start, start + 700), start);
    }
    expect(await recover()).toMatchObject({ applied: 2600, interrupted: 0, segments: 8 });
    expect((await readAll()).map(({ input_tokens }) => input_tokens).toSorted((a, b) => a - b)).toEqual(
      opens.map((_, index) => index),
    );
    await expectSumsOfEvents(place.database.kysely);
  });

  it('a segment that cannot be read stops the start and removes nothing', async () => {
    const file = writeSegment('dead', [makeOpen()]);
    mkdirSync(join(directory, 'odd-000000000000.journal'));
    await expect(recover()).rejects.toThrow('EISDIR');
    expect(listSegments(directory)).toContain(file);
    rmSync(join(directory, 'odd-000000000000.journal'), { recursive: true });
    expect(await recover()).toMatchObject({ applied: 1, interrupted: 1 });
  });
});
