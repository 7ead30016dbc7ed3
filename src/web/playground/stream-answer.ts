import { ApiError } from '../../contract/client.ts';
import { isKeyGone, ProviderError, readCallError } from './call-error.ts';
import { forgetPlaygroundKey, type KeyWish, obtainPlaygroundKey } from './playground-key.ts';
import { type Delta, readDelta } from './read-delta.ts';
import { readEvents } from './read-events.ts';
import { type ChatRequest, wireCallOf } from './wire.ts';

interface AnswerInput {
  request: ChatRequest;
  wish: KeyWish;
  signal: AbortSignal;
  /** The gateway's id of the call, as soon as it answers. */
  onRequestId: (requestId: string) => void;
  onDelta: (delta: Delta) => void;
}

/**
 * Sends one call through the gateway and reports the answer as it arrives. Rejects with ApiError for what the gateway
 * refuses, with ProviderError for what the provider does, and with the signal's reason when it is stopped.
 */
export async function streamAnswer(input: AnswerInput): Promise<void> {
  const { request, signal, onDelta } = input;
  const response = await openStream(input);
  if (response.body === null) return;
  try {
    for await (const data of readEvents(response.body)) {
      const delta = readDelta(request.dialect, data);
      if (delta.error !== null)
        throw new ProviderError({ kind: 'stream', httpStatus: response.status, message: delta.error });
      onDelta(delta);
    }
  } catch (error) {
    if (signal.aborted || error instanceof ProviderError) throw error;
    throw new ProviderError({ kind: 'cut', httpStatus: response.status, message: '' });
  }
}

/** The key may have been revoked or have ended since it was made: then a new one is tried, once. */
async function openStream(input: AnswerInput): Promise<Response> {
  try {
    return await call(input);
  } catch (error) {
    if (!isKeyGone(error)) throw error;
    forgetPlaygroundKey(input.wish);
    return call(input);
  }
}

async function call({ request, wish, signal, onRequestId }: AnswerInput): Promise<Response> {
  const { path, headers, body } = wireCallOf(request, await obtainPlaygroundKey(wish));
  const response = await fetch(path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal,
    // The virtual key alone decides: the session of the dashboard has no business at the gateway.
    credentials: 'omit',
    cache: 'no-store',
  }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw new ApiError({ code: 'offline', message: String(cause), httpStatus: 0 });
  });
  const requestId = response.headers.get('x-akm-request-id');
  if (requestId !== null) onRequestId(requestId);
  if (!response.ok) throw await readCallError(response);
  return response;
}
