import { crc32 } from 'node:zlib';
import type { JournalRecord } from '../usage-event.ts';
import { isJournalRecord } from './record-shape.ts';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const CHECKSUM_LENGTH = 8;
const JSON_START = CHECKSUM_LENGTH + 1;
const HEX_DIGITS = Buffer.from('0123456789abcdef');
/** Nearly every record fits; a longer one gets a buffer of its own. */
const SCRATCH_BYTES = 64 * 1024;

/**
 * A record as a line of a segment: the CRC-32 of the JSON as 8 hexadecimal digits, a space, the JSON, a line feed. JSON
 * has no line feeds of its own, so a damaged line never takes the next one with it.
 */
export function encodeRecord(record: JournalRecord): Buffer {
  const json = JSON.stringify(record);
  return encodeInto(Buffer.allocUnsafe(roomFor(json)), json);
}

/**
 * Encodes as `encodeRecord` does, into memory that the next record overwrites: whoever keeps a line copies it. Throws
 * what JSON cannot tell.
 */
export function createEncoder(): (record: JournalRecord) => Buffer {
  const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  return (record) => {
    const json = JSON.stringify(record);
    const room = roomFor(json);
    return encodeInto(room <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(room), json);
  };
}

/** No unit of UTF-16 takes more than three bytes of UTF-8. */
const roomFor = (json: string): number => JSON_START + json.length * 3 + 1;

function encodeInto(buffer: Buffer, json: string): Buffer {
  const end = JSON_START + buffer.write(json, JSON_START);
  let sum = crc32(buffer.subarray(JSON_START, end));
  for (let index = CHECKSUM_LENGTH - 1; index >= 0; index -= 1) {
    buffer[index] = HEX_DIGITS[sum & 15] ?? 0;
    sum >>>= 4;
  }
  buffer[CHECKSUM_LENGTH] = SPACE;
  buffer[end] = LINE_FEED;
  return buffer.subarray(0, end + 1);
}

/** What complete lines hold. A torn or damaged line is skipped and its bytes counted; the rest is read all the same. */
export interface DecodedLines {
  readonly records: readonly JournalRecord[];
  /** The JSON of lines that are as they were written, and are no record that this version can use. */
  readonly malformed: readonly string[];
  /** Complete lines, with the damaged ones. */
  readonly lines: number;
  /** Of complete lines that are not what was written. */
  readonly damagedBytes: number;
  /** Up to the last line feed: what follows may still be being written. */
  readonly bytes: number;
}

export function decodeLines(buffer: Buffer): DecodedLines {
  const records: JournalRecord[] = [];
  const malformed: string[] = [];
  let damagedBytes = 0;
  let lines = 0;
  let start = 0;
  for (;;) {
    const end = buffer.indexOf(LINE_FEED, start);
    if (end < 0) break;
    const json = intactJson(buffer, start, end);
    if (json === null) damagedBytes += end + 1 - start;
    else {
      const record = parseRecord(json);
      if (record === null) malformed.push(json);
      else records.push(record);
    }
    lines += 1;
    start = end + 1;
  }
  return { records, malformed, lines, damagedBytes, bytes: start };
}

/** Null unless the line is as it was written. */
function intactJson(buffer: Buffer, start: number, end: number): string | null {
  const from = start + JSON_START;
  if (from >= end || buffer[from - 1] !== SPACE) return null;
  const sum = crc32(buffer.subarray(from, end)).toString(16).padStart(CHECKSUM_LENGTH, '0');
  return buffer.toString('latin1', start, from - 1) === sum ? buffer.toString('utf8', from, end) : null;
}

function parseRecord(json: string): JournalRecord | null {
  try {
    const value: unknown = JSON.parse(json);
    return isJournalRecord(value) ? value : null;
  } catch {
    return null;
  }
}
