import { type ErrorBody, type ErrorCode, errors } from '../contract/errors.ts';
import { isDatabaseUnavailable } from './database/unavailable.ts';

/** How long to wait before a call that met no working database is worth repeating. */
export const DATABASE_RETRY_SECONDS = 5;

/** An expected refusal: a code of the table, a sentence for the person, and a cause for the log only. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  /** Whole seconds after which the caller may try again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    options: { message?: string; details?: unknown; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(options.message ?? errors[code].message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get httpStatus(): number {
    return errors[this.code].status;
  }

  toBody(): ErrorBody {
    const { code, message, details } = this;
    return { error: details === undefined ? { code, message } : { code, message, details } };
  }
}

/** What Fastify's own refusals (codes `FST_…`) and Node's HTTP parser errors mean in our table. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_BAD_URL: 'invalid_request',
  // An id of that length cannot exist.
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Turns anything thrown into a refusal. What is not expected becomes `internal`, with the cause kept for the log. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const known = frameworkCodes[code];
  if (known !== undefined) return new AppError(known, { cause: thrown });
  // Fastify's JSON parser reports malformed JSON and `__proto__` members as a SyntaxError with status 400.
  if (thrown instanceof SyntaxError) return new AppError('malformed_json', { cause: thrown });
  if (thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 400) {
    return new AppError('invalid_request', { cause: thrown });
  }
  if (isDatabaseUnavailable(thrown)) {
    return new AppError('unavailable', { cause: thrown, retryAfterSeconds: DATABASE_RETRY_SECONDS });
  }
  return new AppError('internal', { cause: thrown });
}
