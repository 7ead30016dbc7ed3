import type { CredentialId, VirtualKeyId } from '../../contract/ids.ts';
import { authenticate } from './authenticate.ts';
import { type Admission, authorise } from './authorise.ts';
import type { BodyShare } from './body-room.ts';
import type { EndpointMatch } from './endpoints.ts';
import type { BodyProblem, CallHead, Exchange } from './exchange.ts';
import type { Delivery } from './forward.ts';
import type { Gateway } from './gateway.ts';
import { isSpendingLimited, matchFor, type Place } from './match-call.ts';
import { type Call, parseCall } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import type { CallStop } from './running-calls.ts';
import { type Candidate, selectCredentials } from './select-credentials.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** Longest body of a call: several images or an hour of audio. */
const BODY_BYTES_MAX = 100 * 1024 * 1024;

/** How long to wait when other calls are in the way. */
const RETRY_AFTER_MS = 1000;
const QUESTION_RETRY_AFTER_MS = 5000;

/** A call that was let in by its head. */
export interface Entered {
  readonly secretHash: string;
  readonly place: Place;
  readonly match: EndpointMatch;
  readonly admission: Admission;
  readonly share: BodyShare;
  readonly stop: CallStop;
}

/**
 * Everything between the head of a call and its first attempt. What the virtual key may is judged at the end, with no wait
 * after it: uploads take minutes, and what was taken back meanwhile is out of force for them, too.
 */
export async function prepareCall(
  gateway: Gateway,
  { head, readBody }: Exchange,
  { secretHash, place, match, admission, share, stop }: Entered,
): Promise<Pick<Delivery, 'call' | 'virtualKey' | 'candidates' | 'permit'> | Refusal | 'broken'> {
  const { workspaces, limits, bodies } = gateway;
  const body = await readBody({ bytesMax: Math.min(BODY_BYTES_MAX, bodies.bytesMax), share, stop });
  if (body === 'broken') return body;
  const call = typeof body === 'string' ? bodyRefusals[body] : await parseCall(head, match, body);
  const pin = 'code' in call ? call : await findPinned(gateway, call, { virtualKeyId: admission.virtualKey.id, stop });

  const virtualKey = authenticate(secretHash, workspaces, Date.now());
  if ('code' in virtualKey) return virtualKey;
  if ('code' in call) return call;
  if (stop.isStopped) return { code: 'unavailable', retryAfterMs: RETRY_AFTER_MS };
  if ('code' in pin) return pin;
  const crowded = judgeDecoded(call, { share, bytesMax: bodies.bytesMax });
  if (crowded !== null) return crowded;
  const refusal = virtualKey === admission.virtualKey ? null : judgeAgain(virtualKey, head, { place, match });
  if (refusal !== null) return refusal;
  if (call.isDeferred && isSpendingLimited(virtualKey)) return deferredRefusal(call);
  const permit = authorise(virtualKey, { admission, head, call, limits, monotonicMs: performance.now() });
  if ('code' in permit) return permit;
  const provider = place.proxied?.provider ?? null;
  const candidates = findCandidates(gateway, { virtualKey, call, provider, pinned: pin.credentialId });
  return 'code' in candidates ? candidates : { call, virtualKey, candidates, permit };
}

function deferredRefusal({ match }: Call): Refusal {
  const { deferredBy = '' } = match.endpoint;
  const message = `The reply to a call with '${deferredBy}' tells no usage, so this virtual key, whose spending is limited, may not make it. Call without '${deferredBy}'.`;
  return { code: 'endpoint_refused', message };
}

const bodyRefusals: Readonly<Record<Exclude<BodyProblem, 'broken'>, Refusal>> = {
  too_large: { code: 'body_too_large' },
  no_room: {
    code: 'unavailable',
    message: 'Too many large requests are under way, more than fit into memory. Try again in a moment.',
    retryAfterMs: RETRY_AFTER_MS,
  },
  late: { code: 'request_timeout', message: 'Nothing of the request came for a minute. Send it again.' },
  stopped: { code: 'unavailable', retryAfterMs: RETRY_AFTER_MS },
};

/** What a body became when its compression was undone takes room of its own. */
function judgeDecoded(call: Call, { share, bytesMax }: { share: BodyShare; bytesMax: number }): Refusal | null {
  const text = (call.json ?? call.form)?.text;
  if (text === undefined || text === call.body) return null;
  if (text.length > bytesMax) return bodyRefusals.too_large;
  return share.take(text.length) ? null : bodyRefusals.no_room;
}

/** The address was judged by what the key could reach then; by what it reaches now it may be another call. */
function judgeAgain(
  virtualKey: VirtualKeyEntry,
  head: CallHead,
  { place, match }: Pick<Entered, 'place' | 'match'>,
): Refusal | null {
  const again = matchFor(virtualKey, head, place);
  if ('code' in again) return again;
  const { dialect, metering } = match.endpoint;
  const isSame = again.endpoint.dialect === dialect && again.endpoint.metering === metering;
  return isSame ? null : { code: 'unavailable', retryAfterMs: RETRY_AFTER_MS };
}

/** Where the stored response lives that a call is about; with null where it is about none. */
async function findPinned(
  { responseOwners }: Gateway,
  call: Call,
  { virtualKeyId, stop }: { virtualKeyId: VirtualKeyId; stop: CallStop },
): Promise<{ readonly credentialId: CredentialId | null } | Refusal> {
  if (call.responseId === null || call.dialect !== 'openai-responses') return { credentialId: null };
  const found = responseOwners.find(call.responseId, stop);
  const owner = found instanceof Promise ? await found : found;
  if (owner === 'unanswered') {
    const message = 'Who made this response cannot be looked up right now. Try again in a moment.';
    return { code: 'unavailable', message, retryAfterMs: QUESTION_RETRY_AFTER_MS };
  }
  // Ids of responses are as good as the conversation itself: only the key that made one may go on from it.
  return owner?.virtualKeyId === virtualKeyId ? owner : { code: 'response_not_found' };
}

/** Endpoints that tell no usage and yet name a model. */
const namesModel: ReadonlySet<string> = new Set(['audio/speech']);

function findCandidates(
  { workspaces, catalogue, health }: Gateway,
  input: {
    virtualKey: VirtualKeyEntry;
    call: Call;
    provider: string | null;
    pinned: CredentialId | null;
  },
): Candidate[] | Refusal {
  const { virtualKey, call, provider, pinned } = input;
  const workspace = workspaces.workspace(virtualKey.workspaceId);
  if (workspace === undefined) return { code: 'virtual_key_unknown' };
  const { metering, name } = call.match.endpoint;
  // Interfaces with a usual model may leave it out, but not to get round a list of models.
  const mayOmitModel = call.dialect === null && virtualKey.models === null;
  const needsModel = (metering === 'usage' || call.isDeferred || namesModel.has(name)) && !mayOmitModel;
  if (needsModel && call.model === null) return { code: 'model_missing' };
  return selectCredentials({
    call,
    virtualKey,
    workspace,
    catalogue,
    health,
    pinned,
    provider,
    nowMs: Date.now(),
    monotonicMs: performance.now(),
  });
}
