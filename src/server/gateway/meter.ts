import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Dialect } from '../../contract/vocabulary.ts';
import type { Provider } from '../../providers/provider.ts';
import { createUsageReader } from '../../providers/usage/usage-reader.ts';
import type { UsageReading } from '../../providers/usage/usage-reading.ts';

/** A tee on the bytes of one reply. Whatever happens in it, the reply goes on. */
export interface Meter {
  push: (chunk: Buffer) => void;
  /** What has been read so far; behind the bytes by a moment where the reply is compressed. */
  peek: () => UsageReading;
  /** The reply has told its last. */
  isComplete: () => boolean;
  /** Everything there is to read. Never rejects. */
  end: () => Promise<UsageReading> | UsageReading;
}

interface MeterInput {
  readonly provider: Provider;
  readonly dialect: Dialect | null;
  readonly endpoint: string;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  readonly httpStatus: number;
}

const DECODED_BYTES_MAX = 256 * 1024 * 1024;

/** The decoders of RFC 9110, 8.4.1, and zstd. Truncated input still gives what it holds. */
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Reads the usage of a reply while it passes. */
export function createMeter({ contentEncoding, ...input }: MeterInput): Meter {
  const reader = createUsageReader(input);
  const encoding = contentEncoding?.trim().toLowerCase() ?? 'identity';
  if (encoding === '' || encoding === 'identity') {
    return {
      push: (chunk) => reader.push(chunk),
      peek: () => reader.read(),
      isComplete: reader.isComplete,
      end() {
        reader.end();
        return reader.read();
      },
    };
  }
  const decoder = decoders[encoding]?.();
  // An encoding nobody here knows tells nothing; the call is then estimated.
  if (decoder === undefined)
    return {
      push: () => undefined,
      peek: () => reader.read(),
      isComplete: reader.isComplete,
      end: () => reader.read(),
    };
  return decodingMeter(decoder, reader);
}

function decodingMeter(decoder: Transform, reader: ReturnType<typeof createUsageReader>): Meter {
  let decodedBytes = 0;
  let isOver = false;
  const over = Promise.withResolvers<void>();
  const finish = (): void => {
    isOver = true;
    over.resolve();
  };
  decoder.on('data', (chunk: Buffer) => {
    decodedBytes += chunk.length;
    if (decodedBytes <= DECODED_BYTES_MAX) reader.push(chunk);
    else decoder.destroy();
  });
  decoder.once('end', finish);
  decoder.once('error', finish);
  decoder.once('close', finish);
  return {
    push(chunk) {
      if (!isOver) decoder.write(chunk);
    },
    peek: () => reader.read(),
    isComplete: reader.isComplete,
    async end() {
      if (!isOver) decoder.end();
      await over.promise;
      reader.end();
      return reader.read();
    },
  };
}
