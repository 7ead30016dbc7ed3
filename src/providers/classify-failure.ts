import { type FailureSignal, readFailureSignal } from './failure-signal.ts';
import { failureKindOfStatus, generalFailureRules } from './general-failures.ts';
import type { ProbeReason } from './probe-reasons.ts';
import type { FailureKind, FailureRule, ProviderReply } from './provider.ts';
import { findProvider } from './providers.ts';
import { redact } from './redact.ts';
import { readRetryAfterMs } from './retry-after.ts';

export interface Failure {
  readonly kind: FailureKind;
  /** What decided: the body (a code or text that is known) or only the HTTP status. */
  readonly decidedBy: 'body' | 'status';
  /** Sharper words for the connection test, where a rule has them. */
  readonly reason: ProbeReason | null;
  /** How long the provider asks to wait, or null. */
  readonly retryAfterMs: number | null;
  /** What the provider said: one line, bounded, without secrets. */
  readonly detail: string;
}

export interface FailureContext {
  /** Never repeated in `detail`. */
  readonly secret?: string | undefined;
  readonly nowMs?: number | undefined;
}

/**
 * What went wrong in a reply that is a failure (also one with status 200 and an error in its body). A provider's own
 * rules come first, then the rules common to all, then the HTTP status. Unknown providers get the common rules. Never
 * throws.
 */
export function classifyFailure(providerId: string, reply: ProviderReply, context: FailureContext = {}): Failure {
  return classifySignal(findProvider(providerId)?.failureRules ?? [], {
    signal: readFailureSignal(reply),
    reply,
    context,
  });
}

/** As classifyFailure, for a signal that was read before. */
export function classifySignal(
  ownRules: readonly FailureRule[],
  input: { readonly signal: FailureSignal; readonly reply: ProviderReply; readonly context: FailureContext },
): Failure {
  const { signal, reply, context } = input;
  const rule = [...ownRules, ...generalFailureRules].find((candidate) => holds(candidate, signal));
  return {
    kind: rule?.kind ?? failureKindOfStatus(signal.httpStatus, signal.isHtml ? '' : signal.message),
    decidedBy: rule && (rule.codes ?? rule.text) !== undefined ? 'body' : 'status',
    reason: rule?.reason ?? null,
    retryAfterMs: readRetryAfterMs({
      headers: reply.headers,
      json: signal.json,
      message: signal.message,
      nowMs: context.nowMs,
    }),
    detail: redact(signal.message, context.secret),
  };
}

function holds(rule: FailureRule, signal: FailureSignal): boolean {
  if (rule.httpStatus && !rule.httpStatus.includes(signal.httpStatus)) return false;
  if (rule.isEmpty && !signal.isEmpty) return false;
  if (rule.codes && !rule.codes.some((code) => signal.codes.includes(code))) return false;
  if (!rule.text && !rule.notText) return true;
  const text = `${signal.message}\n${signal.codes.join('\n')}`;
  return (rule.text?.test(text) ?? true) && !(rule.notText?.test(text) ?? false);
}
