import type { Limits } from '../limits/limits.ts';
import type { RateLimitState, RateResult } from '../limits/rate-limits.ts';
import type { CallHead } from './exchange.ts';
import type { Call } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** What a call has taken of the virtual key's limits before its body is read. */
export interface Admission {
  /** The virtual key as it was then. */
  readonly virtualKey: VirtualKeyEntry;
  /** Where the key stands with its requests a minute; null where there is no such limit. */
  readonly requests: RateLimitState | null;
  readonly leave: () => void;
}

/** What the call has taken of the virtual key's tokens. */
export interface Permit {
  /** The tokens that were really used, in place of the estimate. */
  readonly correct: (tokens: number) => void;
}

/** Address, running calls and requests a minute: what can be judged by the head alone, so that no body is read in vain. */
export function admit(
  virtualKey: VirtualKeyEntry,
  { head, limits, monotonicMs }: { head: CallHead; limits: Limits; monotonicMs: number },
): Admission | Refusal {
  const foreign = judgeAddress(virtualKey, head);
  if (foreign !== null) return foreign;
  const leave = limits.concurrency.enter(virtualKey.id, virtualKey.concurrentMax);
  if (leave === null) return tooManyRunning(virtualKey);
  const taken = takeRequest(virtualKey, limits, monotonicMs);
  if (taken === null) return { virtualKey, requests: null, leave };
  if (taken.ok) return { virtualKey, requests: taken.requests, leave };
  leave();
  return tooFrequent(taken, { limit: 'requests', most: virtualKey.requestsPerMinute });
}

const anyNumber: Permit = { correct: () => undefined };

/**
 * Tokens a minute, and whatever was changed since the call was admitted. What costs money is held afterwards. A call that
 * is refused here has used up one of the requests a minute.
 */
export function authorise(
  virtualKey: VirtualKeyEntry,
  input: { admission: Admission; head: CallHead; call: Call; limits: Limits; monotonicMs: number },
): Permit | Refusal {
  const { admission, call, limits, monotonicMs } = input;
  const changed = virtualKey === admission.virtualKey ? null : judgeChange(virtualKey, input);
  if (changed !== null) return changed;
  const { id, tokensPerMinute } = virtualKey;
  if (tokensPerMinute === null) return anyNumber;
  const taken = limits.rates.take({
    // Counted apart from the requests, which are taken before it is known how many tokens a call may use.
    subject: `${id} tokens`,
    requestsPerMinute: null,
    tokensPerMinute,
    estimatedTokens: call.inputTokensEstimate + (call.outputTokensMax ?? 0),
    nowMs: monotonicMs,
  });
  if (taken.ok) return { correct: (tokens) => taken.ticket.correct(tokens) };
  return tooFrequent({ ...taken, requests: admission.requests }, { limit: 'tokens', most: tokensPerMinute });
}

/** What was narrowed while the body came is in force for this call, too. */
function judgeChange(
  virtualKey: VirtualKeyEntry,
  { admission, head, limits, monotonicMs }: Parameters<typeof authorise>[1],
): Refusal | null {
  const { id, concurrentMax, requestsPerMinute } = virtualKey;
  const before = admission.virtualKey;
  const foreign = judgeAddress(virtualKey, head);
  if (foreign !== null) return foreign;
  if (
    concurrentMax !== null &&
    concurrentMax !== before.concurrentMax &&
    limits.concurrency.count(id) > concurrentMax
  ) {
    return tooManyRunning(virtualKey);
  }
  if (requestsPerMinute === before.requestsPerMinute) return null;
  const taken = takeRequest(virtualKey, limits, monotonicMs);
  return taken === null || taken.ok ? null : tooFrequent(taken, { limit: 'requests', most: requestsPerMinute });
}

function takeRequest({ id, requestsPerMinute }: VirtualKeyEntry, limits: Limits, nowMs: number): RateResult | null {
  if (requestsPerMinute === null) return null;
  return limits.rates.take({ subject: id, requestsPerMinute, tokensPerMinute: null, estimatedTokens: 0, nowMs });
}

export function judgeAddress({ isAddressAllowed }: VirtualKeyEntry, { ip }: CallHead): Refusal | null {
  if (isAddressAllowed(ip)) return null;
  return { code: 'ip_not_allowed', message: `This virtual key may not be used from the address ${ip}.` };
}

function tooManyRunning({ concurrentMax }: VirtualKeyEntry): Refusal {
  const message = `This virtual key already has ${concurrentMax} calls running, as many as it may.`;
  return { code: 'concurrency_limit', message, retryAfterMs: 1000 };
}

function tooFrequent(
  taken: Pick<RateResult, 'requests' | 'tokens'> & { readonly retryAfterMs: number },
  { limit, most }: { limit: 'requests' | 'tokens'; most: number | null },
): Refusal {
  const { retryAfterMs } = taken;
  return {
    code: limit === 'requests' ? 'requests_limit' : 'tokens_limit',
    message: `This virtual key may use ${most} ${limit} a minute. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    retryAfterMs,
    headers: rateHeaders(taken),
  };
}

/** Where the client stands, in the words of OpenAI's interface, which most clients read. */
function rateHeaders({ requests, tokens }: Pick<RateResult, 'requests' | 'tokens'>): string[] {
  return Object.entries({ requests, tokens }).flatMap(([name, state]) =>
    state === null
      ? []
      : [
          `x-ratelimit-limit-${name}`,
          String(state.limit),
          `x-ratelimit-remaining-${name}`,
          String(state.remaining),
          `x-ratelimit-reset-${name}`,
          `${Math.ceil(state.resetMs / 1000)}s`,
        ],
  );
}
