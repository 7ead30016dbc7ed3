import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { inTurns } from './in-turns.ts';
import { joinBytes } from './join-bytes.ts';

const options = { chunkSize: 65_536 };
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(options),
  'x-gzip': () => createGunzip(options),
  deflate: () => createInflate(options),
  br: () => createBrotliDecompress(options),
  zstd: () => createZstdDecompress(options),
};

/** How much a body may become. */
export interface DecodedRoom {
  readonly bytesMax: number;
  /** Asked for every piece before the next one is made; false: there is no room for it. */
  readonly take: (bytes: number) => boolean;
}

/**
 * A whole body undone of its content encoding (RFC 9110, 8.4.1), piece by piece, so that what a few kilobytes become is
 * never in memory before there is room for it. `damaged`: also where it is encoded in a way that nobody here knows.
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  { bytesMax, take }: DecodedRoom,
): Promise<Buffer | 'damaged' | 'too_large' | 'no_room'> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return body;
  const decoder = decoders[name]?.();
  if (decoder === undefined) return 'damaged';
  const pieces: Buffer[] = [];
  let bytes = 0;
  decoder.end(body);
  try {
    for await (const piece of decoder as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > bytesMax) return 'too_large';
      if (!take(piece.length)) return 'no_room';
      pieces.push(piece);
    }
  } catch {
    return 'damaged';
  }
  return inTurns(joinBytes(pieces, bytes));
}
