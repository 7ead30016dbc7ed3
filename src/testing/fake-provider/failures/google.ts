import type { Failure, FailureShapes } from './failure.ts';

/** https://ai.google.dev/gemini-api/docs/troubleshooting, in the shape of google.rpc.Status */
export const googleFailures: FailureShapes = {
  missing_key: () =>
    googleError(403, 'PERMISSION_DENIED', "Method doesn't allow unregistered callers. Please use API Key."),
  invalid_key: () =>
    googleError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
    ]),
  no_quota: () => googleError(402, 'RESOURCE_EXHAUSTED', 'Your Prepay credit balance is depleted.'),
  rate_limited: ({ retryAfterSeconds }) =>
    googleError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan.', [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier' }],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` },
    ]),
  forbidden: () =>
    googleError(
      403,
      'PERMISSION_DENIED',
      'Generative Language API has not been used in project fake or it is disabled.',
      [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED', domain: 'googleapis.com' }],
    ),
  overloaded: () =>
    googleError(503, 'UNAVAILABLE', 'This model is currently experiencing high demand. Please try again later.'),
  unknown_model: ({ model }) =>
    googleError(
      404,
      'NOT_FOUND',
      `models/${model} is not found for API version v1beta, or is not supported for generateContent.`,
    ),
  unknown_path: () => googleError(404, 'NOT_FOUND', 'Not Found'),
  bad_json: () => googleError(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.'),
};

function googleError(code: number, status: string, message: string, details?: readonly object[]): Failure {
  return { httpStatus: code, body: { error: { code, message, status, ...(details ? { details } : {}) } } };
}
