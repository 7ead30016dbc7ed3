import type { CredentialId, VirtualKeyId } from '../../contract/ids.ts';
import { authenticate } from './authenticate.ts';
import { type Admission, authorise } from './authorise.ts';
import { bodyRefusals } from './body-refusals.ts';
import type { BodyShare } from './body-room.ts';
import type { DecodedRoom } from './decode-body.ts';
import type { EndpointMatch } from './endpoints.ts';
import type { Exchange } from './exchange.ts';
import type { Delivery } from './forward.ts';
import type { Gateway } from './gateway.ts';
import { judgeDeferred, judgeMatch, judgeModel, RETRY_AFTER_MS } from './judge-call.ts';
import type { Place } from './match-call.ts';
import { type Call, parseCall } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import type { CallStop } from './running-calls.ts';
import { type Candidate, selectCredentials } from './select-credentials.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** Longest body of a call: several images or an hour of audio. */
const BODY_BYTES_MAX = 100 * 1024 * 1024;
const DECODED_BYTES_MAX = 128 * 1024 * 1024;

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
): Promise<Pick<Delivery, 'call' | 'place' | 'virtualKey' | 'candidates' | 'permit'> | Refusal | 'broken'> {
  const { workspaces, limits, bodies } = gateway;
  // What a body becomes when its compression is undone takes room beside it.
  const roomFor = ({ length }: Buffer): DecodedRoom => ({
    bytesMax: Math.min(DECODED_BYTES_MAX, bodies.bytesMax - length),
    take: share.take,
  });
  const body = await readBody({ bytesMax: Math.min(BODY_BYTES_MAX, bodies.bytesMax), share, stop });
  if (body === 'broken') return body;
  const call =
    typeof body === 'string' ? bodyRefusals[body] : await parseCall(head, match, { body, room: roomFor(body) });
  const pin = 'code' in call ? call : await findPinned(gateway, call, { virtualKeyId: admission.virtualKey.id, stop });

  const virtualKey = authenticate(secretHash, workspaces, Date.now());
  if ('code' in virtualKey) return virtualKey;
  if ('code' in call) return call;
  if (stop.isStopped) return { code: 'unavailable', retryAfterMs: RETRY_AFTER_MS };
  if ('code' in pin) return pin;
  const isSame = virtualKey === admission.virtualKey;
  const refusal = (isSame ? null : judgeMatch(virtualKey, { head, place, match })) ?? judgeDeferred(virtualKey, call);
  if (refusal !== null) return refusal;
  const permit = authorise(virtualKey, { admission, head, call, limits, monotonicMs: performance.now() });
  if ('code' in permit) return permit;
  const provider = place.proxied?.provider ?? null;
  const candidates = findCandidates(gateway, { virtualKey, call, provider, pinned: pin.credentialId });
  return 'code' in candidates ? candidates : { call, place, virtualKey, candidates, permit };
}

/** Where the stored response lives that a call is about; with null where it is about none. */
async function findPinned(
  { responseOwners }: Gateway,
  call: Call,
  { virtualKeyId, stop }: { virtualKeyId: VirtualKeyId; stop: CallStop },
): Promise<{ readonly credentialId: CredentialId | null } | Refusal> {
  if (call.responseId === null || call.dialect !== 'openai-responses') return { credentialId: null };
  const found = responseOwners.find({ responseId: call.responseId, virtualKeyId }, stop);
  const credentialId = found instanceof Promise ? await found : found;
  if (credentialId === 'unanswered') {
    const message = 'Who made this response cannot be looked up right now. Try again in a moment.';
    return { code: 'unavailable', message, retryAfterMs: QUESTION_RETRY_AFTER_MS };
  }
  // Ids of responses are as good as the conversation itself: only the key that made one may go on from it.
  return credentialId === null ? { code: 'response_not_found' } : { credentialId };
}

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
  const refusal = judgeModel(virtualKey, call);
  if (refusal !== null) return refusal;
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
