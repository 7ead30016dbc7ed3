import type { Outcome } from '../../contract/vocabulary.ts';
import { classifyFailure } from '../../providers/classify-failure.ts';
import type { Provider } from '../../providers/provider.ts';
import type { UsageReading } from '../../providers/usage/usage-reading.ts';
import { toOutboundError } from '../outbound/outbound-error.ts';
import { decodeBody } from './decode-body.ts';
import type { AttemptFailure } from './health.ts';
import { headerRecord, rawHeader } from './reply-headers.ts';

/** More than any refusal of a provider says. */
export const ERROR_BYTES_MAX = 1_048_576;

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

/** What there is to tell of every attempt that ends. */
export interface AttemptFacts {
  readonly provider: Provider;
  /** Nothing that repeats it is told. */
  readonly secret: string;
  readonly origin: string;
  readonly httpStatus: number | null;
  /** Raw pairs; none where no reply came. */
  readonly headers: readonly string[];
  readonly reading: UsageReading | null;
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
  readonly isClientGone: boolean;
  readonly finish: () => void;
}

/** A reply that came to its end, or told its last. */
export function describeWhole(facts: AttemptFacts): AttemptEnd {
  const { provider, secret, reading, isClientGone, finish } = facts;
  const inBody = reading?.error ?? null;
  // An error within a reply that began as a success is judged like one that came alone.
  const failure =
    inBody === null
      ? null
      : classifyFailure(
          provider.id,
          { httpStatus: 500, headers: {}, body: JSON.stringify({ error: inBody }) },
          { secret },
        );
  return {
    ...common(facts),
    outcome: failure !== null ? 'error' : isClientGone ? 'client_gone' : 'ok',
    failure:
      failure === null
        ? null
        : { kind: failure.kind, code: failure.kind, detail: failure.detail, retryAfterMs: failure.retryAfterMs },
    isErrorWithin: failure !== null,
    errorReply: null,
    mayBeBilled: true,
    finish,
  };
}

/** A reply that is no success. `passedHeaders`: those that a client may see. */
export async function describeRefusal(
  facts: AttemptFacts,
  { isWhole, body, passedHeaders }: { isWhole: boolean; body: Buffer; passedHeaders: string[] },
): Promise<AttemptEnd> {
  const { provider, secret, headers } = facts;
  const httpStatus = facts.httpStatus ?? 502;
  const room = { bytesMax: ERROR_BYTES_MAX, take: () => true };
  const decoded = await decodeBody(body, rawHeader(headers, 'content-encoding'), room);
  const text = typeof decoded === 'string' ? null : decoded;
  const failure = classifyFailure(
    provider.id,
    { httpStatus, headers: headerRecord(headers), body: text?.toString('utf8', 0, 65_536) ?? '' },
    { secret, nowMs: Date.now() },
  );
  // A redirect is never followed, and never handed on: it could lead the client away from here.
  const isRedirect = httpStatus < 400;
  return {
    ...common(facts),
    outcome: 'error',
    failure: {
      kind: isRedirect ? 'provider_error' : failure.kind,
      code: isRedirect ? 'redirected' : failure.kind,
      detail: failure.detail,
      retryAfterMs: failure.retryAfterMs,
    },
    isErrorWithin: false,
    errorReply: isRedirect || !isWhole || text === null ? null : { httpStatus, headers: passedHeaders, body, text },
    mayBeBilled: false,
    finish: () => undefined,
  };
}

/** A reply that broke off, or never came. `isSent`: all of the request had left. */
export function describeBreak(
  facts: AttemptFacts,
  { error, isSent, isStopped }: { error: unknown; isSent: boolean; isStopped: boolean },
): AttemptEnd {
  const problem = toOutboundError(error, new URL(facts.origin).host);
  const hasBegun = facts.httpStatus !== null;
  const isTimeout = problem.code === 'timeout';
  const outcome = ((): Outcome => {
    if (facts.isClientGone) return hasBegun ? 'client_gone' : 'aborted_before_first_byte';
    if (isStopped) return 'interrupted';
    if (isTimeout) return 'timeout';
    return hasBegun ? 'upstream_gone' : 'unreachable';
  })();
  const kind = isTimeout ? 'timeout' : 'unreachable';
  return {
    ...common(facts),
    outcome,
    failure:
      facts.isClientGone || isStopped
        ? null
        : { kind, code: problem.code, detail: problem.message, retryAfterMs: null },
    isErrorWithin: false,
    errorReply: null,
    // No provider works on half a request.
    mayBeBilled: hasBegun || isSent,
    finish: facts.finish,
  };
}

function common({ httpStatus, headers, reading, secret, latencyMs, firstByteMs }: AttemptFacts) {
  const requestId = ['x-request-id', 'request-id', 'x-goog-request-id', 'x-ds-trace-id']
    .map((name) => rawHeader(headers, name))
    .find((value) => value !== undefined && !value.includes(secret));
  return {
    httpStatus,
    reading: reading === null ? null : withoutSecret(reading, secret),
    latencyMs,
    firstByteMs,
    upstreamRequestId: requestId?.slice(0, 200) ?? null,
  };
}

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
