import type { FailureKind, FailureRule } from './provider.ts';

/** How a context that is too long is worded across providers. */
const CONTEXT_OVERFLOW = new RegExp(
  [
    'prompt is too long',
    'exceeds the context window',
    'maximum context length',
    "longer than the model's context length",
    'input token count.{0,40}exceeds the maximum',
    'maximum prompt length is \\d+',
    'reduce the length of the messages',
    'range of input length should be',
    'exceeded model token limit',
    'tokens_too_long',
    'context window exceeds limit',
    'greater than the context length',
    'available context size',
  ].join('|'),
  'i',
);

/** Rules that hold for every provider that has none of its own for the case: OpenAI's and Anthropic's words above all. */
export const generalFailureRules: readonly FailureRule[] = [
  { text: /missing scopes?:/i, kind: 'forbidden', reason: 'valid_restricted' },
  { codes: ['context_length_exceeded', 'string_above_max_length'], kind: 'context_too_long' },
  // Bedrock and others say "too many tokens" when they throttle.
  { text: CONTEXT_OVERFLOW, notText: /rate.?limit|too many requests/i, kind: 'context_too_long' },
  {
    codes: [
      'insufficient_quota',
      'credit_balance_exhausted',
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'organization_usage_limit_exceeded',
      'billing_hard_limit_reached',
      'billing_error',
      'credit_limit',
      'insufficient_user_quota',
    ],
    kind: 'quota_exhausted',
  },
  {
    codes: [
      'rate_limit_exceeded',
      'rate_limit_error',
      'rate_limit_reached_error',
      'rate_limited',
      'slow_down',
      'too_many_requests',
      'too_many_requests_error',
      'RateLimitReached',
    ],
    kind: 'rate_limited',
  },
  { codes: ['model_not_found', 'invalid_model'], kind: 'unknown_model' },
  { codes: ['not_found_error', 'resource_not_found_error'], text: /^model:|\bmodel\b/i, kind: 'unknown_model' },
  { codes: ['content_filter', 'content_policy_violation', 'data_inspection_failed'], kind: 'content_filtered' },
  {
    codes: ['server_is_overloaded', 'overloaded_error', 'engine_overloaded_error', 'service_unavailable_error'],
    kind: 'overloaded',
  },
  { text: /didn't provide an api key|no credentials provided/i, kind: 'invalid_key' },
  {
    codes: [
      'invalid_api_key',
      'INVALID_API_KEY',
      'authentication_error',
      'invalid_authentication_error',
      'wrong_api_key',
    ],
    kind: 'invalid_key',
  },
  { codes: ['unsupported_country_region_territory'], kind: 'forbidden', reason: 'region_not_supported' },
  { codes: ['permission_error'], kind: 'forbidden' },
  { codes: ['timeout_error'], kind: 'timeout' },
  { httpStatus: [410], kind: 'wrong_endpoint', reason: 'retired' },
  {
    httpStatus: [400, 401, 403],
    text: /(?:incorrect|invalid|wrong|illegal) api[ -]?(?:key|token)|api key not valid|api key is invalid/i,
    kind: 'invalid_key',
  },
  {
    httpStatus: [400, 401, 403, 429, 500],
    text: /insufficient (?:account )?balance|balance is insufficient|credit balance is too low|余额不足/i,
    kind: 'quota_exhausted',
  },
];

/** A model named in a sentence, not a path such as `/v1/models`. */
const NAMES_MODEL = /(?<![/\w-])models?\b|模型/i;

/** The last resort: what the status alone says. */
export function failureKindOfStatus(httpStatus: number, message: string): FailureKind {
  if (httpStatus === 404) return NAMES_MODEL.test(message) ? 'unknown_model' : 'wrong_endpoint';
  const known = STATUS_KINDS[httpStatus];
  if (known) return known;
  if (httpStatus >= 300 && httpStatus < 400) return 'wrong_endpoint';
  if (httpStatus >= 400 && httpStatus < 500) return 'bad_request';
  return 'provider_error';
}

const STATUS_KINDS: Readonly<Record<number, FailureKind>> = {
  401: 'invalid_key',
  402: 'quota_exhausted',
  403: 'forbidden',
  405: 'wrong_endpoint',
  408: 'timeout',
  409: 'provider_error',
  410: 'wrong_endpoint',
  413: 'context_too_long',
  429: 'rate_limited',
  503: 'overloaded',
  504: 'timeout',
  // Cloudflare in front of many providers: connection to the origin timed out.
  522: 'timeout',
  524: 'timeout',
  529: 'overloaded',
};
