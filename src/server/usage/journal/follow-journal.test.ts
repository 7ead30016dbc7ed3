import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTestDirectory } from '../../../testing/test-database.ts';
import { makeOpen, makeSettle } from '../../../testing/usage-records.ts';
import type { JournalRecord } from '../usage-event.ts';
import { followJournal } from './follow-journal.ts';
import { type Journal, openJournal } from './journal.ts';
import { listSegments } from './segment-names.ts';

let directory: string;
beforeEach(() => {
  directory = makeTestDirectory();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const openOne = (segmentBytesMax?: number): Journal =>
  openJournal({
    directory,
    instance: 'one',
    onWritten: () => undefined,
    ...(segmentBytesMax === undefined ? {} : { segmentBytesMax }),
  });

function follow(journal: Journal, take?: (records: readonly JournalRecord[]) => Promise<void>) {
  const taken: JournalRecord[] = [];
  const told: { position: number; damagedBytes: number }[] = [];
  const failures: unknown[] = [];
  const closing = new AbortController();
  const follower = followJournal({
    instance: 'one',
    beginning: journal.beginning(),
    async take({ records }) {
      if (take === undefined) taken.push(...records);
      else await take(records);
    },
    onTaken: (progress) => told.push(progress),
    onFailing: (error) => failures.push(error),
    signal: closing.signal,
  });
  return { follower, taken, told, failures, closing };
}

function writeCalls(journal: Journal, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const call = makeOpen();
    journal.open(call);
    journal.settle(makeSettle(call, index));
  }
}

describe('following the journal', () => {
  it('takes everything once, over segments and while it grows', async () => {
    const journal = openOne(3000);
    const { follower, taken, told, failures } = follow(journal);
    for (let round = 0; round < 20; round += 1) {
      writeCalls(journal, 5);
      const ends = [journal.end()];
      writeCalls(journal, 2);
      ends.push(journal.end());
      await Promise.all(ends.map((end) => follower.reach(end)));
      expect(taken).toHaveLength(journal.end().position);
    }
    expect(told.at(-1)).toEqual({ position: 280, damagedBytes: 0 });
    expect(new Set(taken.map(({ type, id }) => type + id)).size).toBe(280);
    expect(failures).toEqual([]);
    journal.close(280);
  });

  it('goes on over segments that were applied and removed, also where it stands itself', async () => {
    const journal = openOne(1);
    const long = makeOpen();
    journal.open(long);
    writeCalls(journal, 5);
    const first = follow(journal);
    await first.follower.reach(journal.end());
    const { position } = journal.end();
    // Another segment begins before it is known that the last one is applied.
    const next = makeOpen();
    journal.open(next);
    journal.noteApplied(position);
    await first.follower.reach(journal.end());
    expect(first.taken).toContainEqual(next);
    expect(first.told.at(-1)?.position).toBe(journal.end().position);
    // Whoever begins anew finds what is still needed, and the right place behind the gap.
    const again = follow(journal);
    await again.follower.reach(journal.end());
    expect(again.taken).toContainEqual(long);
    expect(again.taken).toContainEqual(next);
    expect(again.told.at(-1)?.position).toBe(journal.end().position);
    expect([...first.failures, ...again.failures]).toEqual([]);
    journal.close(0);
  });

  it('damage anywhere holds nothing up: all intact lines are taken, and the place is that of the journal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.constantFrom('flip', 'line feed', 'no line feed')), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.constantFrom(600, 3000, 100_000),
        async (damages, segmentBytesMax) => {
          rmSync(directory, { recursive: true });
          const journal = openOne(segmentBytesMax);
          writeCalls(journal, 6);
          const middle = journal.end();
          const files = listSegments(directory);
          const intact = new Set(files.flatMap((file) => readFileSync(file, 'latin1').split('\n')));
          for (const [place, kind] of damages) {
            const file = files[place % files.length] ?? '';
            const bytes = readFileSync(file);
            const feeds = [...bytes.keys()].filter((index) => bytes[index] === 0x0a);
            if (kind === 'flip') bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ 0x10;
            if (kind === 'line feed') bytes[place % bytes.length] = 0x0a;
            if (kind === 'no line feed') bytes[feeds[place % feeds.length] ?? 0] = 0x20;
            writeFileSync(file, bytes);
          }
          const expected = files
            .flatMap((file) => readFileSync(file, 'latin1').split('\n'))
            .filter((line) => line !== '' && intact.has(line)).length;
          const { follower, taken, told, failures } = follow(journal);
          await follower.reach(middle);
          expect(taken).toHaveLength(expected);
          expect(told.at(-1)?.position).toBe(middle.position);
          expect(told.at(-1)?.damagedBytes).toBeGreaterThanOrEqual(expected < 12 ? 1 : 0);
          writeCalls(journal, 2);
          await follower.reach(journal.end());
          expect(taken).toHaveLength(expected + 4);
          expect(told.at(-1)?.position).toBe(16);
          expect(failures).toEqual([]);
          journal.close(16);
          expect(listSegments(directory)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('does not read what stands behind the end it was told', async () => {
    const journal = openOne();
    writeCalls(journal, 1);
    const end = journal.end();
    appendFileSync(end.segment, 'deadbeef {"half": ');
    const { follower, taken, told } = follow(journal);
    await follower.reach(end);
    expect(taken).toHaveLength(2);
    expect(told.at(-1)).toEqual({ position: 2, damagedBytes: 0 });
    journal.close(0);
  });

  it('a line longer than what is read at once is read whole', async () => {
    const journal = openOne();
    const call = makeOpen({ model: 'm'.repeat(9_000_000) });
    journal.open(call);
    writeCalls(journal, 1);
    const { follower, taken } = follow(journal);
    await follower.reach(journal.end());
    expect(taken[0]).toEqual(call);
    expect(taken).toHaveLength(3);
    journal.close(0);
  });

  it('what could not be taken comes again, as a whole and in its order', async () => {
    const journal = openOne();
    writeCalls(journal, 2);
    const pieces: number[] = [];
    const { follower, failures, told } = follow(journal, async (records) => {
      pieces.push(records.length);
      if (pieces.length < 3) throw new Error('no room');
    });
    await follower.reach(journal.end());
    expect(pieces).toEqual([4, 4, 4]);
    expect(failures).toHaveLength(2);
    expect(told).toEqual([{ position: 4, damagedBytes: 0 }]);
    journal.close(0);
  });

  it('what fails at the end of the process is not tried again', async () => {
    const journal = openOne();
    writeCalls(journal, 1);
    const { follower, closing } = follow(journal, () => Promise.reject(new Error('away')));
    closing.abort();
    await expect(follower.reach(journal.end())).rejects.toThrow('away');
    journal.close(0);
  });

  it('a pause stands between two pieces: its place is what has been taken', async () => {
    const journal = openOne(1);
    let taking = 0;
    let taken = 0;
    const { follower } = follow(journal, async (records) => {
      taking += 1;
      await new Promise(setImmediate);
      taken += records.length;
      taking -= 1;
    });
    writeCalls(journal, 20);
    const reached = follower.reach(journal.end());
    const places: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      await follower.pause(async (position) => {
        expect([taking, taken]).toEqual([0, position]);
        await new Promise(setImmediate);
        expect([taking, taken]).toEqual([0, position]);
        places.push(position);
      });
    }
    await reached;
    expect(places.some((place) => place > 0 && place < 40)).toBe(true);
    journal.close(0);
  });
});
