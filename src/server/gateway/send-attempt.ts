import { newId } from '../ids.ts';
import type { BudgetHold } from '../limits/budget-ledger.ts';
import type { Secret } from '../secret.ts';
import type { OpenRecord } from '../usage/usage-event.ts';
import { JournalUnavailable } from '../usage/usage-recorder.ts';
import { attempt } from './attempt.ts';
import type { AttemptEnd } from './attempt-end.ts';
import type { Terms } from './candidate-terms.ts';
import { editRequest } from './edit-request.ts';
import type { Delivery } from './forward.ts';
import type { Gateway } from './gateway.ts';
import { type AttemptRecord, attemptRecord, faultRecord, tokensOf } from './record.ts';
import type { Candidate } from './select-credentials.ts';

/** An attempt that has ended. Its money and its health are accounted for already. */
export interface Tried {
  readonly end: AttemptEnd;
  readonly secret: Secret;
  /** Writes its end down; only the first time counts. */
  readonly write: (how: { isFinal: boolean }) => void;
  /** Keeps its end for the case that the process dies before it can be written. */
  readonly keep: () => void;
}

export interface Turn {
  readonly number: number;
  /** Others have to end before the attempt may begin. */
  readonly onWait: () => void;
  /** The attempt is written down, and so begins. */
  readonly onOpen: () => void;
}

interface Sending extends Turn {
  readonly hold: BudgetHold;
}

/**
 * One attempt, written down before it leaves. Whatever fails after that, its end is written down, too. Throws
 * JournalUnavailable, and then nothing has left.
 */
export async function sendAttempt(delivery: Delivery, terms: Terms, sending: Sending): Promise<Tried> {
  const { gateway, head, reply, call, virtualKey, requestId, stop } = delivery;
  const { candidate, secret } = terms;
  const request = editRequest(head, call, candidate, secret);
  const open = openRecord(delivery, terms, sending);
  gateway.usage.open(open);
  const ending = createEnding(delivery, candidate, { open, hold: sending.hold });
  let mayBeBilled = false;
  try {
    sending.onOpen();
    const end = await attempt({
      dispatcher: gateway.dispatcher,
      request,
      reply,
      provider: candidate.credential.provider,
      dialect: call.dialect,
      endpoint: open.endpoint,
      secret: secret.reveal(),
      onDisconnect: virtualKey.onDisconnect,
      requestId,
      onComplete(completed) {
        ending.account(completed);
        // The reply has begun, so no other attempt follows.
        ending.write({ isFinal: true });
      },
      stop,
    });
    ({ mayBeBilled } = end);
    ending.account(end);
    return { end, secret, write: ending.write, keep: ending.keep };
  } catch (error) {
    ending.fault({ mayBeBilled });
    throw error;
  }
}

function openRecord(
  { call, virtualKey, requestId }: Delivery,
  { candidate: { credential, model }, unitPrices }: Terms,
  { number }: Turn,
): OpenRecord {
  const { name, metering } = call.match.endpoint;
  const timeMs = Date.now();
  return {
    type: 'open',
    id: newId('UsageEvent', timeMs),
    workspaceId: virtualKey.workspaceId,
    requestId,
    attempt: number,
    timeMs,
    dialect: call.dialect,
    endpoint: name,
    metering,
    provider: credential.provider.id,
    model: call.model,
    upstreamModel: model,
    credentialId: credential.id,
    virtualKeyId: virtualKey.id,
    memberId: virtualKey.ownerId,
    tool: virtualKey.isPlayground ? 'playground' : call.tool,
    isStream: call.isStream,
    estimatedInputTokens: call.inputTokensEstimate,
    unitPrices,
  };
}

/** What is done once when an attempt ends: first what other calls wait for, and then its record. */
function createEnding(
  { gateway, call, permit }: Delivery,
  candidate: Candidate,
  { open, hold }: { open: OpenRecord; hold: BudgetHold },
) {
  const { workspaceId, provider, upstreamModel, timeMs: nowMs } = open;
  let record: AttemptRecord | null = null;
  let isWritten = false;

  const settle = (ended: AttemptRecord): void => {
    record = ended;
    hold.settle(ended.costNanoUsd);
    permit.correct(tokensOf(ended.lines));
  };
  const write = ({ isFinal }: { isFinal: boolean }): void => {
    if (record === null || isWritten) return;
    isWritten = true;
    const whole = { ...record, isFinal };
    const position = gateway.usage.settle(whole);
    gateway.noteSettled({ open, record: whole, position, hold });
  };
  const keep = (): void => {
    if (record === null || isWritten) return;
    try {
      gateway.usage.open({ ...open, ended: { ...record, isFinal: true } });
    } catch (error) {
      // Then the next start has an estimate of it.
      if (!(error instanceof JournalUnavailable)) throw error;
    }
  };
  return {
    write,
    keep,
    account(end: AttemptEnd): void {
      if (record !== null) return;
      const model = upstreamModel ?? '';
      const overrides = gateway.overridesOf(workspaceId);
      settle(
        attemptRecord(end, {
          open,
          metering: call.match.endpoint.metering,
          priceLines: (lines) => gateway.prices.priceLines({ provider, model, lines, overrides, nowMs }),
        }),
      );
      noteHealth(gateway, candidate, end);
    },
    /** The gateway itself failed; a record that was made before stands. */
    fault({ mayBeBilled }: Pick<AttemptEnd, 'mayBeBilled'>): void {
      if (record === null) settle(faultRecord(open, { mayBeBilled }));
      write({ isFinal: true });
    },
  };
}

function noteHealth({ health }: Gateway, { blame }: Candidate, { failure, outcome }: AttemptEnd): void {
  if (failure !== null) health.noteFailure(blame, failure.kind, failure.retryAfterMs, performance.now());
  else if (outcome === 'ok') health.noteSuccess(blame);
}
