import { ApiError } from '../../contract/client.ts';
import { type ErrorCode, errors } from '../../contract/errors.ts';

/** A refusal in the provider's own words; the gateway's refusals are ApiErrors. */
export class ProviderError extends Error {
  readonly kind: 'key' | 'limit' | 'request' | 'provider' | 'stream' | 'cut';
  readonly httpStatus: number;

  constructor(input: { kind: ProviderError['kind']; httpStatus: number; message: string }) {
    super(input.message);
    this.name = 'ProviderError';
    this.kind = input.kind;
    this.httpStatus = input.httpStatus;
  }
}

const SENTENCE_LENGTH_MAX = 600;

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errors, code);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The code of the gateway's own refusals, from wherever the dialect puts it; null for a provider's error. */
function codeOf(error: Readonly<Record<string, unknown>>): ErrorCode | null {
  const [detail] = Array.isArray(error.details) ? error.details : [];
  const { reason } = fieldsOf(detail);
  const candidates = [error.code, typeof reason === 'string' ? reason.toLowerCase() : undefined];
  return candidates.find((code): code is ErrorCode => typeof code === 'string' && isErrorCode(code)) ?? null;
}

/** What a reply that is no success says, in any dialect. The request id is the gateway's. */
export async function readCallError(response: Response): Promise<ApiError | ProviderError> {
  const text = await response.text().catch(() => '');
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  // Some providers send a list with one error in it.
  const error = fieldsOf(fieldsOf(Array.isArray(body) ? body[0] : body).error);
  const message = typeof error.message === 'string' ? error.message : text;
  const code = codeOf(error);
  const { status: httpStatus } = response;
  if (code !== null)
    return new ApiError({ code, message, httpStatus, requestId: response.headers.get('x-akm-request-id') });
  return new ProviderError({ kind: kindOf(httpStatus), httpStatus, message: message.slice(0, SENTENCE_LENGTH_MAX) });
}

function kindOf(httpStatus: number): ProviderError['kind'] {
  if (httpStatus === 401 || httpStatus === 403) return 'key';
  if (httpStatus === 429) return 'limit';
  return httpStatus >= 500 ? 'provider' : 'request';
}

/** Whether the virtual key of the playground itself is no longer good, so that a new one may help. */
export function isKeyGone(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'virtual_key_unknown' || error.code === 'virtual_key_expired');
}
