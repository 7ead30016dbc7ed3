import { dialectAccess } from './dialect-access.ts';
import type { FailureRule, Provider } from './provider.ts';

export const googleFailureRules: readonly FailureRule[] = [
  { text: /reported as leaked/i, kind: 'invalid_key', reason: 'key_leaked' },
  { text: /api key expired/i, kind: 'invalid_key', reason: 'key_expired' },
  { codes: ['API_KEY_INVALID', 'ACCESS_TOKEN_TYPE_UNSUPPORTED', 'UNAUTHENTICATED'], kind: 'invalid_key' },
  { text: /missing or invalid authorization header/i, kind: 'invalid_key' },
  { codes: ['SERVICE_DISABLED'], kind: 'forbidden', reason: 'service_not_enabled' },
  { text: /location is not supported/i, kind: 'forbidden', reason: 'region_not_supported' },
  { codes: ['FAILED_PRECONDITION'], kind: 'forbidden' },
  { text: /prepay credit balance is depleted/i, kind: 'quota_exhausted', reason: 'valid_no_credit' },
  // The words about quota are the same for a minute and for a day; the id of the quota tells them apart.
  { httpStatus: [429], text: /limit: 0\b/, kind: 'quota_exhausted' },
  { httpStatus: [429], text: /PerDay/, kind: 'quota_exhausted', reason: 'plan_window_used_up' },
  { httpStatus: [429], codes: ['RESOURCE_EXHAUSTED'], kind: 'rate_limited' },
];

export const google: Provider = {
  id: 'google',
  name: 'Google AI (Gemini)',
  nameZh: '谷歌 Gemini',
  region: 'global',
  website: 'https://ai.google.dev',
  consoleUrl: 'https://aistudio.google.com/apikey',
  docsUrl: 'https://ai.google.dev/gemini-api/docs',
  status: 'active',
  keyFormat: {
    pattern: '^(?:AIza[\\w-]{35}|AQ\\.[\\w.-]{20,})$',
    prefix: 'AQ.',
    morePrefixes: ['AIza'],
    example: 'AQ.Ab8R****',
  },
  environment: {
    secret: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    baseUrl: ['GOOGLE_GEMINI_BASE_URL'],
    other: [],
  },
  isKeyOptional: false,
  baseUrl: 'https://generativelanguage.googleapis.com',
  dialects: {
    gemini: dialectAccess('gemini', 'https://generativelanguage.googleapis.com'),
    'openai-chat': dialectAccess('openai-chat', 'https://generativelanguage.googleapis.com/v1beta/openai', {
      endpoints: ['/chat/completions', '/embeddings', '/models'],
      // Thinking is counted in the total only.
      usage: { totalSurplus: 'output' },
      note: 'Error bodies may be wrapped in an array.',
    }),
  },
  otherBaseUrls: [],
  probe: { method: 'GET', at: '/v1beta/models?pageSize=1000' },
  balance: null,
  modelList: { at: '/v1beta/models?pageSize=1000' },
  siblings: [],
  failureRules: googleFailureRules,
  quirks: [
    'New keys begin with AQ., older ones with AIza.',
    'thoughtsTokenCount is counted beside candidatesTokenCount.',
    'Streams are SSE only with alt=sse and have no [DONE].',
    'The model list may answer a key that may not generate.',
  ],
};
