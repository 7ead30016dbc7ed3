import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopDatabase } from '../../testing/stop-database.ts';
import { makeTestDirectory, type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { startThreadInProcess } from '../../testing/thread-in-process.ts';
import { expectSumsOfEvents, makeOpen, makeSettle, readEvents } from '../../testing/usage-records.ts';
import { newId } from '../ids.ts';
import { createLog } from '../log.ts';
import { StartupError } from '../startup-error.ts';
import { decodeLines, encodeRecord } from './journal/segment.ts';
import { listSegments, segmentFile } from './journal/segment-names.ts';
import { REJECTED_FILE } from './rejected-file.ts';
import type { OpenRecord } from './usage-event.ts';
import {
  openUsageRecorder,
  type UsageRecorder,
  type UsageRecorderOptions,
  type UsageThread,
} from './usage-recorder.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const OUTAGE_MS_MAX = 20_000;

/** Stands for the product's own way. */
const realThread = (): UsageThread => expect.unreachable();

describe.each(testEngines())('the usage recorder on $engine', (engine) => {
  let place: TestDatabase;
  let directory: string;
  let opened: UsageRecorder[];
  beforeAll(async () => {
    place = await engine.open();
    directory = join(place.dataDirectory, 'journal');
  });
  afterAll(() => place.dispose());
  beforeEach(async () => {
    for (const table of ['usage_events', 'usage_hours', 'usage_sums', 'usage_latencies'] as const) {
      await place.database.kysely.deleteFrom(table).execute();
    }
    opened = [];
  });
  afterEach(async () => {
    for (const recorder of opened) await recorder.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** With a real thread where the promise is about it; all others have one in this process. */
  async function start(
    startThread: UsageRecorderOptions['startThread'] = startThreadInProcess,
  ): Promise<UsageRecorder> {
    const thread = startThread === realThread ? {} : { startThread };
    const recorder = await openUsageRecorder({ config: place, log: createLog('silent'), ...thread });
    opened.push(recorder);
    return recorder;
  }
  /** PostgreSQL cuts and refuses connections; SQLite, where a lock would hold up this process, misses a table. */
  async function breakDatabase(): Promise<() => Promise<void>> {
    if (engine.engine === 'postgres') return stopDatabase(place);
    await sql`alter table usage_events rename to usage_events_away`.execute(place.database.kysely);
    return async () => {
      await sql`alter table usage_events_away rename to usage_events`.execute(place.database.kysely);
    };
  }
  const record = (recorder: UsageRecorder, inputTokens: number, fields: Partial<OpenRecord> = {}): number => {
    const open = makeOpen(fields);
    recorder.open(open);
    return recorder.settle(makeSettle(open, inputTokens));
  };
  const questionOf = ({ virtualKeyId }: Pick<OpenRecord, 'virtualKeyId'>) => ({
    questions: [
      { workspaceId: makeOpen().workspaceId, of: 'virtualKey' as const, ids: [virtualKeyId], startMs: 0, endMs: null },
    ],
  });
  const spent = async (recorder: UsageRecorder, who: Pick<OpenRecord, 'virtualKeyId'>) =>
    (await recorder.ask('spentSince', questionOf(who)))[0]?.[who.virtualKeyId] ?? 0;
  const readTokens = async () =>
    (await readEvents(place.database.kysely)).map(({ input_tokens }) => input_tokens).toSorted((a, b) => a - b);
  const someone = () => ({ virtualKeyId: newId('VirtualKey') });
  const settled = (recorder: UsageRecorder) =>
    vi.waitFor(() => expect(recorder.status()).toMatchObject({ pendingRecords: 0, lastError: null }), {
      timeout: OUTAGE_MS_MAX,
      interval: 50,
    });
  /** Runs `work` and gives the threads that were started meanwhile. */
  async function threadsOf(work: () => Promise<void>): Promise<Worker[]> {
    const workers: Worker[] = [];
    const note = (worker: Worker): number => workers.push(worker);
    process.on('worker', note);
    try {
      await work();
      return workers;
    } finally {
      process.off('worker', note);
    }
  }
  async function startWithThread(): Promise<{ recorder: UsageRecorder; thread: Worker | undefined }> {
    const recorder = await start(realThread);
    const [thread] = await threadsOf(async () => void (await recorder.ask('spentSince', { questions: [] })));
    expect(thread).toBeDefined();
    return { recorder, thread };
  }

  it('a question sees every call that was settled before it', async () => {
    const recorder = await start(realThread);
    const who = someone();
    for (let count = 1; count <= 30; count += 1) {
      record(recorder, 1, who);
      expect(await spent(recorder, who)).toBe(count * 3);
    }
  });

  it('an answer with its place counts exactly what was settled up to there, while calls go on', async () => {
    const recorder = await start();
    const who = someone();
    const places: number[] = [];
    let isDone = false;
    const load = (async () => {
      while (!isDone) {
        for (let count = 0; count < 5; count += 1) places.push(record(recorder, 1, who));
        // A thousand calls in a second.
        await delay(5);
      }
    })();
    for (let count = 0; count < 25; count += 1) {
      const { value, position } = await recorder.askWithPosition('spentSince', questionOf(who));
      expect(value[0]?.[who.virtualKeyId] ?? 0).toBe(places.filter((at) => at <= position).length * 3);
    }
    isDone = true;
    await load;
  });

  it('the end leaves nothing pending and no segment behind', async () => {
    const recorder = await start();
    for (let count = 0; count < 1200; count += 1) record(recorder, count);
    await recorder.close();
    expect(recorder.status()).toMatchObject({ pendingRecords: 0 });
    expect(listSegments(directory)).toEqual([]);
    expect(await readTokens()).toEqual(Array.from({ length: 1200 }, (_, index) => index));
    await expectSumsOfEvents(place.database.kysely);
    await expect(recorder.ask('spentSince', { questions: [] })).rejects.toMatchObject({ code: 'unavailable' });
    await recorder.close();
  });

  it('a call that is still under way at the end is an interrupted one for the next start', async () => {
    const first = await start();
    record(first, 5);
    first.open(makeOpen());
    await first.close();
    expect(listSegments(directory)).toHaveLength(1);
    const second = await start();
    expect(second.status().recovery).toMatchObject({ segments: 1, interrupted: 1, applied: 1, alreadyApplied: 1 });
    expect((await readEvents(place.database.kysely)).map(({ outcome }) => outcome).toSorted()).toEqual([
      'interrupted',
      'ok',
    ]);
  });

  it('what a dead process left is there before anything else, and its report tells so', async () => {
    mkdirSync(directory);
    const opens = Array.from({ length: 3 }, () => makeOpen({ estimatedInputTokens: 999 }));
    const lines = [
      ...opens.map(encodeRecord),
      ...opens.slice(1).map((open, index) => encodeRecord(makeSettle(open, index))),
    ];
    writeFileSync(segmentFile(directory, 'dead', 0), Buffer.concat([...lines, Buffer.from('0123abcd {"type":"sett')]));
    const recorder = await start();
    expect(recorder.status()).toMatchObject({
      pendingRecords: 0,
      recovery: { segments: 1, records: 5, applied: 3, interrupted: 1, damagedBytes: 22 },
    });
    expect(await readTokens()).toEqual([0, 1, 999]);
    await recorder.close();
    expect(listSegments(directory)).toEqual([]);
  });

  it('another process may not use the same journal, and takes nothing of it for its own', async () => {
    const first = await start();
    first.open(makeOpen());
    const second = start();
    await expect(second).rejects.toBeInstanceOf(StartupError);
    await expect(second).rejects.toMatchObject({ code: 'database_locked' });
    expect(listSegments(directory)).toHaveLength(1);
    expect(await readTokens()).toEqual([]);
    await first.close();
    expect((await start()).status().recovery).toMatchObject({ interrupted: 1 });
  });

  it('a start that fails lets the next one in, and leaves no segment of its own', async () => {
    mkdirSync(join(directory, 'odd.journal'), { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'data_directory_unusable' });
    await expect(start()).rejects.toThrow('EISDIR');
    expect(readdirSync(directory).filter((name) => name.endsWith('.journal'))).toEqual(['odd.journal']);
  });

  it('the clock may step while calls run', async () => {
    const recorder = await start();
    const who = someone();
    const hour = Date.UTC(2026, 5, 1, 12);
    for (const timeMs of [hour, hour + 90_000_000, hour - 90_000_000, hour]) record(recorder, 2, { ...who, timeMs });
    expect(await spent(recorder, who)).toBe(24);
    await expectSumsOfEvents(place.database.kysely);
  });

  it('without the database calls go on, the state says so, and afterwards everything is there once', async () => {
    const recorder = await start();
    record(recorder, 0);
    await settled(recorder);
    const resume = await breakDatabase();
    for (let count = 1; count <= 700; count += 1) record(recorder, count);
    await vi.waitFor(
      () => expect(recorder.status().lastError).toMatch(/no such table|terminat|not currently accepting/),
      {
        timeout: OUTAGE_MS_MAX,
      },
    );
    expect(recorder.status().pendingRecords).toBe(1400);
    for (let count = 701; count <= 1000; count += 1) record(recorder, count);
    await resume();
    await settled(recorder);
    expect(await readTokens()).toEqual(Array.from({ length: 1001 }, (_, index) => index));
    await expectSumsOfEvents(place.database.kysely);
    expect(readdirSync(directory).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  }, 60_000);

  it('an end without the database loses nothing: the next start has it', async () => {
    const first = await start();
    const resume = await breakDatabase();
    for (let count = 0; count < 20; count += 1) record(first, count);
    await vi.waitFor(() => expect(first.status().lastError).not.toBeNull(), { timeout: OUTAGE_MS_MAX });
    await first.close();
    expect(listSegments(directory)).toHaveLength(1);
    await resume();
    const second = await start();
    expect(second.status().recovery).toMatchObject({ interrupted: 0, records: 40 });
    expect(await readTokens()).toEqual(Array.from({ length: 20 }, (_, index) => index));
    await expectSumsOfEvents(place.database.kysely);
  }, 60_000);

  it('a thread that dies is replaced: nothing is lost or double, and questions are refused, not forgotten', async () => {
    const { recorder, thread } = await startWithThread();
    const long = makeOpen();
    recorder.open(long);
    for (let count = 1; count <= 300; count += 1) record(recorder, count);
    const workers = await threadsOf(async () => {
      const asked = Array.from({ length: 20 }, () => recorder.ask('spentSince', { questions: [] }));
      const [, ...answers] = await Promise.all([thread?.terminate(), ...asked.map((one) => one.catch(String))]);
      // Those that were not answered were refused.
      expect(answers).toHaveLength(20);
      // There is no thread now.
      await expect(recorder.ask('spentSince', { questions: [] })).rejects.toMatchObject({ code: 'unavailable' });
      for (let count = 301; count <= 400; count += 1) record(recorder, count);
      recorder.settle(makeSettle(long, 0));
      await settled(recorder);
    });
    expect(workers).toHaveLength(1);
    expect(await readTokens()).toEqual(Array.from({ length: 401 }, (_, index) => index));
    await expectSumsOfEvents(place.database.kysely);
    await recorder.close();
    expect(listSegments(directory)).toEqual([]);
  });

  it('an end while there is no thread is quick, and the next start has everything', async () => {
    const { recorder, thread } = await startWithThread();
    record(recorder, 1);
    await thread?.terminate();
    record(recorder, 2);
    const startedMs = performance.now();
    await recorder.close();
    expect(performance.now() - startedMs).toBeLessThan(5000);
    await start();
    expect(await readTokens()).toEqual([1, 2]);
  });

  it('damage to what is being written loses that call only, is told, and holds nothing up', async () => {
    const recorder = await start();
    const [file = ''] = listSegments(directory);
    const who = someone();
    record(recorder, 1, who);
    const bytes = readFileSync(file);
    bytes[40] = 0x0a;
    writeFileSync(file, bytes, { flag: 'r+' });
    record(recorder, 2, who);
    expect(await spent(recorder, who)).toBe(6);
    expect(recorder.status()).toMatchObject({
      pendingRecords: 0,
      lastError: expect.stringMatching(/^1 calls could not be written/),
    });
    await recorder.close();
    expect(await readTokens()).toEqual([2]);
  });

  it('an end whose beginning is damaged is put aside and told of, also after the next start, until it is taken away', async () => {
    const recorder = await start();
    const [file = ''] = listSegments(directory);
    const call = makeOpen();
    recorder.open(call);
    const bytes = readFileSync(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(file, bytes, { flag: 'r+' });
    const settle = makeSettle(call, 7);
    recorder.settle(settle);
    record(recorder, 1);
    await recorder.ask('spentSince', { questions: [] });
    expect(await readTokens()).toEqual([1]);
    expect(recorder.status().lastError).toBe(`1 calls could not be written: see journal/${REJECTED_FILE}`);
    await recorder.close();
    const aside = JSON.parse(readFileSync(join(directory, REJECTED_FILE), 'utf8'));
    expect(aside).toEqual({ message: expect.any(String), settle });
    const next = await start();
    expect(next.status().lastError).toBe(`calls that could not be written stand in journal/${REJECTED_FILE}`);
    rmSync(join(directory, REJECTED_FILE));
    expect(next.status().lastError).toBeNull();
  });

  it('an end that comes twice is no damage: the call is in the database', async () => {
    const recorder = await start();
    const call = makeOpen();
    recorder.open(call);
    recorder.settle(makeSettle(call, 7));
    await recorder.ask('spentSince', { questions: [] });
    recorder.settle(makeSettle(call, 7));
    await recorder.ask('spentSince', { questions: [] });
    expect(recorder.status()).toMatchObject({ pendingRecords: 0, lastError: null });
    expect(readdirSync(directory)).not.toContain(REJECTED_FILE);
    expect(await readTokens()).toEqual([7]);
  });

  it('records that are none stop neither what follows nor the next start', async () => {
    const recorder = await start();
    const poison = (): OpenRecord => ({ ...makeOpen(), ...JSON.parse('{"provider":{}}') });
    recorder.open(poison());
    const call = makeOpen();
    recorder.open(call);
    recorder.settle({ ...makeSettle(call, 7), ...JSON.parse('{"lines":[null]}') });
    record(recorder, 1);
    await recorder.ask('spentSince', { questions: [] });
    expect(recorder.status().lastError).toMatch(/^2 calls could not be written/);
    expect(readFileSync(join(directory, REJECTED_FILE), 'utf8').trimEnd().split('\n')).toHaveLength(2);
    await recorder.close();
    expect(listSegments(directory)).toHaveLength(1);
    await start();
    expect((await readEvents(place.database.kysely)).map(({ outcome }) => outcome).toSorted()).toEqual([
      'interrupted',
      'ok',
    ]);
  });

  it('what is of no process is left alone', async () => {
    mkdirSync(directory);
    appendFileSync(join(directory, 'notes.txt'), 'mine');
    const recorder = await start();
    record(recorder, 1);
    await recorder.close();
    expect(readFileSync(join(directory, 'notes.txt'), 'utf8')).toBe('mine');
  });
});

describe('a thread that does not do its work', () => {
  let dataDirectory: string;
  let directory: string;
  beforeEach(() => {
    dataDirectory = makeTestDirectory();
    directory = join(dataDirectory, 'journal');
    return () => rmSync(dataDirectory, { recursive: true, force: true });
  });

  /** Says what it is told to say, and never ends. */
  function stuckThread(says: (message: ToWorker | 'started', tell: (message: FromWorker) => void) => void) {
    let isTerminated = false;
    const startThread = (): UsageThread => {
      let tell: (message: FromWorker) => void = () => expect.unreachable();
      return {
        postMessage: (message) => says(message, tell),
        on(_event, listener) {
          tell = listener;
          setImmediate(() => says('started', tell));
        },
        once: () => undefined,
        terminate: () => {
          isTerminated = true;
          return new Promise(() => undefined);
        },
      };
    };
    return { startThread, isTerminated: () => isTerminated };
  }
  const config = () => ({ databaseUrl: undefined, dataDirectory });
  const quick = { closeMsMax: 10, terminateMsMax: 5 };
  const log = createLog('silent');

  it('ends the start with a clear sentence when the database takes nothing, and leaves everything for the next', async () => {
    mkdirSync(directory, { recursive: true });
    const left = segmentFile(directory, 'dead', 0);
    writeFileSync(left, encodeRecord(makeOpen()));
    const { startThread, isTerminated } = stuckThread((message, tell) => {
      if (message === 'started') tell({ type: 'failing', message: 'connection refused' });
    });
    const started = openUsageRecorder({ config: config(), log, startThread, recoveryMsMax: 20, terminateMsMax: 5 });
    await expect(started).rejects.toMatchObject({ code: 'database_unreachable', exitCode: 69 });
    await expect(started).rejects.toThrow(/connection refused.*Nothing is lost/);
    expect(isTerminated()).toBe(true);
    expect(listSegments(directory)).toEqual([left]);
    // Neither the journal nor its lock is kept from the next start.
    const again = openUsageRecorder({ config: config(), log, startThread, recoveryMsMax: 20, terminateMsMax: 5 });
    await expect(again).rejects.toMatchObject({ code: 'database_unreachable' });
  });

  it('does not end a start that goes on, however long it takes', async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(segmentFile(directory, 'dead', 0), encodeRecord(makeOpen()));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { startThread } = stuckThread((message, tell) => {
        if (message !== 'started') return;
        for (let round = 0; round < 10; round += 1) {
          tell({ type: 'failing', message: 'away' });
          vi.advanceTimersByTime(90);
          tell({ type: 'recovering' });
          vi.advanceTimersByTime(1000);
        }
        const counts = { segments: 1, records: 1, applied: 1, alreadyApplied: 0, interrupted: 1, damagedBytes: 0 };
        tell({ type: 'recovered', report: { atMs: 1, ...counts } });
      });
      const recorder = await openUsageRecorder({ config: config(), log, startThread, recoveryMsMax: 100, ...quick });
      expect(recorder.status()).toMatchObject({ lastError: null, recovery: { interrupted: 1 } });
      vi.useRealTimers();
      await recorder.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not hold up the end: the journal is on the disk before it is waited for, and the next start reads it', async () => {
    let atClose: unknown[] = [];
    const { startThread, isTerminated } = stuckThread((message) => {
      if (message === 'started' || message.type !== 'close') return;
      atClose = listSegments(directory).flatMap((file) => decodeLines(readFileSync(file)).records);
    });
    const recorder = await openUsageRecorder({ config: config(), log, startThread, ...quick });
    const call = makeOpen();
    recorder.open(call);
    const settle = makeSettle(call, 1);
    recorder.settle(settle);
    await recorder.close();
    expect(atClose).toEqual([call, settle]);
    expect(isTerminated()).toBe(true);
    expect(listSegments(directory)).toHaveLength(1);
  });
});
