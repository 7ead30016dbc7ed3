import { openaiCompatible } from './openai-compatible.ts';

export const xai = openaiCompatible({
  id: 'xai',
  name: 'xAI (Grok)',
  nameZh: 'xAI (Grok)',
  region: 'global',
  website: 'https://x.ai',
  consoleUrl: 'https://console.x.ai/team/default/api-keys',
  docsUrl: 'https://docs.x.ai',
  openaiBaseUrl: 'https://api.x.ai/v1',
  keyFormat: { pattern: '^xai-[A-Za-z0-9_-]{70,120}$', prefix: 'xai-', example: 'xai-****' },
  environment: { secret: ['XAI_API_KEY'], baseUrl: ['XAI_BASE_URL'], other: [] },
  hasResponses: true,
  endpoints: ['/chat/completions', '/embeddings', '/images/generations', '/models', '/language-models', '/api-key'],
  usage: { outputIncludesReasoning: 'by-numbers' },
  probe: {
    method: 'GET',
    at: '/api-key',
    successRules: [
      { path: 'api_key_disabled', equals: true, reason: 'key_disabled' },
      { path: 'api_key_blocked', equals: true, reason: 'key_disabled' },
      { path: 'team_blocked', equals: true, reason: 'account_blocked' },
    ],
  },
  failureRules: [
    { text: /incorrect api key|invalid api key|unauthenticated:/i, kind: 'invalid_key' },
    { text: /doesn't have any credits or licenses/i, kind: 'quota_exhausted', reason: 'valid_no_credit' },
    { text: /used all available credits|monthly spending limit/i, kind: 'quota_exhausted' },
  ],
  quirks: [
    'An invalid key is answered with HTTP 400.',
    'completion_tokens leaves reasoning_tokens out: total = prompt + completion + reasoning.',
    'usage.cost_in_usd_ticks counts units of 1e-10 USD.',
    'The error of a body is a sentence, not an object.',
  ],
});
