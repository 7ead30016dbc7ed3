import { judgeAddress } from './authorise.ts';
import type { CallHead } from './exchange.ts';
import { isSpendingLimited, matchFor, type Place } from './match-call.ts';
import type { Call } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** How long to wait when other calls, or a change, are in the way. */
export const RETRY_AFTER_MS = 1000;

interface Asked {
  readonly head: CallHead;
  readonly place: Place;
  readonly call: Call;
}

/**
 * What a virtual key that was changed since its call was let in may still ask for, but for its models and limits: what was
 * narrowed is in force for what begins, also for the next attempt of a call that is under way. Null: this.
 */
export function judgeChanged(virtualKey: VirtualKeyEntry, { head, place, call }: Asked): Refusal | null {
  return (
    judgeAddress(virtualKey, head) ??
    judgeMatch(virtualKey, { head, place, match: call.match }) ??
    judgeDeferred(virtualKey, call) ??
    judgeModel(virtualKey, call)
  );
}

/** The address was judged by what the key could reach then; by what it reaches now it may be another call. */
export function judgeMatch(
  virtualKey: VirtualKeyEntry,
  { head, place, match }: { head: CallHead; place: Place; match: Call['match'] },
): Refusal | null {
  const again = matchFor(virtualKey, head, place);
  if ('code' in again) return again;
  const { dialect, name } = match.endpoint;
  const isSame = again.endpoint.dialect === dialect && again.endpoint.name === name;
  return isSame ? null : { code: 'unavailable', retryAfterMs: RETRY_AFTER_MS };
}

export function judgeDeferred(virtualKey: VirtualKeyEntry, { isDeferred, match }: Call): Refusal | null {
  if (!isDeferred || !isSpendingLimited(virtualKey)) return null;
  const { deferredBy = '' } = match.endpoint;
  const message = `The reply to a call with '${deferredBy}' tells no usage, so this virtual key, whose spending is limited, may not make it. Call without '${deferredBy}'.`;
  return { code: 'endpoint_refused', message };
}

/** Endpoints that tell no usage and yet name a model. */
const namesModel: ReadonlySet<string> = new Set(['audio/speech']);

/** Interfaces with a usual model may leave it out, but not to get round a list of models. */
export function judgeModel({ models }: VirtualKeyEntry, { match, dialect, isDeferred, model }: Call): Refusal | null {
  const { metering, name } = match.endpoint;
  const mayOmitModel = dialect === null && models === null;
  const needsModel = (metering === 'usage' || isDeferred || namesModel.has(name)) && !mayOmitModel;
  return needsModel && model === null ? { code: 'model_missing' } : null;
}
