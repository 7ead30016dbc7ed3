import type { BodyShare } from './body-room.ts';
import type { CallStop } from './running-calls.ts';

/** The head of a call as it came, whatever carries it. */
export interface CallHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Name, value, name, value ..., as the client wrote them. */
  readonly rawHeaders: readonly string[];
  /** By lower-case name; repeated ones joined with a comma. */
  readonly header: (name: string) => string | undefined;
  /** The caller's address behind trusted proxies only. */
  readonly ip: string;
}

/**
 * Where the reply goes. Heads and chunks, no streams: so another transport than node:http can carry calls too. Nothing
 * throws; what is written to a client that has left is dropped.
 */
export interface ReplyWriter {
  /** The client has left before the reply was complete. */
  readonly isGone: boolean;
  readonly hasBegun: boolean;
  /** `rawHeaders` as in CallHead. */
  writeHead: (httpStatus: number, rawHeaders: string[]) => void;
  /** Sends the head at once: the first event of a stream may be seconds away. */
  flushHead: () => void;
  /** False: wait for `onDrain` before more. */
  write: (chunk: Uint8Array) => boolean;
  end: (chunk?: Uint8Array, rawTrailers?: readonly string[]) => void;
  /** Cuts the connection, for a reply that cannot be completed. */
  cut: () => void;
  onDrain: (listener: () => void) => void;
  /** Called once, when the client leaves before the reply is complete. */
  onGone: (listener: () => void) => void;
}

export interface BodyReading {
  readonly bytesMax: number;
  readonly share: BodyShare;
  /** Ends the reading, and is told what is waited for. */
  readonly stop: CallStop;
}

/**
 * Why a body could not be read. `no_room`: other bodies fill the memory that is for them. `late`: nothing came for a
 * minute. `stopped`: the call was ended meanwhile. `broken`: the client has left.
 */
export type BodyProblem = 'too_large' | 'no_room' | 'late' | 'stopped' | 'broken';

export interface Exchange {
  readonly head: CallHead;
  /** The whole body as it came, or why it could not be read. What comes after a problem is thrown away. */
  readBody: (reading: BodyReading) => Promise<Buffer | BodyProblem>;
  readonly reply: ReplyWriter;
}
