import { crc32 } from 'node:zlib';
import type { JournalRecord } from '../usage-event.ts';

/**
 * A record as a line of a segment: the CRC-32 of the JSON as 8 hexadecimal digits, a space, the JSON, a line feed. JSON
 * has no line feeds of its own, so a damaged line never takes the next one with it.
 */
export function encodeRecord(record: JournalRecord): Buffer {
  const json = JSON.stringify(record);
  return Buffer.from(`${checksum(json)} ${json}\n`);
}

/** What complete lines hold. A torn or damaged line is skipped and its bytes counted; the rest is read all the same. */
export interface DecodedLines {
  readonly records: readonly JournalRecord[];
  /** Complete lines, with the damaged ones. */
  readonly lines: number;
  /** Of complete lines that are not what was written. */
  readonly damagedBytes: number;
  /** Up to the last line feed: what follows may still be being written. */
  readonly bytes: number;
}

const LINE_FEED = 0x0a;
const CHECKSUM_LENGTH = 8;

export function decodeLines(buffer: Buffer): DecodedLines {
  const records: JournalRecord[] = [];
  let damagedBytes = 0;
  let lines = 0;
  let start = 0;
  for (;;) {
    const end = buffer.indexOf(LINE_FEED, start);
    if (end < 0) break;
    const record = decodeLine(buffer.toString('utf8', start, end));
    if (record === null) damagedBytes += end + 1 - start;
    else records.push(record);
    lines += 1;
    start = end + 1;
  }
  return { records, lines, damagedBytes, bytes: start };
}

function decodeLine(line: string): JournalRecord | null {
  const json = line.slice(CHECKSUM_LENGTH + 1);
  if (json === '' || line.slice(0, CHECKSUM_LENGTH) !== checksum(json)) return null;
  try {
    // The checksum says that these are the bytes this program wrote.
    const record: JournalRecord = JSON.parse(json);
    return record;
  } catch {
    return null;
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0');
}
