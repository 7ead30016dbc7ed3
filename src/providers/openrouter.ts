import { openaiCompatible } from './openai-compatible.ts';
import { openaiChatUsage } from './usage-rules.ts';

export const openrouter = openaiCompatible({
  id: 'openrouter',
  name: 'OpenRouter',
  nameZh: 'OpenRouter',
  region: 'global',
  website: 'https://openrouter.ai',
  consoleUrl: 'https://openrouter.ai/settings/keys',
  docsUrl: 'https://openrouter.ai/docs',
  openaiBaseUrl: 'https://openrouter.ai/api/v1',
  anthropicBaseUrl: 'https://openrouter.ai/api',
  keyFormat: { pattern: '^sk-or-v1-[0-9a-f]{64}$', prefix: 'sk-or-v1-', example: 'sk-or-v1-****' },
  environment: { secret: ['OPENROUTER_API_KEY'], baseUrl: ['OPENROUTER_BASE_URL'], other: [] },
  hasResponses: true,
  endpoints: ['/chat/completions', '/completions', '/embeddings', '/models', '/key', '/credits', '/generation'],
  usage: {
    paths: { ...openaiChatUsage.paths, cacheWrite: ['usage.prompt_tokens_details.cache_write_tokens'] },
    streamNeedsIncludeUsage: false,
    streamLocation: 'last-chunk',
  },
  probe: {
    method: 'GET',
    at: '/key',
    successRules: [{ path: 'data.limit_remaining', atMost: 0, reason: 'valid_no_credit' }],
  },
  // What is left under the key's own limit; a key without one has no balance here.
  balance: { at: '/key', amount: 'data.limit_remaining', currency: 'USD' },
  modelList: { at: '/models', isPublic: true },
  failureRules: [
    // Credit that running calls have reserved comes back by itself.
    { codes: ['in_flight_budget_exhausted', 'openrouter_in_flight_budget'], kind: 'rate_limited' },
    { codes: ['flagged_input'], kind: 'content_filtered' },
    { text: /is not a valid model id|no endpoints found/i, kind: 'unknown_model' },
  ],
  quirks: [
    'SSE comments ": OPENROUTER PROCESSING" are no progress.',
    'After HTTP 200 an error arrives inside a data chunk with finish_reason "error".',
    'usage.cost is in USD.',
    'error.code is a number that equals the HTTP status.',
  ],
});
