import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { outboundError } from './outbound-error.ts';

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);
const inflateRawAsync = promisify(inflateRaw);
const brotliAsync = promisify(brotliDecompress);

interface ReadInput {
  readonly stream: Readable;
  /** The limit for the bytes on the wire, and again for the bytes they decompress to. */
  readonly bytesMax: number;
  readonly contentEncoding: string | undefined;
  readonly host: string;
}

/** Reads a reply to its end and undoes gzip, deflate or br. Throws OutboundError `too_large` or `network`. */
export async function readReplyBody({ stream, bytesMax, contentEncoding, host }: ReadInput): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw outboundError('network', host);
    bytes += chunk.length;
    if (bytes > bytesMax) throw outboundError('too_large', host);
    chunks.push(chunk);
  }
  return decompress(Buffer.concat(chunks, bytes), { bytesMax, contentEncoding, host });
}

async function decompress(
  body: Buffer,
  { bytesMax, contentEncoding, host }: Omit<ReadInput, 'stream'>,
): Promise<Buffer> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity' || body.length === 0) return body;
  const limit = { maxOutputLength: bytesMax };
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipAsync(body, limit);
  if (encoding === 'br') return brotliAsync(body, limit);
  // Some servers send deflate without the zlib header; its first byte always has 8 in the low half.
  if (encoding === 'deflate')
    return ((body[0] ?? 0) & 15) === 8 ? inflateAsync(body, limit) : inflateRawAsync(body, limit);
  throw outboundError('network', host);
}
