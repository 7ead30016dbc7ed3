import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { FakeEncoding } from './settings.ts';

/** Encodes a body that comes in parts; each part can be decoded as soon as it has arrived. */
export interface BodyEncoder {
  encode(bytes: Buffer): Promise<Buffer>;
  /** The end of the encoded body. */
  finish(): Promise<Buffer>;
  /** Gives the memory back of an encoder that is not finished. */
  dispose(): void;
}

const wholeEncoders: Readonly<Record<FakeEncoding, (body: Buffer) => Promise<Buffer>>> = {
  identity: async (body) => body,
  gzip: promisify<Buffer, Buffer>(zlib.gzip),
  deflate: promisify<Buffer, Buffer>(zlib.deflate),
  br: (body) => promisify(zlib.brotliCompress)(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
};

/** The body in one piece, encoded. */
export function encodeWhole(encoding: FakeEncoding, body: Buffer): Promise<Buffer> {
  return wholeEncoders[encoding](body);
}

/** An encoder that flushes after every part, or null for `identity`. */
export function createBodyEncoder(encoding: FakeEncoding): BodyEncoder | null {
  if (encoding === 'identity') return null;
  const stream = openStream(encoding);
  const kind = encoding === 'br' ? zlib.constants.BROTLI_OPERATION_FLUSH : zlib.constants.Z_SYNC_FLUSH;
  let encoded: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => encoded.push(chunk));
  const take = (): Buffer => {
    // Reading emits what is still buffered.
    while (stream.read() !== null);
    const taken = Buffer.concat(encoded);
    encoded = [];
    return taken;
  };
  return {
    encode: (bytes) =>
      new Promise((resolve) => {
        stream.write(bytes);
        stream.flush(kind, () => resolve(take()));
      }),
    finish: () =>
      new Promise((resolve) => {
        stream.once('end', () => resolve(take()));
        stream.end();
      }),
    dispose: () => stream.destroy(),
  };
}

function openStream(encoding: Exclude<FakeEncoding, 'identity'>): zlib.Gzip | zlib.Deflate | zlib.BrotliCompress {
  if (encoding === 'gzip') return zlib.createGzip();
  if (encoding === 'deflate') return zlib.createDeflate();
  return zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } });
}

/** The wanted encoding if the client accepts it (RFC 9110, 12.5.3), else `identity`. */
export function acceptedEncoding(wanted: FakeEncoding, acceptEncoding: string | undefined): FakeEncoding {
  if (wanted === 'identity' || acceptEncoding === undefined) return 'identity';
  const accepts = acceptEncoding.split(',').some((part) => {
    const [name = '', weight = ''] = part.split(';').map((piece) => piece.trim().toLowerCase());
    return (name === wanted || name === '*') && !/^q=0(?:\.0*)?$/.test(weight);
  });
  return accepts ? wanted : 'identity';
}
