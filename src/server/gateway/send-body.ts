import { Readable } from 'node:stream';
import type { UpstreamRequest } from './edit-request.ts';

/** A body up to here goes out in one piece. */
const ONE_PIECE_BYTES_MAX = 262_144;
/** What is encrypted and written in one go of a longer one. */
const SLICE_BYTES = 65_536;

/** The headers and the body as they go to the connection: a long body in slices, each when the one before has left. */
export function bodyToSend({ headers, body }: Pick<UpstreamRequest, 'headers' | 'body'>) {
  if (body === null) return { headers, body };
  const bytes = body.reduce((sum, { length }) => sum + length, 0);
  if (bytes <= ONE_PIECE_BYTES_MAX) return { headers, body: Buffer.concat(body, bytes) };
  const slices = Readable.from(slicesOf(body), { objectMode: false, highWaterMark: SLICE_BYTES });
  return { headers: [...headers, 'content-length', String(bytes)], body: slices };
}

function* slicesOf(pieces: readonly Buffer[]): Generator<Buffer> {
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += SLICE_BYTES) yield piece.subarray(from, from + SLICE_BYTES);
  }
}
