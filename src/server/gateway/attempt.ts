import type { Dispatcher } from 'undici';
import type { Dialect, DisconnectPolicy, Outcome } from '../../contract/vocabulary.ts';
import { classifyFailure } from '../../providers/classify-failure.ts';
import type { Provider } from '../../providers/provider.ts';
import type { UsageReading } from '../../providers/usage/usage-reading.ts';
import { toOutboundError } from '../outbound/outbound-error.ts';
import { decodeBody } from './decode-body.ts';
import type { UpstreamRequest } from './edit-request.ts';
import type { ReplyWriter } from './exchange.ts';
import { gatherChunks } from './gather-chunks.ts';
import type { AttemptFailure } from './health.ts';
import { hideUsageChunk } from './hide-usage-chunk.ts';
import { createMeter, type Meter } from './meter.ts';
import { headerRecord, passHeaders, passTrailers, rawHeader, rawPairs, withoutHeader } from './reply-headers.ts';
import type { CallStop } from './running-calls.ts';

/** How long the first byte of a reply may take: models that think answer after minutes. */
const FIRST_BYTE_MS_MAX = 600_000;
/** How long a reply may stand still. */
const SILENCE_MS_MAX = 300_000;
/**
 * How long a client may take for what one buffer holds (some 100 KB). One that takes longer is given up like one that has
 * left: it would keep its money, its place and a connection to the provider for ever.
 */
const CLIENT_MS_MAX = 300_000;
/** How long a reply is read on for its usage after the client has left. */
const DRAIN_MS_MAX = 300_000;
/** A reply of known length below this goes out in one piece, once it is recorded. */
const WHOLE_BYTES_MAX = 65_536;
const ERROR_BYTES_MAX = 1_048_576;

const noBytes = Buffer.alloc(0);

export interface AttemptInput {
  readonly dispatcher: Dispatcher;
  readonly request: UpstreamRequest;
  readonly reply: ReplyWriter;
  readonly provider: Provider;
  readonly dialect: Dialect | null;
  readonly endpoint: string;
  /** For finding it in what the provider sends back, which then goes no further. */
  readonly secret: string;
  readonly onDisconnect: DisconnectPolicy;
  readonly requestId: string;
  /** The reply has told its last: called before those bytes reach the client, at most once. */
  readonly onComplete: (end: AttemptEnd) => void;
  /** Ends the attempt when the server stops or the virtual key may no longer be used. */
  readonly stop: CallStop;
}

/** How one attempt at a provider ended. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly httpStatus: number | null;
  readonly failure: {
    readonly kind: AttemptFailure;
    readonly code: string;
    readonly detail: string;
    readonly retryAfterMs: number | null;
  } | null;
  readonly reading: UsageReading | null;
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
  readonly upstreamRequestId: string | null;
  /** The provider may have done work although no usage came. */
  readonly mayBeBilled: boolean;
  /** The reply began as a success and tells of a failure inside; it is sent on as it is. */
  readonly isErrorWithin: boolean;
  /**
   * A refusal by the provider, kept whole; sent on only when no other credential can serve. Null as well for a redirect
   * and for a refusal that broke off. `text` is its body undone of its compression.
   */
  readonly errorReply: {
    readonly httpStatus: number;
    readonly headers: string[];
    readonly body: Buffer;
    readonly text: Buffer;
  } | null;
  /** Sends what was held back and ends the reply, after the end was recorded. */
  readonly finish: () => void;
}

/** Sends one request and passes the reply on as it comes. Never rejects. */
export function attempt(input: AttemptInput): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    new Attempt(input, resolve).start();
  });
}

