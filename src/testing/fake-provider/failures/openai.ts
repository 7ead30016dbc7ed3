import { type Failure, type FailureShapes, retryAfter } from './failure.ts';

/** https://developers.openai.com/api/docs/guides/error-codes */
export const openaiFailures: FailureShapes = {
  missing_key: () => openaiError(401, { message: "You didn't provide an API key.", code: null }),
  invalid_key: ({ maskedSecret }) =>
    openaiError(401, {
      message: `Incorrect API key provided: ${maskedSecret}. You can find your API key at https://platform.openai.com/account/api-keys.`,
      code: 'invalid_api_key',
    }),
  no_quota: () =>
    openaiError(429, {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
  rate_limited: (context) => ({
    ...openaiError(429, {
      message: `Rate limit reached for ${context.model} on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in ${context.retryAfterSeconds}s.`,
      type: 'requests',
      code: 'rate_limit_exceeded',
    }),
    headers: {
      ...retryAfter(context),
      'x-ratelimit-limit-requests': '3',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': `${context.retryAfterSeconds}s`,
    },
  }),
  forbidden: () =>
    openaiError(403, {
      message: 'Country, region, or territory not supported',
      type: 'request_forbidden',
      code: 'unsupported_country_region_territory',
    }),
  overloaded: () =>
    openaiError(503, {
      message: 'The server is currently overloaded with other requests. Sorry about that!',
      type: 'service_unavailable_error',
      code: 'server_is_overloaded',
    }),
  unknown_model: ({ model }) =>
    openaiError(404, {
      message: `The model \`${model}\` does not exist or you do not have access to it.`,
      code: 'model_not_found',
    }),
  unknown_path: ({ path }) => openaiError(404, { message: `Invalid URL (${path})`, code: null }),
  bad_json: () => openaiError(400, { message: 'We could not parse the JSON body of your request.', code: null }),
};

/** OpenAI's error object with its usual type. */
export function openaiError(
  httpStatus: number,
  error: { readonly message: string; readonly type?: string; readonly code: string | null },
): Failure {
  return { httpStatus, body: { error: { type: 'invalid_request_error', param: null, ...error } } };
}
