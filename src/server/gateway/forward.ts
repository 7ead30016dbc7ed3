import { JournalUnavailable } from '../usage/usage-recorder.ts';
import type { AttemptEnd } from './attempt-end.ts';
import type { Permit } from './authorise.ts';
import { areInForce, estimateFor, isOfCandidate, termsFor } from './candidate-terms.ts';
import type { CallHead, ReplyWriter } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import type { AttemptFailure } from './health.ts';
import { type BudgetRefusal, holdBudget } from './hold-budget.ts';
import type { Place } from './match-call.ts';
import type { Call } from './parse-call.ts';
import { type Refusal, refuse } from './refusals.ts';
import type { CallStop } from './running-calls.ts';
import type { Candidate } from './select-credentials.ts';
import { sendAttempt, type Tried, type Turn } from './send-attempt.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

const ATTEMPTS_MAX = 4;
/** After so long no further attempt begins: the client has waited enough. */
const RETRY_MS_MAX = 60_000;

/** What another credential may not fail with. Everything else is the request's own fault and goes back to the client. */
const failsOver: ReadonlySet<AttemptFailure> = new Set([
  'invalid_key',
  'forbidden',
  'quota_exhausted',
  'rate_limited',
  'overloaded',
  'unknown_model',
  'provider_error',
  'timeout',
  'unreachable',
]);

export interface Delivery {
  readonly gateway: Gateway;
  readonly head: CallHead;
  readonly reply: ReplyWriter;
  readonly call: Call;
  readonly place: Place;
  /** As it was when the candidates were chosen. */
  readonly virtualKey: VirtualKeyEntry;
  readonly candidates: readonly Candidate[];
  readonly permit: Permit;
  readonly requestId: string;
  /** Of what the client presented: by it is found what the virtual key is now. */
  readonly secretHash: string;
  readonly stop: CallStop;
}

/**
 * Asks one candidate after the other until one answers. Once a byte has reached the client there is no way but on. Every
 * attempt is written down before it leaves and when it has ended; the end of a failed one only when it is known whether
 * another began, so that exactly one attempt of a request is its final one.
 */
export async function forward(delivery: Delivery): Promise<void> {
  const { reply, call, candidates, requestId } = delivery;
  const startedMs = performance.now();
  const [only] = candidates;
  // With one credential a connection that broke before any reply is tried once more; it may have been an idle one.
  const queue = candidates.length === 1 && only !== undefined ? [only, only] : candidates.slice(0, ATTEMPTS_MAX);
  let refusal: Refusal = { code: 'no_key_available' };
  let last: Tried | null = null;
  let attempts = 0;
  try {
    for (const [index, candidate] of queue.entries()) {
      const isSameNext = queue[index + 1] === candidate;
      if (last !== null && performance.now() - startedMs >= RETRY_MS_MAX) break;
      const before: Tried | null = last;
      const next = await tryCandidate(delivery, candidate, {
        number: attempts + 1,
        onWait: () => before?.keep(),
        onOpen: () => before?.write({ isFinal: false }),
      });
      if ('code' in next) {
        refusal = next;
        if (isSameNext || !isOfCandidate(next, candidate)) break;
        continue;
      }
      last = next;
      attempts += 1;
      if (!mayTryAgain(next.end, reply, isSameNext)) break;
    }
  } finally {
    last?.write({ isFinal: true });
  }
  // Who has an answer of a provider gets that one, and not why nobody else was asked.
  if (last === null) refuse(reply, refusal, { dialect: call.dialect, requestId });
  else finish(delivery, last);
}

function mayTryAgain(end: AttemptEnd, reply: ReplyWriter, isSame: boolean): boolean {
  if (end.failure === null || reply.hasBegun || reply.isGone) return false;
  return isSame ? end.outcome === 'unreachable' && end.failure.code === 'network' : failsOver.has(end.failure.kind);
}

async function tryCandidate(
  delivery: Delivery,
  candidate: Candidate,
  turn: Turn,
): Promise<Tried | Refusal | BudgetRefusal> {
  const { gateway, call, stop } = delivery;
  // Who left while the body was read or money was waited for gets nothing, and nothing is asked for.
  if (delivery.reply.isGone) return { code: 'unavailable' };
  const agreed = termsFor(delivery, candidate);
  if ('code' in agreed) return agreed;
  const hold = await holdBudget(gateway.limits, {
    rules: agreed.rules,
    estimateNanoUsd: estimateFor(call, agreed.unitPrices),
    nowMs: Date.now(),
    stop,
    onGone: (listener) => delivery.reply.onGone(listener),
    onWait: turn.onWait,
    whose: 'this virtual key or of the key behind it',
  });
  if ('code' in hold) return hold;
  try {
    // What was taken back while others answered or money was waited for serves nobody any more.
    const terms = areInForce(agreed, delivery) ? agreed : termsFor(delivery, candidate);
    if ('code' in terms) return terms;
    return await sendAttempt(delivery, terms, { ...turn, hold });
  } catch (error) {
    if (error instanceof JournalUnavailable) return { code: 'journal_unavailable' };
    throw error;
  } finally {
    // After a settle this does nothing.
    hold.release();
  }
}

/** Gives the client what the last attempt ended with. */
function finish({ reply, call, requestId }: Delivery, { end, secret }: Tried): void {
  const about = { dialect: call.dialect, requestId };
  const { failure, errorReply } = end;
  if (reply.isGone) return;
  if (failure === null || reply.hasBegun || end.isErrorWithin) {
    if (end.outcome === 'interrupted' && !reply.hasBegun) refuse(reply, { code: 'unavailable' }, about);
    else end.finish();
    return;
  }
  if (failure.code === 'redirected') {
    refuse(reply, redirected, about);
    return;
  }
  if (errorReply === null) {
    const code = failure.kind === 'timeout' ? 'upstream_timeout' : 'upstream_unreachable';
    refuse(reply, { code, message: `${failure.detail} Try again in a moment.` }, about);
    return;
  }
  // The provider speaks of a key that the client does not have, and often repeats a part of it.
  if (failure.kind === 'invalid_key' || tellsOf(errorReply.text, secret.reveal())) {
    const headers = ['x-akm-upstream-status', String(errorReply.httpStatus)];
    refuse(reply, { code: 'upstream_key_refused', headers }, about);
    return;
  }
  reply.writeHead(errorReply.httpStatus, errorReply.headers);
  reply.end(errorReply.body);
}

const redirected: Refusal = {
  code: 'upstream_unreachable',
  message: 'The provider answered with a redirect, which is never followed. Correct the base URL of the key.',
};

/** Whether a reply repeats the secret or a telling part of it. */
function tellsOf(body: Buffer, secret: string): boolean {
  if (secret.length < 16) return secret !== '' && body.includes(secret);
  return [secret.slice(0, 16), secret.slice(-8)].some((part) => body.includes(part));
}
