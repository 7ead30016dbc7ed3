import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopDatabase } from '../../testing/stop-database.ts';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { expectSumsOfEvents, makeOpen, makeSettle, readEvents } from '../../testing/usage-records.ts';
import { newId } from '../ids.ts';
import { createLog } from '../log.ts';
import { StartupError } from '../startup-error.ts';
import { encodeRecord } from './journal/segment.ts';
import { listSegments, segmentFile } from './journal/segment-names.ts';
import type { OpenRecord } from './usage-event.ts';
import { openUsageRecorder, type UsageRecorder } from './usage-recorder.ts';

const OUTAGE_MS_MAX = 20_000;

describe.each(testEngines())('the usage recorder on $engine', (engine) => {
  let place: TestDatabase;
  let directory: string;
  let opened: UsageRecorder[];
  beforeEach(async () => {
    place = await engine.open();
    directory = join(place.dataDirectory, 'journal');
    opened = [];
  });
  afterEach(async () => {
    for (const recorder of opened) await recorder.close();
    await place.dispose();
  });

  async function start(): Promise<UsageRecorder> {
    const recorder = await openUsageRecorder({ config: place, log: createLog('silent') });
    opened.push(recorder);
    return recorder;
  }
  const record = (recorder: UsageRecorder, inputTokens: number, fields: Partial<OpenRecord> = {}): number => {
    const open = makeOpen(fields);
    recorder.open(open);
    return recorder.settle(makeSettle(open, inputTokens));
  };
  const spent = (recorder: UsageRecorder, fields: Pick<OpenRecord, 'virtualKeyId'>) =>
    recorder.ask('spentSince', { virtualKeyId: fields.virtualKeyId, startMs: Date.UTC(2026, 0, 1) });
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
    const recorder = await start();
    const [thread] = await threadsOf(async () => void (await recorder.ask('spentSince', { startMs: 0 })));
    expect(thread).toBeDefined();
    return { recorder, thread };
  }

  it('a question sees every call that was settled before it', async () => {
    const recorder = await start();
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
      const input = { virtualKeyId: who.virtualKeyId, startMs: 0 };
      const { value, position } = await recorder.askWithPosition('spentSince', input);
      expect(value).toBe(places.filter((at) => at <= position).length * 3);
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
    await expect(recorder.ask('spentSince', { startMs: 0 })).rejects.toMatchObject({ code: 'unavailable' });
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
    const resume = await stopDatabase(place);
    for (let count = 1; count <= 700; count += 1) record(recorder, count);
    await vi.waitFor(() => expect(recorder.status().lastError).toMatch(/locked|terminat|not currently accepting/), {
      timeout: OUTAGE_MS_MAX,
    });
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
    const resume = await stopDatabase(place);
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
      const asked = Array.from({ length: 20 }, () => recorder.ask('spentSince', { startMs: 0 }));
      const [, ...answers] = await Promise.all([thread?.terminate(), ...asked.map((one) => one.catch(String))]);
      // Those that were not answered were refused.
      expect(answers).toHaveLength(20);
      // There is no thread now.
      await expect(recorder.ask('spentSince', { startMs: 0 })).rejects.toMatchObject({ code: 'unavailable' });
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
      lastError: expect.stringMatching(/^\d+ bytes of the usage journal were damaged$/),
    });
    await recorder.close();
    expect(await readTokens()).toEqual([2]);
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
