import { expect, it } from 'vitest';
import { makeOpen, makeSettle } from '../../../testing/usage-records.ts';
import { interruptedSettle, toEventRow } from '../event-rows.ts';
import { isJournalRecord } from './record-shape.ts';
import { createEncoder, decodeLines, encodeRecord } from './segment.ts';

const open = makeOpen();
const settle = makeSettle(open, 5);
const odd = [undefined, null, {}, [], [null], 'text', 1e300, -1, 1.5, true];

it('records are what they are taken for', () => {
  expect([open, settle].map(isJournalRecord)).toEqual([true, true]);
});

it('whatever stands in any field, a record is refused or can be made an event of', () => {
  let refused = 0;
  for (const record of [open, settle]) {
    for (const name of Object.keys(record)) {
      for (const value of odd) {
        const changed: unknown = JSON.parse(JSON.stringify({ ...record, [name]: value }));
        if (!isJournalRecord(changed)) {
          refused += 1;
          continue;
        }
        const row =
          changed.type === 'open' ? toEventRow(changed, interruptedSettle(changed)) : toEventRow(open, changed);
        expect(typeof row.id).toBe('string');
      }
    }
  }
  expect(refused).toBeGreaterThan(100);
});

it('an intact line that is no record is told by itself, and takes no other with it', () => {
  const { provider: _, ...rest } = open;
  const none = JSON.parse(JSON.stringify(rest));
  const lines = decodeLines(Buffer.concat([encodeRecord(none), encodeRecord(settle)]));
  expect(lines).toMatchObject({ records: [settle], lines: 2, damagedBytes: 0 });
  expect(lines.malformed.map((line) => JSON.parse(line))).toEqual([none]);
});

it('an encoder that uses its memory again writes the same lines, short, long and in any script', () => {
  const encode = createEncoder();
  for (const model of ['m', 'é漢😀'.repeat(30_000), 'a\nb', 'm'.repeat(70_000), '\ud800']) {
    const record = makeOpen({ model });
    const line = Buffer.from(encode(record));
    expect(line.equals(encodeRecord(record))).toBe(true);
    expect(decodeLines(line).records).toEqual([JSON.parse(JSON.stringify(record))]);
  }
});
