import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyProblem, BodyReading, CallHead, Exchange, ReplyWriter } from './exchange.ts';
import { inTurns } from './in-turns.ts';
import { joinBytes } from './join-bytes.ts';

/**
 * How long an upload may stand still. The whole of a request has the `requestTimeout` of the server (10 minutes), after
 * which node:http answers 408 by itself.
 */
const SILENCE_MS_MAX = 60_000;

/** A call that node:http has parsed. */
export function nodeExchange(request: IncomingMessage, response: ServerResponse, ip: string): Exchange {
  return {
    head: new NodeHead(request, ip),
    readBody: (reading) => readBody(request, reading),
    reply: new NodeReply(response),
  };
}

class NodeHead implements CallHead {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly ip: string;
  readonly #headers: IncomingMessage['headers'];

  constructor({ method = 'GET', url = '/', rawHeaders, headers }: IncomingMessage, ip: string) {
    this.method = method;
    this.target = url;
    this.rawHeaders = rawHeaders;
    this.ip = ip;
    this.#headers = headers;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }
}

function readBody(request: IncomingMessage, { bytesMax, share, stop }: BodyReading): Promise<Buffer | BodyProblem> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > bytesMax) return Promise.resolve('too_large');
  if (!share.fits(declared)) return Promise.resolve('no_room');
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    let isWhole = false;
    const settle = (result: Buffer | BodyProblem): void => {
      if (isOver) return;
      isOver = true;
      chunks = [];
      stop.noteClient();
      stop.forget(halt);
      resolve(result);
    };
    const halt = (): void => settle('stopped');
    const beLate = (): void => settle('late');
    stop.onStop(halt);
    stop.awaitClient(SILENCE_MS_MAX, beLate);
    request.on('data', (chunk: Buffer) => {
      // Read on to be thrown away: a client that still sends would not see a refusal on a closed connection.
      if (isOver) return;
      bytes += chunk.length;
      if (bytes > bytesMax) {
        request.pause();
        settle('too_large');
      } else if (!share.take(chunk.length)) settle('no_room');
      else {
        chunks.push(chunk);
        stop.awaitClient(SILENCE_MS_MAX, beLate);
      }
    });
    request.on('end', () => {
      if (isOver) return;
      isWhole = true;
      stop.noteClient();
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : inTurns(joinBytes(chunks, bytes));
      if (body instanceof Promise) void body.then(settle);
      else settle(body);
    });
    const breakOff = (): void => (isWhole ? undefined : settle('broken'));
    request.on('error', breakOff);
    request.on('close', breakOff);
  });
}

/** A body up to here goes out as one piece with its head. */
const ONE_PIECE_BYTES_MAX = 16_384;

class NodeReply implements ReplyWriter {
  readonly #response: ServerResponse;
  #isHeadOut = false;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get isGone(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  writeHead(httpStatus: number, rawHeaders: string[]): void {
    const response = this.#response;
    if (!response.headersSent && !response.destroyed) response.writeHead(httpStatus, rawHeaders);
  }

  flushHead(): void {
    this.#isHeadOut = true;
    this.#response.flushHeaders();
  }

  write(chunk: Uint8Array): boolean {
    this.#isHeadOut = true;
    return this.#response.destroyed || this.#response.write(chunk);
  }

  end(chunk?: Uint8Array, rawTrailers?: readonly string[]): void {
    const response = this.#response;
    if (rawTrailers !== undefined && rawTrailers.length > 0) response.addTrailers(pairsOf(rawTrailers));
    if (chunk === undefined || this.#isHeadOut || chunk.length > ONE_PIECE_BYTES_MAX) {
      response.end(chunk);
      return;
    }
    // node:http puts a head and a text together, where bytes would be a second piece for the socket.
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    response.end(bytes.toString('latin1'), 'latin1');
  }

  cut(): void {
    this.#response.destroy();
  }

  onDrain(listener: () => void): void {
    this.#response.on('drain', listener);
  }

  onGone(listener: () => void): void {
    const response = this.#response;
    response.on('close', () => {
      if (!response.writableFinished) listener();
    });
  }
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}
