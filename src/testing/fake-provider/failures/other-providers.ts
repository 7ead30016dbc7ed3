import { type Failure, type FailureShapes, retryAfter } from './failure.ts';
import { openaiError, openaiFailures } from './openai.ts';

/** https://docs.x.ai/docs/key-information/debugging: the error is a string, an invalid key is a 400. */
export const xaiFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => xaiError(401, 'unauthenticated:no-credentials', 'No credentials provided'),
  invalid_key: ({ maskedSecret }) =>
    xaiError(
      400,
      'Client specified an invalid argument',
      `Incorrect API key provided: ${maskedSecret}. You can obtain an API key from https://console.x.ai.`,
    ),
  no_quota: () =>
    xaiError(
      429,
      'Some resource has been exhausted',
      'Your team has either used all available credits or reached its monthly spending limit.',
    ),
  rate_limited: () => xaiError(429, 'Some resource has been exhausted', 'Too many requests'),
  forbidden: () => xaiError(403, 'permission-denied', 'The API key is blocked.'),
};

function xaiError(httpStatus: number, code: string, error: string): Failure {
  return { httpStatus, body: { code, error } };
}

/** https://docs.mistral.ai */
export const mistralFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => ({ httpStatus: 401, body: { detail: 'Unauthorized' } }),
  invalid_key: () => ({ httpStatus: 401, body: { detail: 'Invalid API Key' } }),
  rate_limited: () => mistralError(429, 'rate_limited', '1300', 'Rate limit exceeded'),
  overloaded: () =>
    mistralError(429, 'service_tier_capacity_exceeded', '3505', 'Service tier capacity exceeded for this model.'),
  unknown_model: ({ model }) => mistralError(400, 'invalid_model', '1500', `Invalid model: ${model}`),
};

function mistralError(httpStatus: number, type: string, code: string, message: string): Failure {
  return { httpStatus, body: { object: 'error', message, type, param: null, code, raw_status_code: httpStatus } };
}

/** https://console.groq.com/docs/errors */
export const groqFailures: FailureShapes = {
  ...openaiFailures,
  invalid_key: () => openaiError(401, { message: 'Invalid API Key', code: 'invalid_api_key' }),
};

/** https://openrouter.ai/docs/api/reference/errors-and-debugging: the code is the HTTP status. */
export const openrouterFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => openrouterError(401, 'No auth credentials found'),
  invalid_key: () => openrouterError(401, 'User not found.'),
  no_quota: () => openrouterError(402, 'Insufficient credits', { limit_source: 'key' }),
  rate_limited: (context) => ({
    ...openrouterError(429, 'Rate limit exceeded', { error_type: 'rate_limit_exceeded' }),
    headers: retryAfter(context),
  }),
  forbidden: () => openrouterError(403, 'Your chosen model requires moderation and your input was flagged.'),
  overloaded: () => openrouterError(503, 'No provider available'),
  unknown_model: ({ model }) => openrouterError(400, `${model} is not a valid model ID`),
};

function openrouterError(code: number, message: string, metadata?: object): Failure {
  return { httpStatus: code, body: { error: { code, message, ...(metadata ? { metadata } : {}) } } };
}

/** https://learn.microsoft.com/azure/ai-services/openai */
export const azureFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => azureError(401, '401', AZURE_DENIED),
  invalid_key: () => azureError(401, '401', AZURE_DENIED),
  rate_limited: (context) => ({
    ...azureError(
      429,
      '429',
      `Requests have exceeded token rate limit. Please retry after ${context.retryAfterSeconds} seconds.`,
    ),
    headers: { ...retryAfter(context), 'retry-after-ms': String(context.retryAfterSeconds * 1000) },
  }),
  unknown_model: () => azureError(404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.'),
  unknown_path: () => azureError(404, '404', 'Resource not found'),
};

const AZURE_DENIED =
  'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';

function azureError(httpStatus: number, code: string, message: string): Failure {
  return { httpStatus, body: { error: { code, message } } };
}

/** Providers that answer `{detail}`: DeepInfra, Voyage. */
export const detailFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => ({ httpStatus: 401, body: { detail: 'User is not authorized to access this resource' } }),
  invalid_key: () => ({ httpStatus: 401, body: { detail: 'Provided API key is invalid.' } }),
};

/** Cohere answers `{message}`. */
export const cohereFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => ({ httpStatus: 401, body: { message: 'no api key supplied' } }),
  invalid_key: () => ({ httpStatus: 401, body: { message: 'invalid api token' } }),
};

/** ElevenLabs wraps status and message into `detail`. */
export const elevenlabsFailures: FailureShapes = {
  ...openaiFailures,
  missing_key: () => elevenlabsError('needs_authorization', 'Neither authorization header nor xi-api-key received'),
  invalid_key: () => elevenlabsError('invalid_api_key', 'Invalid API key'),
  no_quota: () => elevenlabsError('quota_exceeded', 'This request exceeds your quota.'),
};

function elevenlabsError(status: string, message: string): Failure {
  return { httpStatus: 401, body: { detail: { status, message } } };
}
