import type { Limits } from '../limits/limits.ts';
import type { RateResult } from '../limits/rate-limits.ts';
import type { CallHead } from './exchange.ts';
import type { Call } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** What the call has taken of the virtual key's limits. */
export interface Permit {
  /** The tokens that were really used, in place of the estimate. */
  readonly correct: (tokens: number) => void;
  readonly leave: () => void;
}

/** Address, running calls and calls per minute. What costs money is held afterwards. */
export function authorise(
  virtualKey: VirtualKeyEntry,
  input: { head: CallHead; call: Call; limits: Limits; monotonicMs: number },
): Permit | Refusal {
  const { head, call, limits, monotonicMs } = input;
  if (!virtualKey.isAddressAllowed(head.ip)) {
    return { code: 'ip_not_allowed', message: `This virtual key may not be used from the address ${head.ip}.` };
  }
  const leave = limits.concurrency.enter(virtualKey.id, virtualKey.concurrentMax);
  if (leave === null) {
    const message = `This virtual key already has ${virtualKey.concurrentMax} calls running, as many as it may.`;
    return { code: 'concurrency_limit', message, retryAfterMs: 1000 };
  }
  const { requestsPerMinute, tokensPerMinute } = virtualKey;
  if (requestsPerMinute === null && tokensPerMinute === null) return { correct: () => undefined, leave };
  const estimatedTokens = call.inputTokensEstimate + (call.outputTokensMax ?? 0);
  const taken = limits.rates.take({
    subject: virtualKey.id,
    requestsPerMinute,
    tokensPerMinute,
    estimatedTokens,
    nowMs: monotonicMs,
  });
  if (!taken.ok) {
    leave();
    const code = taken.limit === 'requests' ? 'requests_limit' : 'tokens_limit';
    const most = taken.limit === 'requests' ? requestsPerMinute : tokensPerMinute;
    const message = `This virtual key may use ${most} ${taken.limit} a minute. Try again in ${Math.ceil(taken.retryAfterMs / 1000)} s.`;
    return { code, message, retryAfterMs: taken.retryAfterMs, headers: rateHeaders(taken) };
  }
  return { correct: (tokens) => taken.ticket.correct(tokens), leave };
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
