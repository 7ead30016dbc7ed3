import type { Dispatcher } from 'undici';
import type { Dialect, DisconnectPolicy } from '../../contract/vocabulary.ts';
import type { Provider } from '../../providers/provider.ts';
import type { UsageReading } from '../../providers/usage/usage-reading.ts';
import { type AttemptEnd, type AttemptFacts, describeBreak, describeRefusal, describeWhole } from './attempt-end.ts';
import type { UpstreamRequest } from './edit-request.ts';
import type { ReplyWriter } from './exchange.ts';
import { createMeter, type Meter } from './meter.ts';
import { PassedReply } from './pass-reply.ts';
import { rawHeader, rawPairs } from './reply-headers.ts';
import type { CallStop } from './running-calls.ts';
import { bodyToSend } from './send-body.ts';

/** How long the first byte of a reply may take: models that think answer after minutes. */
const FIRST_BYTE_MS_MAX = 600_000;
/** How long a reply may stand still. */
const SILENCE_MS_MAX = 300_000;
/** How long a reply is read on for its usage after the client has left. */
const DRAIN_MS_MAX = 300_000;

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

/** Sends one request and passes the reply on as it comes. Never rejects. */
export function attempt(input: AttemptInput): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    new Attempt(input, resolve).start();
  });
}

interface Head {
  readonly httpStatus: number;
  /** Raw pairs. */
  readonly headers: readonly string[];
  readonly meter: Meter;
  readonly passed: PassedReply;
}

class Attempt implements Dispatcher.DispatchHandler {
  readonly #input: AttemptInput;
  readonly #resolve: (end: AttemptEnd | Promise<AttemptEnd>) => void;
  readonly #startedMs = performance.now();
  #controller: Dispatcher.DispatchController | null = null;
  /** The last byte of the request has been handed to the connection. */
  #isSent = false;
  /** Null until the head of the reply has come. */
  #head: Head | null = null;
  #firstByteMs: number | null = null;
  #isClientGone = false;
  #isOver = false;
  #isCompleted = false;
  #stopReason: 'client_gone' | 'stopped' | null = null;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(input: AttemptInput, resolve: (end: AttemptEnd | Promise<AttemptEnd>) => void) {
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
          ...bodyToSend(request),
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

  onRequestSent(): void {
    this.#isSent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, httpStatus: number): void {
    // Informational replies (RFC 9110, 15.2) announce another one.
    if (httpStatus < 200) return;
    const { reply, request, provider, dialect, endpoint, stop, requestId, secret } = this.#input;
    const headers = rawPairs(controller.rawHeaders);
    const contentType = rawHeader(headers, 'content-type') ?? null;
    const contentEncoding = rawHeader(headers, 'content-encoding') ?? null;
    const meter = createMeter({ provider, dialect, endpoint, contentType, contentEncoding, httpStatus });
    const passed = new PassedReply({
      reply,
      stop,
      controller,
      httpStatus,
      headers,
      hidesUsageChunk: request.hidesUsageChunk,
      requestId,
      secret,
      meter: (chunk) => meter.push(chunk),
      onMetered: () => this.#noteComplete(),
      isClientGone: () => this.#isClientGone,
    });
    this.#head = { httpStatus, headers, meter, passed };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#firstByteMs ??= this.#elapsed();
    this.#head?.passed.add(chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const trailers = rawPairs(controller.rawTrailers);
    void this.#endWith({ isWhole: true, trailers });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#endWithError(error);
  }

  /** The usage is known before the last bytes leave: whatever happens after, it is recorded. */
  #noteComplete(): void {
    if (this.#isCompleted || this.#head === null || !this.#head.meter.isComplete()) return;
    this.#isCompleted = true;
    this.#input.onComplete(describeWhole(this.#facts(this.#head.meter.peek(), () => this.#head?.passed.finish([]))));
  }

  #noteGone(): void {
    if (this.#isClientGone || this.#isOver) return;
    this.#isClientGone = true;
    this.#head?.passed.drop();
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
    const head = this.#head;
    head?.passed.close(how);
    this.#isOver = true;
    clearTimeout(this.#drainTimer);
    this.#input.stop.forget(this.#onStop);
    this.#input.stop.noteClient();
    const ended = head?.meter.end() ?? null;
    const reading = ended instanceof Promise ? await ended : ended;
    this.#resolve(this.#describe(how, head, reading));
  }

  #describe(
    how: { isWhole: boolean; error?: unknown; trailers: string[] },
    head: Head | null,
    reading: UsageReading | null,
  ): AttemptEnd | Promise<AttemptEnd> {
    if (head !== null && head.httpStatus >= 300) {
      const body = head.passed.held;
      const passedHeaders = head.passed.passedHeaders(body);
      return describeRefusal(this.#facts(reading), { isWhole: how.isWhole, body, passedHeaders });
    }
    if (how.isWhole) return describeWhole(this.#facts(reading, () => head?.passed.finish(how.trailers)));
    // A client must not take half a reply for a whole one.
    const cut = (): void => (head === null ? undefined : this.#input.reply.cut());
    const isStopped = this.#stopReason === 'stopped';
    return describeBreak(this.#facts(reading, cut), { error: how.error, isSent: this.#isSent, isStopped });
  }

  #facts(reading: UsageReading | null, finish = (): void => undefined): AttemptFacts {
    const { provider, secret, request } = this.#input;
    return {
      provider,
      secret,
      origin: request.origin,
      httpStatus: this.#head?.httpStatus ?? null,
      headers: this.#head?.headers ?? [],
      reading,
      latencyMs: this.#elapsed(),
      firstByteMs: this.#firstByteMs,
      isClientGone: this.#isClientGone,
      finish,
    };
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#startedMs);
  }
}
