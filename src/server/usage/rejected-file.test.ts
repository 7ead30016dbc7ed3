import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { makeTestDirectory } from '../../testing/test-database.ts';
import { appendRejected, hasRejected, REJECTED_FILE } from './rejected-file.ts';

let directory: string;
beforeEach(() => {
  directory = makeTestDirectory();
  return () => rmSync(directory, { recursive: true, force: true });
});

it('what is put aside takes a bounded room: the oldest goes', () => {
  for (let count = 0; count < 100; count += 1) appendRejected(directory, [{ count }], { bytesMax: 200 });
  const files = readdirSync(directory).toSorted();
  expect(files).toEqual(['rejected.1.jsonl', REJECTED_FILE]);
  for (const file of files) expect(statSync(join(directory, file)).size).toBeLessThanOrEqual(200);
  const counts = files.flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).count),
  );
  // The newest are there without a gap.
  expect(counts).toEqual(Array.from({ length: counts.length }, (_, index) => 100 - counts.length + index));
});

it('one entry larger than the bound is written all the same, and readable by nobody else', () => {
  appendRejected(directory, [{ text: 'x'.repeat(500) }], { bytesMax: 200 });
  const { size, mode } = statSync(join(directory, REJECTED_FILE));
  expect(size).toBeGreaterThan(500);
  expect(mode & 0o777).toBe(0o600);
});

it('is there once something was put aside, and no longer than its files', () => {
  expect(hasRejected(directory)).toBe(false);
  appendRejected(directory, [{ count: 1 }]);
  expect(hasRejected(directory)).toBe(true);
  rmSync(join(directory, REJECTED_FILE));
  expect(hasRejected(directory)).toBe(false);
});
