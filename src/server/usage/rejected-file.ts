import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BYTES_MAX = 16 * 1024 * 1024;

/** What could not be brought into the database for good, a line of JSON each, beside the journal. */
export const REJECTED_FILE = 'rejected.jsonl';
/** What stood there before it was full. What is older goes. */
const FULL_FILE = 'rejected.1.jsonl';

/** Throws what the file system throws. */
export function appendRejected(
  directory: string,
  entries: readonly object[],
  { bytesMax = BYTES_MAX }: { readonly bytesMax?: number | undefined } = {},
): void {
  const file = join(directory, REJECTED_FILE);
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0 && bytes + Buffer.byteLength(text) > bytesMax) renameSync(file, join(directory, FULL_FILE));
  appendFileSync(file, text, { mode: 0o600 });
}

/** Whether anything stands aside, of this process or of an earlier one. */
export function hasRejected(directory: string): boolean {
  return [REJECTED_FILE, FULL_FILE].some((name) => existsSync(join(directory, name)));
}