class Attempt implements Dispatcher.DispatchHandler {
  readonly #input: AttemptInput;
  readonly #resolve: (end: AttemptEnd) => void;
  readonly #startedMs = performance.now();
  #controller: Dispatcher.DispatchController | null = null;
  #meter: Meter | null = null;
  #httpStatus: number | null = null;
  #headers: string[] = [];
  #mode: 'none' | 'stream' | 'whole' | 'error' = 'none';
  #held: Buffer[] = [];
  #heldBytes = 0;
  #filter: ReturnType<typeof hideUsageChunk> | null = null;
  #gathered: ReturnType<typeof gatherChunks> | null = null;
  /** What came together with the end of a stream leaves with it. */
  #lastPiece: Buffer | null = null;
  #firstByteMs: number | null = null;
  #isClientGone = false;
  #isOver = false;
  #isCompleted = false;
  #stopReason: 'client_gone' | 'stopped' | null = null;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(input: AttemptInput, resolve: (end: AttemptEnd) => void) {
    this.#input = input;
    this.#resolve = resolve;
  }

  start(): void {
    const { dispatcher, request, reply, stop } = this.#input;
    reply.onGone(() => this.#noteGone());
    if (reply.isGone) this.#noteGone();
    stop.onStop(this.#onStop);
    if (this.#isOver) return;
    try {
      dispatcher.dispatch(
        {
          origin: request.origin,
          path: request.path,
          method: request.method,
          headers: request.headers,
          body: request.body,
          headersTimeout: FIRST_BYTE_MS_MAX,
          bodyTimeout: SILENCE_MS_MAX,
        },
        this,
      );
    } catch (error) {
      this.#endWithError(error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopReason !== null) controller.abort(new Error('stopped'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, httpStatus: number): void {
    // Informational replies (RFC 9110, 15.2) announce another one.
    if (httpStatus < 200) return;
    const { reply, request, provider, dialect, endpoint, stop } = this.#input;
    this.#httpStatus = httpStatus;
    this.#headers = rawPairs(controller.rawHeaders);
    const contentType = rawHeader(this.#headers, 'content-type') ?? null;
    const contentEncoding = rawHeader(this.#headers, 'content-encoding') ?? null;
    this.#meter = createMeter({ provider, dialect, endpoint, contentType, contentEncoding, httpStatus });
    if (httpStatus >= 300) {
      this.#mode = 'error';
      return;
    }
    const length = Number(rawHeader(this.#headers, 'content-length') ?? Number.NaN);
    if (length <= WHOLE_BYTES_MAX) {
      this.#mode = 'whole';
      return;
    }
    this.#mode = 'stream';
    const headers = this.#passedHeaders();
    if (request.hidesUsageChunk) this.#filter = hideUsageChunk();
    reply.writeHead(httpStatus, headers);
    this.#gathered = gatherChunks((piece) => this.#pass(controller, piece));
    reply.onDrain(() => {
      stop.noteClient();
      controller.resume();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#firstByteMs ??= this.#elapsed();
    if (this.#gathered !== null) {
      this.#gathered.add(chunk);
      return;
    }
    this.#meter?.push(chunk);
    this.#hold(controller, chunk);
  }

  /** Null: the head came alone, and the first event may be seconds away. */
  #pass(controller: Dispatcher.DispatchController, piece: Buffer | null): void {
    if (this.#isOver) return;
    const { reply, stop } = this.#input;
    const passed = piece === null ? null : this.#metered(piece);
    if (this.#isClientGone) return;
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
    this.#meter?.push(piece);
    this.#noteComplete();
    return this.#filter === null ? piece : this.#filter.push(piece);
  }

  /** What has not been passed on when the reply ends; of one that broke off it leaves at once. */
  #passLast(isWhole: boolean): void {
    if (this.#gathered === null) return;
    const last = this.#gathered.take();
    this.#lastPiece = last === null ? null : this.#metered(last);
    if (isWhole || this.#isClientGone) return;
    if (this.#lastPiece === null) this.#input.reply.flushHead();
    else this.#input.reply.write(this.#lastPiece);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const trailers = rawPairs(controller.rawTrailers);
    void this.#endWith({ isWhole: true, trailers });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#endWithError(error);
  }

  #hold(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const bytesMax = this.#mode === 'error' ? ERROR_BYTES_MAX : WHOLE_BYTES_MAX;
    if (this.#heldBytes + chunk.length > bytesMax) {
      // More than any refusal of a provider says; the rest tells nothing new.
      controller.abort(new Error('too_large'));
      return;
    }
    this.#heldBytes += chunk.length;
    this.#held.push(chunk);
  }

  /** The usage is known before the last bytes leave: whatever happens after, it is recorded. */
  #noteComplete(): void {
    if (this.#isCompleted || this.#meter === null || !this.#meter.isComplete()) return;
    this.#isCompleted = true;
    const reading = this.#meter.peek();
    this.#input.onComplete(this.#describe(this.#outcomeOfWhole(reading), reading, []));
  }

  #noteGone(): void {
    if (this.#isClientGone || this.#isOver) return;
    this.#isClientGone = true;
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#input.onDisconnect === 'abort') {
      this.#stop('client_gone');
      return;
    }
    this.#controller?.resume();
    this.#drainTimer = setTimeout(() => this.#stop('client_gone'), DRAIN_MS_MAX);
  }

  readonly #onStop = (): void => this.#stop('stopped');

  #stop(reason: 'client_gone' | 'stopped'): void {
    if (this.#isOver) return;
    this.#stopReason = reason;
    // Until a connection stands there is nothing that undici could abort: the request is dropped when it does.
    if (this.#controller === null) this.#endWithError(new Error('stopped'));
    else this.#controller.abort(new Error('stopped'));
  }

  #endWithError(error: unknown): void {
    void this.#endWith({ isWhole: false, error, trailers: [] });
  }

  async #endWith(how: { isWhole: boolean; error?: unknown; trailers: string[] }): Promise<void> {
    if (this.#isOver) return;
    this.#passLast(how.isWhole);
    this.#isOver = true;
    clearTimeout(this.#drainTimer);
    this.#input.stop.forget(this.#onStop);
    this.#input.stop.noteClient();
    const ended = this.#meter?.end() ?? null;
    const reading = ended instanceof Promise ? await ended : ended;
    if (this.#httpStatus !== null && this.#httpStatus >= 300) this.#resolve(await this.#describeRefusal(how, reading));
    else if (how.isWhole) this.#resolve(this.#describe(this.#outcomeOfWhole(reading), reading, how.trailers));
    else this.#resolve(this.#describeBreak(how.error, reading));
  }

  #outcomeOfWhole(reading: UsageReading | null): Outcome {
    if (reading?.error) return 'error';
    return this.#isClientGone ? 'client_gone' : 'ok';
  }

  #describe(outcome: Outcome, reading: UsageReading | null, trailers: string[]): AttemptEnd {
    const { provider } = this.#input;
    const inBody = reading?.error ?? null;
    // An error within a reply that began as a success is judged like one that came alone.
    const failure =
      inBody === null
        ? null
        : classifyFailure(
            provider.id,
            { httpStatus: 500, headers: {}, body: JSON.stringify({ error: inBody }) },
            { secret: this.#input.secret },
          );
    return {
      ...this.#facts(reading),
      outcome,
      failure:
        failure === null
          ? null
          : { kind: failure.kind, code: failure.kind, detail: failure.detail, retryAfterMs: failure.retryAfterMs },
      isErrorWithin: failure !== null,
      errorReply: null,
      mayBeBilled: true,
      finish: () => this.#finish(trailers),
    };
  }

  async #describeRefusal(how: { isWhole: boolean }, reading: UsageReading | null): Promise<AttemptEnd> {
    const { provider, secret } = this.#input;
    const httpStatus = this.#httpStatus ?? 502;
    const body = Buffer.concat(this.#held);
    const text = await decodeBody(body, rawHeader(this.#headers, 'content-encoding'), ERROR_BYTES_MAX);
    const failure = classifyFailure(
      provider.id,
      { httpStatus, headers: headerRecord(this.#headers), body: text?.toString('utf8', 0, 65_536) ?? '' },
      { secret, nowMs: Date.now() },
    );
    // A redirect is never followed, and never handed on: it could lead the client away from here.
    const isRedirect = httpStatus < 400;
    return {
      ...this.#facts(reading),
      outcome: 'error',
      failure: {
        kind: isRedirect ? 'provider_error' : failure.kind,
        code: isRedirect ? 'redirected' : failure.kind,
        detail: failure.detail,
        retryAfterMs: failure.retryAfterMs,
      },
      isErrorWithin: false,
      errorReply:
        isRedirect || !how.isWhole || text === null
          ? null
          : { httpStatus, headers: this.#passedHeaders(body), body, text },
      mayBeBilled: false,
      finish: () => undefined,
    };
  }

  /** The reply broke off, or never came. */
  #describeBreak(error: unknown, reading: UsageReading | null): AttemptEnd {
    const { host } = new URL(this.#input.request.origin);
    const problem = toOutboundError(error, host);
    const hasBegun = this.#httpStatus !== null;
    const isTimeout = problem.code === 'timeout';
    const outcome = ((): Outcome => {
      if (this.#isClientGone) return hasBegun ? 'client_gone' : 'aborted_before_first_byte';
      if (this.#stopReason === 'stopped') return 'interrupted';
      if (isTimeout) return 'timeout';
      return hasBegun ? 'upstream_gone' : 'unreachable';
    })();
    const isOurs = this.#isClientGone || this.#stopReason !== null;
    return {
      ...this.#facts(reading),
      outcome,
      failure: isOurs
        ? null
        : {
            kind: isTimeout ? 'timeout' : 'unreachable',
            code: problem.code,
            detail: problem.message,
            retryAfterMs: null,
          },
      isErrorWithin: false,
      errorReply: null,
      // Without a connection nothing has left.
      mayBeBilled: hasBegun || (this.#controller !== null && !neverArrived.has(problem.code)),
      // A client must not take half a reply for a whole one.
      finish: () => (hasBegun ? this.#input.reply.cut() : undefined),
    };
  }

  #facts(reading: UsageReading | null) {
    const { secret } = this.#input;
    const requestId = ['x-request-id', 'request-id', 'x-goog-request-id', 'x-ds-trace-id']
      .map((name) => rawHeader(this.#headers, name))
      .find((value) => value !== undefined && !value.includes(secret));
    return {
      httpStatus: this.#httpStatus,
      reading: reading === null ? null : withoutSecret(reading, secret),
      latencyMs: this.#elapsed(),
      firstByteMs: this.#firstByteMs,
      upstreamRequestId: requestId?.slice(0, 200) ?? null,
    };
  }

  #finish(trailers: string[]): void {
    const { reply, secret } = this.#input;
    if (this.#isClientGone || this.#httpStatus === null) return;
    if (this.#mode === 'whole') {
      const body = this.#shown(Buffer.concat(this.#held, this.#heldBytes));
      reply.writeHead(this.#httpStatus, this.#passedHeaders(body));
      reply.end(body);
      return;
    }
    const last = this.#lastPiece ?? noBytes;
    const rest = this.#filter === null ? last : Buffer.concat([last, this.#filter.end()]);
    reply.end(rest.length > 0 ? rest : undefined, passTrailers(trailers, secret));
  }

  /** A whole reply but for what only the gateway asked for. */
  #shown(body: Buffer): Buffer {
    if (!this.#input.request.hidesUsageChunk) return body;
    const filter = hideUsageChunk();
    return Buffer.concat([filter.push(body), filter.end()]);
  }

  /** `body`: the whole of it where it is known. */
  #passedHeaders(body?: Buffer): string[] {
    const { request, requestId, secret } = this.#input;
    const headers = passHeaders(this.#headers, secret);
    headers.push('x-akm-request-id', requestId);
    if (!request.hidesUsageChunk) return headers;
    // The length is no longer right once something was taken out.
    const kept = withoutHeader(headers, 'content-length');
    if (body !== undefined) kept.push('content-length', String(body.length));
    return kept;
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#startedMs);
  }
}

/** Failures before a connection stood: the provider saw nothing of the call. */
const neverArrived: ReadonlySet<string> = new Set([
  'address_forbidden',
  'url_invalid',
  'host_not_found',
  'connection_refused',
  'tls',
]);

/** What is written down of a reply, without names that repeat the secret or hold what no name does. */
function withoutSecret(reading: UsageReading, secret: string): UsageReading {
  const clean = (name: string | null): string | null =>
    name === null || name.includes(secret) || /\p{Cc}/u.test(name) ? null : name;
  const { servedModel, responseId, lines } = reading;
  const names = [servedModel, responseId, ...(lines ?? []).map(({ model }) => model)];
  if (names.every((name) => clean(name) === name)) return reading;
  return {
    ...reading,
    servedModel: clean(servedModel),
    responseId: clean(responseId),
    lines: lines?.map((line) => ({ ...line, model: clean(line.model) })) ?? null,
  };
}
