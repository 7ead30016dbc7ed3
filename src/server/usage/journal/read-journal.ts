import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { JournalRecord } from '../usage-event.ts';
import { type DecodedLines, decodeLines } from './segment.ts';

const PIECE_BYTES = 1024 * 1024;
/** Of a segment that is being written: as much as is applied in some hundred milliseconds. */
const FOLLOWED_BYTES = PIECE_BYTES * 4;

export interface ReadPart {
  readonly records: readonly JournalRecord[];
  /** The JSON of intact lines that are no record that this version can use. */
  readonly malformed: readonly string[];
  readonly damagedBytes: number;
}

/** Reads a whole segment in pieces. A torn end counts as damaged: nobody writes on. */
export async function* readSegment(file: string): AsyncGenerator<ReadPart> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
    const piece: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    const buffer = Buffer.concat([rest, piece]);
    const { records, malformed, damagedBytes, bytes } = decodeLines(buffer);
    rest = buffer.subarray(bytes);
    yield { records, malformed, damagedBytes };
  }
  if (rest.length > 0) yield { records: [], malformed: [], damagedBytes: rest.length };
}

/**
 * The complete lines of a segment that is being written, from one byte to another; some of them where there are many,
 * and always one where there is one. `restBytes` were read behind them and are no whole line.
 */
export async function readBetween(
  file: string,
  start: number,
  end: number,
): Promise<DecodedLines & { readonly restBytes: number }> {
  const handle = await open(file, 'r');
  try {
    for (let length = Math.min(end - start, FOLLOWED_BYTES); ; length = Math.min(end - start, length * 2)) {
      const buffer = Buffer.allocUnsafeSlow(length);
      const { bytesRead } = await handle.read(buffer, 0, length, start);
      const decoded = decodeLines(buffer.subarray(0, bytesRead));
      if (decoded.bytes > 0 || bytesRead < length || length === end - start)
        return { ...decoded, restBytes: bytesRead - decoded.bytes };
    }
  } finally {
    await handle.close();
  }
}
