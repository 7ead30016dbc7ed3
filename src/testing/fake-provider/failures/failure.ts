/** What can go wrong, in the fake's words. Each provider has its own status, shape and wording for it. */
export type FailureKind =
  | 'missing_key'
  | 'invalid_key'
  | 'no_quota'
  | 'rate_limited'
  | 'forbidden'
  | 'overloaded'
  | 'unknown_model'
  | 'unknown_path'
  | 'bad_json';

export interface FailureContext {
  /** As a provider would echo it: the first and last few characters. */
  readonly maskedSecret: string;
  readonly model: string;
  readonly path: string;
  readonly retryAfterSeconds: number;
}

export interface Failure {
  readonly httpStatus: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as plain text, anything else as JSON. */
  readonly body: unknown;
}

export type FailureShapes = Readonly<Record<FailureKind, (context: FailureContext) => Failure>>;

/** The header that says how many seconds to wait. */
export function retryAfter(context: FailureContext): Record<string, string> {
  return { 'retry-after': String(context.retryAfterSeconds) };
}
