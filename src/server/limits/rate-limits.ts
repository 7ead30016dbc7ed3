import { SlidingMinute } from './sliding-minute.ts';

/** Where a subject stands with one limit, as the `x-ratelimit-*` headers of a reply tell it. */
export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Until all of the limit is there again if nothing more is taken. */
  readonly resetMs: number;
}

/** Null where there is no such limit. */
interface RateLimitStates {
  readonly requests: RateLimitState | null;
  readonly tokens: RateLimitState | null;
}

/** A call that was let through. */
export interface RateTicket {
  /** Puts the tokens that were really used in place of the estimate. May be called again; the last number counts. */
  readonly correct: (tokens: number) => void;
}

export type RateResult = RateLimitStates &
  (
    | { readonly ok: true; readonly ticket: RateTicket }
    | { readonly ok: false; readonly limit: 'requests' | 'tokens'; readonly retryAfterMs: number }
  );

export interface RateRequest {
  readonly subject: string;
  /** Null: no limit. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly estimatedTokens: number;
  /** Of a clock that never goes back, e.g. `performance.now()`. */
  readonly nowMs: number;
}

/**
 * Requests and tokens of each subject in the last 60 seconds, exact to the second, in this process. A refused call takes
 * nothing. A call larger than the whole limit of tokens passes when the minute holds none, since it never would otherwise.
 */
export interface RateLimits {
  readonly take: (request: RateRequest) => RateResult;
  /** How many subjects are remembered; those idle for a minute are dropped as others come. */
  readonly size: () => number;
}

interface Counts {
  readonly requests: SlidingMinute;
  readonly tokens: SlidingMinute;
}

const MINUTE_SECONDS = 60;
const unlimited: RateResult = { ok: true, ticket: { correct: () => undefined }, requests: null, tokens: null };

export function createRateLimits(): RateLimits {
  const subjects = new Map<string, Counts>();
  let latestSecond = 0;
  let sweptSecond = 0;

  const countsOf = (subject: string): Counts => {
    const known = subjects.get(subject);
    if (known !== undefined) return known;
    const counts = { requests: new SlidingMinute(), tokens: new SlidingMinute() };
    subjects.set(subject, counts);
    return counts;
  };

  const sweep = (): void => {
    if (latestSecond - sweptSecond < MINUTE_SECONDS) return;
    sweptSecond = latestSecond;
    for (const [subject, { requests }] of subjects) {
      if (latestSecond - requests.second >= MINUTE_SECONDS) subjects.delete(subject);
    }
  };

  return {
    size: () => subjects.size,
    take(request) {
      latestSecond = Math.max(latestSecond, Math.floor(request.nowMs / 1000));
      sweep();
      if (request.requestsPerMinute === null && request.tokensPerMinute === null) return unlimited;
      return takeFrom(countsOf(request.subject), request, latestSecond);
    },
  };
}

function takeFrom({ requests, tokens }: Counts, request: RateRequest, second: number): RateResult {
  const { requestsPerMinute, tokensPerMinute, nowMs } = request;
  const estimatedTokens = wholeTokens(request.estimatedTokens);
  const requestsRoom = requestsPerMinute === null ? Number.POSITIVE_INFINITY : requestsPerMinute - 1;
  const tokensRoom =
    tokensPerMinute === null ? Number.POSITIVE_INFINITY : Math.max(0, tokensPerMinute - estimatedTokens);
  const states = (): RateLimitStates => ({
    requests: stateOf(requests, requestsPerMinute, nowMs),
    tokens: stateOf(tokens, tokensPerMinute, nowMs),
  });
  const isRefusedBy = {
    requests: requests.totalAt(second) > requestsRoom,
    tokens: tokens.totalAt(second) > tokensRoom,
  };
  if (isRefusedBy.requests || isRefusedBy.tokens) {
    const retryAfterMs = Math.max(
      msUntil(requests.secondOfAtMost(requestsRoom), nowMs),
      msUntil(tokens.secondOfAtMost(tokensRoom), nowMs),
    );
    return { ok: false, limit: isRefusedBy.requests ? 'requests' : 'tokens', retryAfterMs, ...states() };
  }
  requests.add(second, 1);
  tokens.add(second, estimatedTokens);
  let counted = estimatedTokens;
  const ticket: RateTicket = {
    correct(used) {
      const actual = wholeTokens(used);
      tokens.add(second, actual - counted);
      counted = actual;
    },
  };
  return { ok: true, ticket, ...states() };
}

/** Throws RangeError on what is no number of tokens: NaN would pass every comparison from then on. */
function wholeTokens(tokens: number): number {
  if (!(tokens >= 0 && tokens <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`no number of tokens: ${tokens}`);
  return Math.ceil(tokens);
}

function stateOf(minute: SlidingMinute, limit: number | null, nowMs: number): RateLimitState | null {
  if (limit === null) return null;
  const remaining = Math.max(0, limit - minute.totalAt(minute.second));
  return { limit, remaining, resetMs: msUntil(minute.secondOfAtMost(0), nowMs) };
}

function msUntil(second: number, nowMs: number): number {
  return Math.max(0, second * 1000 - nowMs);
}
