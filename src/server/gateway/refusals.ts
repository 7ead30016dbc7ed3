import { type ErrorCode, errors } from '../../contract/errors.ts';
import type { Dialect } from '../../contract/vocabulary.ts';
import type { ReplyWriter } from './exchange.ts';

/** Why the gateway does not do what was asked. A value, not an exception: refusals are ordinary on this path. */
export interface Refusal {
  readonly code: ErrorCode;
  /** In place of the table's sentence. */
  readonly message?: string;
  readonly retryAfterMs?: number;
  /** Raw pairs to send along. */
  readonly headers?: readonly string[];
}

/** Refusals that pass by themselves: a client may ask again. All others say `x-should-retry: false`. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'requests_limit',
  'tokens_limit',
  'concurrency_limit',
  'request_timeout',
  'budget_reserved',
  'no_key_available',
  'journal_unavailable',
  'upstream_unreachable',
  'upstream_timeout',
  'unavailable',
  'internal',
]);

const openaiTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  402: 'insufficient_quota',
  403: 'invalid_request_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
};
const anthropicTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};
const geminiStatuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The body of a refusal in the shape that clients of the dialect read (translation.md, section 10). */
export function refusalBody(refusal: Refusal, dialect: Dialect | null, requestId: string): string {
  const { status } = errors[refusal.code];
  const message = refusal.message ?? errors[refusal.code].message;
  if (dialect === 'anthropic-messages') {
    const type = anthropicTypes[status] ?? 'api_error';
    return JSON.stringify({ type: 'error', error: { type, message, code: refusal.code }, request_id: requestId });
  }
  if (dialect === 'gemini') {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: refusal.code.toUpperCase() }];
    return JSON.stringify({ error: { code: status, message, status: geminiStatuses[status] ?? 'INTERNAL', details } });
  }
  const type = openaiTypes[status] ?? 'server_error';
  return JSON.stringify({ error: { message, type, param: null, code: refusal.code } });
}

/** Sends a refusal; once a reply has begun there is no way back, and the connection is cut. */
export function refuse(
  reply: ReplyWriter,
  refusal: Refusal,
  about: { dialect: Dialect | null; requestId: string },
): void {
  if (reply.hasBegun) {
    reply.cut();
    return;
  }
  const body = Buffer.from(refusalBody(refusal, about.dialect, about.requestId));
  const headers = [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(body.length),
    'cache-control',
    'no-store',
    'x-content-type-options',
    'nosniff',
    'x-akm-request-id',
    about.requestId,
    'x-should-retry',
    passing.has(refusal.code) ? 'true' : 'false',
    ...(refusal.headers ?? []),
  ];
  if (refusal.retryAfterMs !== undefined) {
    headers.push('retry-after', String(Math.max(1, Math.ceil(refusal.retryAfterMs / 1000))));
  }
  if (errors[refusal.code].status === 401) headers.push('www-authenticate', 'Bearer realm="API Key Manager"');
  // What was not read of the request would be taken for the next one.
  if (refusal.code === 'body_too_large') headers.push('connection', 'close');
  reply.writeHead(errors[refusal.code].status, headers);
  reply.end(body);
}
