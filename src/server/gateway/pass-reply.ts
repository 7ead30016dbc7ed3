import type { Dispatcher } from 'undici';
import { ERROR_BYTES_MAX } from './attempt-end.ts';
import type { ReplyWriter } from './exchange.ts';
import { gatherChunks } from './gather-chunks.ts';
import { hideUsageChunk } from './hide-usage-chunk.ts';
import { passHeaders, passTrailers, rawHeader, withoutHeader } from './reply-headers.ts';
import type { CallStop } from './running-calls.ts';

/**
 * How long a client may take for what one buffer holds (some 100 KB). One that takes longer is given up like one that has
 * left: it would keep its money, its place and a connection to the provider for ever.
 */
const CLIENT_MS_MAX = 300_000;
/** A reply of known length below this goes out in one piece, once it is recorded. */
const WHOLE_BYTES_MAX = 65_536;

const noBytes = Buffer.alloc(0);

export interface Passing {
  readonly reply: ReplyWriter;
  readonly stop: CallStop;
  readonly controller: Dispatcher.DispatchController;
  readonly httpStatus: number;
  /** As the provider sent them. */
  readonly headers: readonly string[];
  /** The chunk that tells the usage was asked for by the gateway, and the client must not see it. */
  readonly hidesUsageChunk: boolean;
  readonly requestId: string;
  /** Headers that repeat it go no further. */
  readonly secret: string;
  /** Reads the usage from the bytes. */
  readonly meter: (chunk: Buffer) => void;
  /** Told after the bytes of a stream were read and before they reach the client. */
  readonly onMetered: () => void;
  readonly isClientGone: () => boolean;
}

/**
 * What of a provider's reply the client gets, and when: a stream as it comes, a short reply in one piece once its end is
 * recorded, and of a refusal nothing, for another credential may serve.
 */
export class PassedReply {
  readonly #passing: Passing;
  readonly #mode: 'stream' | 'whole' | 'error';
  readonly #filter: ReturnType<typeof hideUsageChunk> | null = null;
  readonly #gathered: ReturnType<typeof gatherChunks> | null = null;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** What came together with the end of a stream leaves with it. */
  #lastPiece: Buffer | null = null;
  #isOver = false;

  constructor(passing: Passing) {
    const { reply, stop, controller, httpStatus, headers, hidesUsageChunk } = passing;
    this.#passing = passing;
    const length = Number(rawHeader(headers, 'content-length') ?? Number.NaN);
    this.#mode = httpStatus >= 300 ? 'error' : length <= WHOLE_BYTES_MAX ? 'whole' : 'stream';
    if (this.#mode !== 'stream') return;
    if (hidesUsageChunk) this.#filter = hideUsageChunk();
    reply.writeHead(httpStatus, this.passedHeaders());
    this.#gathered = gatherChunks((piece) => this.#pass(piece));
    reply.onDrain(() => {
      stop.noteClient();
      controller.resume();
    });
  }

  /** What has been held back. */
  get held(): Buffer {
    return Buffer.concat(this.#held, this.#heldBytes);
  }

  add(chunk: Buffer): void {
    if (this.#gathered !== null) {
      this.#gathered.add(chunk);
      return;
    }
    this.#passing.meter(chunk);
    const bytesMax = this.#mode === 'error' ? ERROR_BYTES_MAX : WHOLE_BYTES_MAX;
    if (this.#heldBytes + chunk.length > bytesMax) {
      // More than any refusal of a provider says; the rest tells nothing new.
      this.#passing.controller.abort(new Error('too_large'));
      return;
    }
    this.#heldBytes += chunk.length;
    this.#held.push(chunk);
  }

  /** Nobody is there who could get what was held back. */
  drop(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  /** Nothing more comes. What has not been passed on is read; of a stream that broke off it leaves at once. */
  close({ isWhole }: { isWhole: boolean }): void {
    this.#passLast(isWhole);
    this.#isOver = true;
  }

  /** Sends what was held back, and the end. */
  finish(trailers: readonly string[]): void {
    const { reply, httpStatus, secret, isClientGone } = this.#passing;
    if (isClientGone()) return;
    if (this.#mode === 'whole') {
      const body = this.#shown(this.held);
      reply.writeHead(httpStatus, this.passedHeaders(body));
      reply.end(body);
      return;
    }
    const last = this.#lastPiece ?? noBytes;
    const rest = this.#filter === null ? last : Buffer.concat([last, this.#filter.end()]);
    reply.end(rest.length > 0 ? rest : undefined, passTrailers(trailers, secret));
  }

  /** `body`: the whole of it where it is known. */
  passedHeaders(body?: Buffer): string[] {
    const { headers: all, hidesUsageChunk, requestId, secret } = this.#passing;
    const headers = passHeaders(all, secret);
    headers.push('x-akm-request-id', requestId);
    if (!hidesUsageChunk) return headers;
    // The length is no longer right once something was taken out.
    const kept = withoutHeader(headers, 'content-length');
    if (body !== undefined) kept.push('content-length', String(body.length));
    return kept;
  }

  /** Null: the head came alone, and the first event may be seconds away. */
  #pass(piece: Buffer | null): void {
    if (this.#isOver) return;
    const { reply, stop, controller, isClientGone } = this.#passing;
    const passed = piece === null ? null : this.#metered(piece);
    if (isClientGone()) return;
    if (passed === null) {
      reply.flushHead();
      return;
    }
    if (passed.length === 0 || reply.write(passed)) return;
    controller.pause();
    stop.awaitClient(CLIENT_MS_MAX, () => reply.cut());
  }

  /** What of a piece the client may see, after its usage was read and, if it was the last of it, recorded. */
  #metered(piece: Buffer): Buffer {
    this.#passing.meter(piece);
    this.#passing.onMetered();
    return this.#filter === null ? piece : this.#filter.push(piece);
  }

  #passLast(isWhole: boolean): void {
    if (this.#gathered === null) return;
    const { reply, isClientGone } = this.#passing;
    const last = this.#gathered.take();
    this.#lastPiece = last === null ? null : this.#metered(last);
    if (isWhole || isClientGone()) return;
    if (this.#lastPiece === null) reply.flushHead();
    else reply.write(this.#lastPiece);
  }

  /** A whole reply but for what only the gateway asked for. */
  #shown(body: Buffer): Buffer {
    if (!this.#passing.hidesUsageChunk) return body;
    const filter = hideUsageChunk();
    return Buffer.concat([filter.push(body), filter.end()]);
  }
}
