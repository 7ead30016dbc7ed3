import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTestDirectory } from '../../../testing/test-database.ts';
import { makeOpen, makeSettle } from '../../../testing/usage-records.ts';
import { JournalUnavailable, openJournal } from './journal.ts';
import { decodeLines } from './segment.ts';
import { type OpenSegmentFile, openSegmentFile } from './segment-file.ts';
import { listSegments, recordsBefore } from './segment-names.ts';

let directory: string;
beforeEach(() => {
  directory = makeTestDirectory();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (options: Partial<Parameters<typeof openJournal>[0]> = {}) =>
  openJournal({ directory, instance: 'one', onWritten: () => undefined, ...options });
const readAll = () => listSegments(directory).flatMap((file) => decodeLines(readFileSync(file)).records);

/** A disk on which the next writes go wrong, after so many bytes of them have been written. */
function failingDisk() {
  let failure: { code: string; written: number } | null = null;
  let openFailure: string | null = null;
  const openFile: OpenSegmentFile = (file) => {
    if (openFailure !== null) throw Object.assign(new Error(openFailure), { code: openFailure });
    const real = openSegmentFile(file);
    return {
      ...real,
      append(line) {
        if (failure === null) return real.append(line);
        throw Object.assign(new Error(failure.code), { code: failure.code });
      },
    };
  };
  return {
    openFile,
    fill: () => {
      failure = { code: 'ENOSPC', written: 0 };
    },
    refuseFiles: (code: string | null) => {
      openFailure = code;
    },
    empty: () => {
      failure = null;
    },
  };
}

/** A disk that syncs when it is told to, and may fail to. Files are named by the records before them. */
function slowDisk() {
  const log: string[] = [];
  const closed: number[] = [];
  const kept: number[] = [];
  let isWorking = false;
  let failure: Error | null = null;
  const due: (() => void)[] = [];
  const openFile: OpenSegmentFile = (file) => {
    const real = openSegmentFile(file);
    const name = recordsBefore(file);
    return {
      ...real,
      sync(done) {
        log.push(`sync ${name}`);
        const finish = (): void => {
          if (failure === null) kept.push(name);
          done(failure);
        };
        if (isWorking) setImmediate(finish);
        else due.push(finish);
      },
      syncNow() {
        if (failure !== null) throw failure;
        real.syncNow();
      },
      close() {
        closed.push(name);
        real.close();
      },
    };
  };
  return {
    openFile,
    log,
    closed,
    kept,
    waiting: () => due.length,
    fail: (error: Error | null) => {
      failure = error;
    },
    work: () => {
      isWorking = true;
      for (const finish of due.splice(0)) setImmediate(finish);
    },
  };
}

describe('records', () => {
  it('are in the file when the call returns, in their order', () => {
    const journal = open();
    const calls = [makeOpen(), makeOpen({ model: 'with\nline feed and é 😀' })];
    for (const call of calls) journal.open(call);
    const settles = calls.map((call) => makeSettle(call, 5));
    expect(settles.map((settle) => journal.settle(settle))).toEqual([3, 4]);
    expect(readAll()).toEqual([...calls, ...settles]);
    expect(journal.end()).toMatchObject({ position: 4 });
    journal.close(4);
  });

  it('are readable by nobody else', () => {
    const journal = open();
    journal.open(makeOpen());
    expect(statSync(journal.end().segment).mode & 0o777).toBe(0o600);
    journal.close(0);
  });

  it('are told of once for many, not for each', async () => {
    const onWritten = vi.fn<() => void>();
    const journal = open({ onWritten });
    for (let count = 0; count < 100; count += 1) journal.open(makeOpen());
    expect(onWritten).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(onWritten).toHaveBeenCalledTimes(1));
    journal.close(0);
  });
});

describe('segments', () => {
  it('are named after the records before them and go only when applied', async () => {
    const journal = open({ segmentBytesMax: 2000 });
    let last = 0;
    for (let count = 0; count < 20; count += 1) {
      const call = makeOpen();
      journal.open(call);
      last = journal.settle(makeSettle(call, count));
    }
    const before = listSegments(directory);
    expect(before.length).toBeGreaterThan(5);
    let read = 0;
    for (const file of before) {
      expect(recordsBefore(file)).toBe(read);
      read += decodeLines(readFileSync(file)).records.length;
    }
    journal.noteApplied(1);
    expect(listSegments(directory)).toEqual(before);
    journal.noteApplied(last);
    // The last one is being written.
    expect(listSegments(directory)).toEqual([before.at(-1)]);
    journal.close(last);
    expect(listSegments(directory)).toEqual([]);
  });

  it('do not stay for a call of an hour: it is written down again, and the old ones go once that is on the disk', async () => {
    const disk = slowDisk();
    const journal = open({ segmentBytesMax: 2000, openFile: disk.openFile });
    const long = makeOpen();
    journal.open(long);
    let last = 0;
    const work = (): void => {
      for (let count = 0; count < 6; count += 1) {
        const call = makeOpen();
        journal.open(call);
        last = journal.settle(makeSettle(call, count));
      }
    };
    work();
    await vi.waitFor(() => expect(disk.waiting()).toBe(1));
    journal.noteApplied(journal.end().position);
    const copies = () => listSegments(directory).map((file) => decodeLines(readFileSync(file)).records);
    const [first = ''] = listSegments(directory);
    // The copy is not on the disk yet, so the first must stay.
    expect(recordsBefore(first)).toBe(0);
    disk.work();
    await vi.waitFor(() => expect(listSegments(directory)).not.toContain(first));
    for (let round = 0; round < 10; round += 1) {
      work();
      journal.noteApplied(last);
      await vi.waitFor(() => expect(listSegments(directory).length).toBeLessThanOrEqual(3));
      // Whatever was removed, its beginning is somewhere.
      expect(copies().flat()).toContainEqual(long);
    }
    const end = journal.settle(makeSettle(long, 1));
    journal.close(end);
    expect(listSegments(directory)).toEqual([]);
  });

  it('that are left are synced before the next one, off the thread that writes', async () => {
    const disk = slowDisk();
    const journal = open({ segmentBytesMax: 2000, openFile: disk.openFile });
    for (let count = 0; count < 30; count += 1) journal.open(makeOpen());
    expect(listSegments(directory).length).toBeGreaterThan(5);
    expect(disk.log).toEqual(['sync 0']);
    disk.work();
    const names = listSegments(directory).map(recordsBefore);
    await vi.waitFor(() => expect(disk.log).toEqual(names.map((before) => `sync ${before}`)));
    // All but the one that is written have been closed.
    await vi.waitFor(() => expect(disk.closed).toEqual(names.slice(0, -1)));
    journal.close(0);
    expect(disk.closed).toEqual(names);
  });

  it('stay at the end where a call has not ended or something is not applied', () => {
    const journal = open({ segmentBytesMax: 1 });
    const under = makeOpen();
    journal.open(under);
    const done = makeOpen();
    journal.open(done);
    const position = journal.settle(makeSettle(done, 1));
    journal.open(makeOpen());
    journal.close(position + 1);
    const kept = readAll();
    expect(kept.filter(({ type }) => type === 'open')).toHaveLength(2);
    expect(kept).toContainEqual(under);
  });

  it('that somebody else removed already do no harm', () => {
    const journal = open({ segmentBytesMax: 1 });
    const call = makeOpen();
    journal.open(call);
    const end = journal.settle(makeSettle(call, 1));
    for (const file of listSegments(directory)) rmSync(file);
    journal.noteApplied(end);
    journal.close(end);
    expect(listSegments(directory)).toEqual([]);
  });
});

describe('without room on the disk', () => {
  it('nothing begins, and what ended is written later, in its order and at the place it was told', async () => {
    const disk = failingDisk();
    const journal = open({ openFile: disk.openFile });
    const running = [makeOpen(), makeOpen()];
    for (const call of running) journal.open(call);
    disk.fill();
    expect(() => journal.open(makeOpen())).toThrow(JournalUnavailable);
    expect(running.map((call, index) => journal.settle(makeSettle(call, index)))).toEqual([3, 4]);
    expect(journal.state()).toMatchObject({ waiting: 2, lost: 0 });
    expect(journal.end()).toMatchObject({ position: 2 });
    disk.empty();
    // As long as something waits, nothing new may take its place.
    expect(() => journal.open(makeOpen())).toThrow(JournalUnavailable);
    await vi.waitFor(() => expect(journal.state()).toMatchObject({ waiting: 0 }));
    expect(readAll().map(({ type, id }) => [type, id])).toEqual([
      ...running.map(({ id }) => ['open', id]),
      ...running.map(({ id }) => ['settle', id]),
    ]);
    journal.open(makeOpen());
    expect(journal.end()).toMatchObject({ position: 5 });
    journal.close(0);
  });

  it('a new segment that cannot be made refuses the call and takes the next one when it can', () => {
    const disk = failingDisk();
    const journal = open({ openFile: disk.openFile, segmentBytesMax: 1 });
    const call = makeOpen();
    journal.open(call);
    disk.refuseFiles('EMFILE');
    expect(() => journal.open(makeOpen())).toThrow(JournalUnavailable);
    expect(() => journal.open(makeOpen())).toThrow(JournalUnavailable);
    disk.refuseFiles(null);
    journal.open(makeOpen());
    expect(listSegments(directory).map(recordsBefore)).toEqual([0, 1]);
    expect(readAll()).toHaveLength(2);
    journal.close(0);
  });

  it('many that wait are written while others are served', async () => {
    const disk = failingDisk();
    const journal = open({ openFile: disk.openFile });
    const calls = Array.from({ length: 3500 }, () => makeOpen());
    for (const call of calls) journal.open(call);
    disk.fill();
    for (const call of calls) journal.settle(makeSettle(call, 1));
    disk.empty();
    await vi.waitFor(() => expect(journal.state().waiting).toBeLessThan(3500), { interval: 1 });
    expect(journal.state().waiting).toBeGreaterThan(0);
    await vi.waitFor(() => expect(journal.state().waiting).toBe(0));
    expect(readAll()).toHaveLength(7000);
    journal.close(7000);
    expect(listSegments(directory)).toEqual([]);
  });

  it('what still waits at the end is counted as lost, and its beginning stays for the next start', () => {
    const disk = failingDisk();
    const journal = open({ openFile: disk.openFile });
    const call = makeOpen();
    journal.open(call);
    disk.fill();
    const place = journal.settle(makeSettle(call, 1));
    journal.close(place);
    expect(journal.state()).toMatchObject({ waiting: 0, lost: 1 });
    expect(readAll()).toEqual([call]);
  });

  // A small file system of its own needs the rights of root; where they are missing the injected one above has to do.
  const mount = (place: string, size: string): boolean => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };

  it('a disk that is really full takes whole lines or nothing of them', async (context) => {
    if (!mount(directory, '64k')) return context.skip();
    try {
      const journal = open();
      const filler = join(directory, 'filler');
      writeFileSync(filler, Buffer.alloc(30_000));
      const begun: ReturnType<typeof makeOpen>[] = [];
      const fill = (): void => {
        for (;;) {
          const call = makeOpen({ model: 'm'.repeat(300) });
          journal.open(call);
          begun.push(call);
        }
      };
      expect(fill).toThrow(JournalUnavailable);
      expect(begun.length).toBeGreaterThan(10);
      const { segment, bytes } = journal.end();
      // Part of a line fitted, and was taken back.
      expect(statSync(segment).size).toBe(bytes);
      for (const call of begun) journal.settle(makeSettle(call, 7));
      expect(journal.state().waiting).toBeGreaterThan(0);
      expect(decodeLines(readFileSync(segment)).damagedBytes).toBe(0);
      rmSync(filler);
      await vi.waitFor(() => expect(journal.state().waiting).toBe(0));
      expect(readAll()).toHaveLength(2 * begun.length);
      expect(journal.state().lost).toBe(0);
      journal.close(2 * begun.length);
      expect(readdirSync(directory)).toEqual([]);
    } finally {
      execFileSync('umount', ['-l', directory]);
    }
  });
});

