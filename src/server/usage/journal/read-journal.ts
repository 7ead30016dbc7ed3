import { createReadStream, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalRecord } from '../usage-event.ts';
import { decodeLines } from './segment.ts';

const PIECE_BYTES = 1024 * 1024;

/** The segments in a directory, those of one process in the order in which they were written. */
export function listSegments(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.journal'));
    return names.sort().map((name) => join(directory, name));
  } catch {
    return [];
  }
}

export interface ReadPart {
  readonly records: readonly JournalRecord[];
  readonly damagedBytes: number;
}

/** Reads a whole segment in pieces. A torn end counts as damaged: nobody writes on. */
export async function* readSegment(file: string): AsyncGenerator<ReadPart> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
    const piece: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    const buffer = Buffer.concat([rest, piece]);
    const { records, damagedBytes, bytes } = decodeLines(buffer);
    rest = buffer.subarray(bytes);
    yield { records, damagedBytes };
  }
  if (rest.length > 0) yield { records: [], damagedBytes: rest.length };
}

/** The complete records of a segment that is being written, from one byte to another. */
export async function readBetween(file: string, start: number, end: number): Promise<ReadPart & { bytes: number }> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(end - start, PIECE_BYTES * 4));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
    return decodeLines(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
