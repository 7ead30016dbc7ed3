import { type Failure, type FailureShapes, retryAfter } from './failure.ts';

/** https://platform.claude.com/docs/en/api/errors */
export const anthropicFailures: FailureShapes = {
  missing_key: () => anthropicError(401, 'authentication_error', 'x-api-key header is required'),
  invalid_key: () => anthropicError(401, 'authentication_error', 'invalid x-api-key'),
  no_quota: () =>
    anthropicError(
      400,
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    ),
  rate_limited: (context) => ({
    ...anthropicError(429, 'rate_limit_error', 'This request would exceed your account rate limit.'),
    headers: {
      ...retryAfter(context),
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
    },
  }),
  forbidden: () =>
    anthropicError(403, 'permission_error', 'Your API key does not have permission to use the specified resource.'),
  overloaded: () => anthropicError(529, 'overloaded_error', 'Overloaded'),
  unknown_model: ({ model }) => anthropicError(404, 'not_found_error', `model: ${model}`),
  unknown_path: () => anthropicError(404, 'not_found_error', 'Not Found'),
  bad_json: () => anthropicError(400, 'invalid_request_error', 'The request body is not valid JSON.'),
};

function anthropicError(httpStatus: number, type: string, message: string): Failure {
  return { httpStatus, body: { type: 'error', error: { type, message }, request_id: 'req_fake' } };
}