it('what comes after the end is refused or lost, and never written into another file', () => {
  const journal = open();
  const call = makeOpen();
  journal.open(call);
  journal.close(0);
  const other = join(directory, 'other');
  writeFileSync(other, 'untouched');
  expect(() => journal.open(makeOpen())).toThrow(JournalUnavailable);
  expect(journal.settle(makeSettle(call, 1))).toBe(Number.MAX_SAFE_INTEGER);
  expect(journal.state()).toMatchObject({ waiting: 0, lost: 1 });
  expect(readAll()).toEqual([call]);
  journal.close(0);
});

describe('a disk that fails to sync', () => {
  /** What the files held that the disk kept, in the order of their names. */
  const kept = (disk: ReturnType<typeof slowDisk>) =>
    listSegments(directory)
      .filter((file) => disk.kept.includes(recordsBefore(file)))
      .flatMap((file) => decodeLines(readFileSync(file)).records);

  it('is written no more: nothing begins until a new file is on the disk, with all that was not', async () => {
    const disk = slowDisk();
    const journal = open({ openFile: disk.openFile });
    const [running, ended] = [makeOpen(), makeOpen()];
    journal.open(running);
    journal.open(ended);
    const settle = makeSettle(ended, 1);
    journal.settle(settle);
    disk.fail(new Error('EIO: i/o error'));
    disk.work();
    await vi.waitFor(() => expect(journal.state().syncProblem).toBe('EIO: i/o error'));
    expect(() => journal.open(makeOpen())).toThrow(JournalUnavailable);
    // Its place counts what is written again before it.
    const late = makeSettle(running, 2);
    const place = journal.settle(late);
    expect(place).toBe(7);
    // The first new file fails as well.
    await vi.waitFor(() => expect(disk.log.length).toBeGreaterThanOrEqual(2));
    expect(() => journal.open(makeOpen())).toThrow(JournalUnavailable);
    disk.fail(null);
    await vi.waitFor(() => expect(journal.state()).toMatchObject({ syncProblem: null, waiting: 0 }), { timeout: 5000 });
    expect(kept(disk)).toEqual([running, ended, settle, late]);
    // It was closed, and nothing was written to it afterwards.
    expect(disk.closed).toContain(0);
    const next = makeOpen();
    journal.open(next);
    expect(readAll().at(-1)).toEqual(next);
    expect(journal.state().lost).toBe(0);
    journal.close(0);
  });

  it('at the end leaves what it kept, and counts what was ever written as not lost', () => {
    const disk = slowDisk();
    const journal = open({ openFile: disk.openFile });
    const call = makeOpen();
    journal.open(call);
    const place = journal.settle(makeSettle(call, 1));
    disk.fail(new Error('EIO'));
    journal.close(place);
    expect(journal.state()).toMatchObject({ lost: 0, syncProblem: 'EIO' });
    expect(disk.closed).toEqual([0]);
  });

  it('that is far too slow refuses calls, since nothing would be left of them after a power cut', async () => {
    const disk = slowDisk();
    const journal = open({ openFile: disk.openFile, unsyncedMax: 20 });
    for (let count = 0; count < 20; count += 1) journal.open(makeOpen());
    expect(() => journal.open(makeOpen())).toThrow(/too slow/);
    disk.work();
    await vi.waitFor(() => expect(() => journal.open(makeOpen())).not.toThrow());
    journal.close(0);
  });
});
