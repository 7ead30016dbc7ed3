import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createBodyEncoder } from './encode-body.ts';
import type { FakeEncoding } from './settings.ts';

/** Writes a body in pieces of a given length, each handed to the system before the next. */
export interface BodyWriter {
  /** Writes all whole pieces; a shorter rest waits for more, or for `flush`. */
  write(bytes: Buffer): Promise<void>;
  flush(): Promise<void>;
  /** Flushes, and ends the body. */
  end(): Promise<void>;
  dispose(): void;
  /** Nothing of what was written is still waiting here. */
  readonly isEmpty: boolean;
}

export interface BodyWriterOptions {
  readonly encoding: FakeEncoding;
  /** 0: as long as what is written. */
  readonly pieceBytes: number;
  readonly trailers: boolean;
}

/** The trailer's name: the SHA-256 of the body as it is sent, in hexadecimal. */
export const TRAILER_NAME = 'x-body-sha256';

/** The writer of a response whose head has been written. */
export function createBodyWriter(response: ServerResponse, options: BodyWriterOptions): BodyWriter {
  const { pieceBytes, trailers } = options;
  const encoder = createBodyEncoder(options.encoding);
  const hash = trailers ? createHash('sha256') : null;
  const send = createSender(response);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const takeWaiting = (): Buffer => {
    const taken = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    return taken;
  };

  const sendPiece = async (piece: Buffer): Promise<void> => {
    hash?.update(piece);
    await send(piece);
  };
  const accept = async (bytes: Buffer): Promise<void> => {
    if (bytes.length === 0 || response.destroyed) return;
    if (pieceBytes === 0) return sendPiece(bytes);
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes < pieceBytes) return;
    const whole = takeWaiting();
    let start = 0;
    for (; whole.length - start >= pieceBytes && !response.destroyed; start += pieceBytes) {
      await sendPiece(whole.subarray(start, start + pieceBytes));
    }
    waiting = [whole.subarray(start)];
    waitingBytes = whole.length - start;
  };
  const flush = async (): Promise<void> => {
    const rest = takeWaiting();
    if (rest.length > 0 && !response.destroyed) await sendPiece(rest);
  };
  return {
    write: async (bytes) => accept(encoder === null ? bytes : await encoder.encode(bytes)),
    flush,
    end: async () => {
      if (encoder !== null && !response.destroyed) await accept(await encoder.finish());
      await flush();
      if (response.destroyed) return;
      if (hash !== null) response.addTrailers({ [TRAILER_NAME]: hash.digest('hex') });
      response.end();
    },
    dispose: () => encoder?.dispose(),
    get isEmpty() {
      return waitingBytes === 0;
    },
  };
}

/** Sends one piece at a time. Resolves when the system has taken it, so that it travels on its own, or nobody reads. */
function createSender(response: ServerResponse): (piece: Buffer) => Promise<void> {
  let finish: (() => void) | null = null;
  const settle = (): void => {
    finish?.();
    finish = null;
  };
  response.once('close', settle);
  return (piece) =>
    new Promise((resolve) => {
      finish = resolve;
      if (response.destroyed) settle();
      else response.write(piece, settle);
    });
}
